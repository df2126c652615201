"""Stores: where guards keep what they know of subjects. A store knows no guard; it runs their transitions."""

from __future__ import annotations

from failwell.store.memory import Memory

__all__ = ["Memory"]
