"""Decisions: what guards decide, as pure functions of entries and an instant, each with its twin in Lua.

A decision knows no guard, no store and no clock. Guards ask, and say what the result means; stores run it.
"""

from __future__ import annotations

__all__: list[str] = []  # each guard imports the module that it needs
