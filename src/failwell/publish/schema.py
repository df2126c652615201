"""The published JSON Schema of a contract's document, for editors, and for tools in other languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from failwell.wire.values import decode

CATALOG_SCHEMA = Path(__file__).with_name("catalog.schema.json")
"""The schema's file: JSON Schema, draft 2020-12, of form version 1."""


def catalog_schema() -> dict[str, Any]:
    """The schema as plain data, each time anew."""
    schema: dict[str, Any] = decode(CATALOG_SCHEMA.read_bytes())
    return schema
