"""Measurements: `python -m bench [name …] [--quick] [--write PATH]`. Programs, never tests."""
