"""The published JSON Schema of a contract's document, for editors, and for tools in other languages."""

from __future__ import annotations

from pathlib import Path

CATALOG_SCHEMA = Path(__file__).with_name("catalog.schema.json")
"""The schema's file: JSON Schema, draft 2020-12, of form version 1."""
