"""What rules know of the world: words, names, units, hosts, header fields, JSON Schemas."""

from __future__ import annotations

__all__: list[str] = []  # each rule imports the module that it needs
