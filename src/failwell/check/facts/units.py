"""Units of quantities, as members say them and as their names end."""

from __future__ import annotations

from failwell.check.facts.names import words_of
from failwell.declare.record import MemberType

_SPELLINGS = {
    "bits": "bit",
    "bytes": "byte",
    "kilobytes": "kb kilobyte",
    "megabytes": "mb megabyte",
    "gigabytes": "gb gigabyte",
    "terabytes": "tb terabyte",
    "kibibytes": "kib kibibyte",
    "mebibytes": "mib mebibyte",
    "gibibytes": "gib gibibyte",
    "nanoseconds": "ns nanos nanosecond",
    "microseconds": "us micros microsecond",
    "milliseconds": "ms millis millisecond",
    "seconds": "s sec secs second",
    "minutes": "min mins minute",
    "hours": "h hour",
    "days": "d day",
    "weeks": "week",
    "months": "month",
    "years": "year",
    "percent": "pct percentage",
    "cents": "cent",
}
_CANONICAL = {word: unit for unit, words in _SPELLINGS.items() for word in (unit, *words.split())}
_COUNTED = frozenset(
    {"count", "characters", "chars", "credits", "items", "pixels", "px", "requests", "seats"}
)
_TOO_SHORT = frozenset({"s", "h", "d", "min", "second", "minute", "hour", "day"})
"""As the last word of a name these may be something else: `disk_min`, `retry_at_hour`."""


def canonical_unit(unit: str) -> str:
    """A unit in its usual spelling: `ms` is `milliseconds`; others as they are, in lower case."""
    return _CANONICAL.get(unit.strip().lower(), unit.strip().lower())


def unit_in(name: str) -> str:
    """The unit that the last word of a name gives: `seconds` in `wait_seconds`; empty if it gives none."""
    *before, last = words_of(name) or ("",)
    return "" if before and last in _TOO_SHORT else _CANONICAL.get(last, "")


def unit_of(member: MemberType) -> str:
    """The unit of a member, as it declares it, or else as its name gives it; empty if neither says it."""
    return canonical_unit(member.unit) or unit_in(member.wire_name)


def names_unit(name: str) -> bool:
    """Whether one of the words of a name is a unit, or what is counted."""
    return any(word in _CANONICAL or word in _COUNTED for word in words_of(name))
