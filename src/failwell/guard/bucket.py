"""The declaration of one rate: so many units per window, for each subject."""

from __future__ import annotations

from math import inf
from typing import Literal

import msgspec

from failwell.clock import MICROSECONDS
from failwell.exceptions import DeclarationError
from failwell.guard.name import verify_keyword
from failwell.guard.number import CENTURY, verify_count

Per = Literal["second", "minute", "hour", "day"] | int | float
"""A window: one of four words, or a number of seconds."""

_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}


class Bucket(msgspec.Struct, frozen=True):
    """A number of units that refills evenly, one full window for `limit` units, for each subject on its own.

    `Bucket("token", 60, per="minute")` lets a token that was idle spend 60 units at once, and one more each
    second after that. `burst` sets what can be spent at once apart from the pace: `burst=10` keeps the same
    60 a minute, yet at most 10 in a row.

    Time is counted in whole microseconds, and the time that one unit takes is rounded up to one: a bucket
    never refills faster than declared, and slower by less than a microsecond per unit.

    Attributes:
        name: the bucket's name: the keyword under which checks pass its subject, and its name in headers.
            Limits that share a store and declare the same bucket, name and numbers, share what was spent.
        limit: units per window; 0 for a plan that has none, whose every check is denied.
        per: the window, as a word or in seconds.
        burst: units that can be spent at once; None for as many as `limit`.

    Raises:
        DeclarationError: for a name that cannot be a keyword argument, or numbers that make no rate.
    """

    name: str
    limit: int
    per: Per
    burst: int | None = None

    def __post_init__(self) -> None:
        """Refuses what cannot be a rate."""
        verify_keyword(self.name, where="Bucket", code="bucket-name", taken=("cost", "plan"))
        where, hint = f"Bucket({self.name!r})", "give the units as an int"
        verify_count(self.limit, "limit", where=where, code="bucket-limit", hint=hint)
        if self.burst is not None:
            verify_count(self.burst, "burst", where=where, code="bucket-burst", hint=hint, least=1)
        _verify_window(self.per, where)
        if _seconds(self.per) > CENTURY or self.span > CENTURY * MICROSECONDS:
            raise DeclarationError(
                "the bucket takes more than a century to refill",
                code="bucket-too-long",
                where=where,
                hint="shorten the window, or lower the burst",
            )
        if self.limit > _microseconds(self.per):
            raise DeclarationError(
                f"{self.limit} units in {self.window:g} s are more than one per microsecond",
                code="bucket-too-fine",
                where=where,
                hint="time is counted in whole microseconds: lower the limit, or widen the window",
            )

    @property
    def mark(self) -> str:
        """By which stores tell it from others: its name and numbers."""
        burst = "" if self.burst is None else f"+{self.burst}"
        return f"{self.name}.{self.limit}.{self.window!r}{burst}"

    @property
    def window(self) -> float:
        """The window in seconds."""
        return _microseconds(self.per) / MICROSECONDS

    @property
    def capacity(self) -> int:
        """Units that can be spent at once."""
        return self.limit if self.burst is None or not self.limit else self.burst

    @property
    def interval(self) -> int:
        """Microseconds in which one unit comes back."""
        return -(-_microseconds(self.per) // (self.limit or 1))

    @property
    def span(self) -> int:
        """Microseconds from wholly spent to full."""
        return self.capacity * self.interval


def _seconds(per: Per) -> float:
    return _SECONDS[per] if isinstance(per, str) else per


def _microseconds(per: Per) -> int:
    return round(_seconds(per) * MICROSECONDS)


def _is_window(per: object) -> bool:
    if isinstance(per, str):
        return per in _SECONDS
    if isinstance(per, bool) or not isinstance(per, int | float):
        return False
    return per < inf and per * MICROSECONDS > 0.5  # less would be rounded to nothing


def _verify_window(per: object, where: str) -> None:
    if not _is_window(per):
        raise DeclarationError(
            f"per is {per!r}, which is not a window",
            code="bucket-per",
            where=where,
            hint=f"give one of {', '.join(map(repr, _SECONDS))}, or a positive number of seconds",
        )
