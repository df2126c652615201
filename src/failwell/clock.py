"""The two clocks of a machine, in whole microseconds."""

from __future__ import annotations

from time import monotonic_ns, time_ns

from failwell.exceptions import DeclarationError

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


def verify_clock(clock: object, where: str) -> None:
    """Refuses what does not count whole microseconds, as `time.time` does not; looks at the clock once.

    Seconds that are whole cannot be told from microseconds.

    Args:
        clock: what is to tell the time.
        where: whose clock it is, for the message.

    Raises:
        DeclarationError: for what cannot be called, or returns anything but an int.
    """
    shown = clock() if callable(clock) else None
    if type(shown) is not int:
        fault = f"shows {shown!r}, which is no" if callable(clock) else "cannot be called, and shows no"
        raise DeclarationError(
            f"clock {fault} whole number of microseconds",
            code="clock",
            where=where,
            hint="pass a function: clock=lambda: time.time_ns() // 1_000",
        )
