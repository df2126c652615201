"""Numbers with which guards are declared: counts, and times in seconds."""

from __future__ import annotations

from failwell.clock import MICROSECONDS
from failwell.exceptions import DeclarationError
from failwell.typing import LARGEST

CENTURY = 100 * 366 * 86_400
"""Seconds; instants that lie no further ahead stay exact even where numbers are doubles."""


def verify_count(  # noqa: PLR0913 - what is to be said about it
    number: object, argument: str, *, where: str, code: str, hint: str, least: int = 0
) -> None:
    """Refuses what cannot be counted with.

    Raises:
        DeclarationError: for what is no whole number from `least` to `LARGEST`.
    """
    if type(number) is not int or not least <= number <= LARGEST:
        raise DeclarationError(
            f"{argument} is {number!r}, which is not a whole number from {least} to 2**53 - 1",
            code=code,
            where=where,
            hint=hint,
        )


def microseconds_of(  # noqa: PLR0913 - what is to be said about it
    seconds: object, argument: str, *, where: str, code: str, hint: str, most: int, least: float = 0.001
) -> int:
    """A time in whole microseconds.

    Raises:
        DeclarationError: for what is no number of seconds from `least` to `most`.
    """
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not least <= seconds <= most:
        raise DeclarationError(
            f"{argument} is {seconds!r}, which is not a number of seconds from {least} to {most}",
            code=code,
            where=where,
            hint=hint,
        )
    return round(seconds * MICROSECONDS)
