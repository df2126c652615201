"""Measurements: `python -m bench [name …] [--quick] [--write PATH]`. Programs, never tests."""

import os

# Parts of Django read their settings when they are imported, so these have to be known before.
os.environ["DJANGO_SETTINGS_MODULE"] = "bench.django_settings"
