"""Dates in header fields (RFC 9110, section 5.6.7): read in all three forms, written in the one."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_EPOCH = date(1970, 1, 1).toordinal()

_DAY, _WEEKDAY, _MONTH = "|".join(_DAYS), "|".join(_WEEKDAYS), "|".join(_MONTHS)
_TIME = "(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9]|60)"  # 60: a leap second
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(?:{_DAY}), (?P<day>[0-9]{{2}}) (?P<month>{_MONTH}) (?P<year>[0-9]{{4}}) {_TIME} GMT",
        rf"(?:{_WEEKDAY}), (?P<day>[0-9]{{2}})-(?P<month>{_MONTH})-(?P<year>[0-9]{{2}}) {_TIME} GMT",
        rf"(?:{_DAY}) (?P<month>{_MONTH}) (?P<day>[0-9]{{2}}| [0-9]) {_TIME} (?P<year>[0-9]{{4}})",
    )
)
_CENTURY = 100
_LATEST = 50  # years ahead: a year of two digits that seems farther ahead lies in the past


def http_date(instant: datetime) -> str:
    """Writes a date: `Sun, 06 Nov 1994 08:49:37 GMT`. What is less than a second is dropped.

    Args:
        instant: with a time zone.

    Raises:
        ValueError: for an instant without one.
    """
    if instant.utcoffset() is None:
        raise ValueError(
            f"http_date: {instant!r} has no time zone, so it could be any of many instants\n"
            "  To mend it: pass datetime.now(UTC), or instant.replace(tzinfo=UTC) if it is UTC"
        )
    at = instant.astimezone(UTC)
    # The standard library's own way depends on the locale, or is heavy to import.
    day = f"{_DAYS[at.weekday()]}, {at.day:02d} {_MONTHS[at.month - 1]} {at.year:04d}"
    return f"{day} {at.hour:02d}:{at.minute:02d}:{at.second:02d} GMT"


def seconds_of(value: str, *, this_year: int) -> int | None:
    """Reads a date as seconds since 1970; None if it is none. The day of the week does not count.

    Args:
        value: the field's value; blanks around it do not count.
        this_year: by which a year of two digits is understood, as the obsolete form of RFC 850 has them: what
            seems more than 50 years ahead lies in the past.
    """
    text = value.strip(" \t")
    found = next(filter(None, (form.fullmatch(text) for form in _FORMS)), None)
    if found is None:
        return None
    year = int(found["year"])
    if len(found["year"]) == len("94"):
        year += this_year - this_year % _CENTURY
        year += _CENTURY if year <= this_year - _LATEST else 0
        year -= _CENTURY if year > this_year + _LATEST else 0
    try:
        day = date(year, _MONTHS.index(found["month"]) + 1, int(found["day"])).toordinal() - _EPOCH
    except ValueError:  # 30 February, the year 0
        return None
    return ((day * 24 + int(found["hour"])) * 60 + int(found["minute"])) * 60 + int(found["second"])
