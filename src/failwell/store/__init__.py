"""Stores: where guards keep what they know of subjects. A store knows no guard; it runs their transitions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from failwell.store.memory import Memory

if TYPE_CHECKING:
    from failwell.store.redis import Redis
    from failwell.store.sql import SQL

__all__ = ["SQL", "Memory", "Redis"]


def __getattr__(name: str) -> Any:
    """Imports the stores that need a third party when they are asked for."""
    if name == "Redis":
        from failwell.store.redis import Redis  # noqa: PLC0415 - needs an extra

        return Redis
    if name == "SQL":
        from failwell.store.sql import SQL  # noqa: PLC0415 - needs an extra

        return SQL
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
