"""Calendar periods in a named time zone: the day, the month or the year in which an instant lies."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import msgspec

from failwell.clock import MICROSECONDS
from failwell.exceptions import DeclarationError

CalendarPer = Literal["day", "month", "year"]
"""What a calendar is divided into."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_WIDEST = 30 * 3_600  # seconds by which a date's beginning lies at most from its midnight by UTC


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """A span of the calendar, from `start` on and up to `end`, which belongs to the next.

    Attributes:
        label: names the period among all of its kind: `2026-11-21`, `2026-11` or `2026`.
        start: its first instant, in microseconds since 1970 in UTC.
        end: the first instant of the next.
        resets: `end` as a time in the zone.
    """

    label: str
    start: int
    end: int
    resets: datetime

    @property
    def length(self) -> int:
        """How long it lasts, in microseconds: a day can have 23 hours, or 25."""
        return self.end - self.start


class Calendar:
    """Divides time into days, months or years as people in a zone count them.

    A period begins with the first instant of its first day there, also where that day has no midnight since
    clocks were put forward, or has two. Once a period has begun it does not come back.

    Args:
        per: what time is divided into.
        zone: a name of the IANA time zone database, such as `Europe/Berlin`.

    Raises:
        DeclarationError: for another word, or a zone that is not known.
    """

    def __init__(self, per: CalendarPer, zone: str = "UTC", *, where: str = "Calendar") -> None:
        if per not in get_args(CalendarPer):
            raise DeclarationError(
                f"per is {per!r}, which is no period of the calendar",
                code="calendar-per",
                where=where,
                hint=f"use one of {', '.join(map(repr, get_args(CalendarPer)))}",
            )
        self.per, self.zone = per, zone
        self._zone = _zone_of(zone, where)

    def period(self, instant: int) -> Period:
        """The period in which an instant lies.

        Args:
            instant: in microseconds since 1970 in UTC.

        Raises:
            ValueError: for an instant for which the calendar, that of the years 1 to 9999, has no period.
        """
        try:
            return self._period(instant)
        except OverflowError:
            raise ValueError(
                f"{instant} µs since 1970 lies in no {self.per} of the years 1 to 9999\n"
                "  To mend it: let the clock count microseconds since 1970, as time.time_ns() // 1_000 does"
            ) from None

    def _period(self, instant: int) -> Period:
        first = self._first_day(self._local(instant).date())
        following = self._next(first)
        start, end = self._beginning(first), self._beginning(following)
        while instant >= end:  # a clock put back over midnight: the date returns, the period does not
            first, following = following, self._next(following)
            start, end = end, self._beginning(following)
        label = first.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.per]]
        return Period(label=label, start=start, end=end, resets=self._local(end))

    def _local(self, instant: int) -> datetime:
        return (_EPOCH + timedelta(microseconds=instant)).astimezone(self._zone)

    def _first_day(self, day: date) -> date:
        if self.per == "day":
            return day
        return day.replace(day=1) if self.per == "month" else day.replace(month=1, day=1)

    def _next(self, first: date) -> date:
        return self._first_day(first + timedelta(days={"day": 1, "month": 31, "year": 366}[self.per]))

    def _beginning(self, day: date) -> int:
        """The first instant in the zone at which the date is `day`, or a later one if that was left out."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=self._zone)  # of two the first
        instant = (midnight.astimezone(UTC) - _EPOCH) // _MICROSECOND
        if self._local(instant - 1).date() < day:
            return instant
        # Clocks were put forward from before midnight to after it: look for the second at which they were.
        before, after = instant // MICROSECONDS - _WIDEST, instant // MICROSECONDS
        while after - before > 1:
            middle = (before + after) // 2
            if self._local(middle * MICROSECONDS).date() < day:
                before = middle
            else:
                after = middle
        return after * MICROSECONDS


def _zone_of(name: object, where: str) -> tzinfo:
    if name == "UTC":
        return UTC  # known without a database
    try:
        if isinstance(name, str):
            return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass  # it is not there, or is a path that leads elsewhere, or a folder of names
    raise DeclarationError(
        f"{name!r} is not a time zone that is known here",
        code="calendar-zone",
        where=where,
        hint=_zones_like(str(name)),
    )


def _zones_like(name: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only for errors

    known = {zone.casefold(): zone for zone in available_timezones()}
    if not known:
        return "there is no time zone database, as on Windows and in small images: pip install tzdata"
    near = get_close_matches(name.casefold(), known, n=3, cutoff=0.5)
    if not near:
        return "use a name of the IANA time zone database, such as 'Europe/Berlin' or 'UTC'"
    return f"did you mean {' or '.join(known[zone] for zone in near)}?"
