"""The two clocks of a machine, in whole microseconds."""

from __future__ import annotations

from time import monotonic_ns, time_ns

MICROSECONDS = 1_000_000
"""In a second."""


def monotonic() -> int:
    """Microseconds since some instant; it never goes back."""
    return monotonic_ns() // 1_000


def wall() -> int:
    """Microseconds since 1970; somebody may set it."""
    return time_ns() // 1_000


def whole_seconds(microseconds: int) -> int:
    """The seconds after which so many microseconds are over: rounded up."""
    return -(-microseconds // MICROSECONDS)
