"""What tells callers that something goes away: `Deprecation`, `Sunset`, and `Link` to what comes after it."""

from __future__ import annotations

from datetime import date

from failwell.typing import Headers

_EPOCH = date(1970, 1, 1).toordinal()
_SECONDS = 86_400
# The standard library's own way to write this date depends on the locale, or is heavy to import.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def midnight(day: date) -> int:
    """The instant at which a day begins in UTC, in seconds since 1970."""
    return (day.toordinal() - _EPOCH) * _SECONDS


def lifecycle_fields(
    since: date | None, sunset: date | None, *, page: str = "", successor: str = ""
) -> Headers:
    """The header fields of something deprecated. A fact that is not known has no field.

    Args:
        since: the day of the deprecation: `Deprecation`, a structured date (RFC 9745, section 2.1).
        sunset: the day from which it may be gone: `Sunset`, an HTTP date (RFC 8594, section 3).
        page: URL of the HTML page that says more: `Link` with `rel="deprecation"` (RFC 9745, section 3).
        successor: URI of what takes its place: `Link` with `rel="successor-version"` (RFC 5829, section 3).
    """
    links = [f'<{_target(page)}>; rel="deprecation"; type="text/html"'] if page else []
    links += [f'<{_target(successor)}>; rel="successor-version"'] if successor else []
    fields: list[tuple[str, str]] = []
    if since is not None:
        fields.append(("Deprecation", f"@{midnight(since)}"))
    if sunset is not None:
        fields.append(("Sunset", _midnight_in_words(sunset)))
    if links:
        fields.append(("Link", ", ".join(links)))
    return tuple(fields)


def _midnight_in_words(day: date) -> str:
    """An IMF-fixdate (RFC 9110, section 5.6.7)."""
    month = _MONTHS[day.month - 1]
    return f"{_DAYS[day.weekday()]}, {day.day:02d} {month} {day.year:04d} 00:00:00 GMT"


def _target(uri: str) -> str:
    """A URI for between angle brackets (RFC 8288, section 3): what cannot stand there is percent-encoded."""
    return "".join(
        char if "!" <= char <= "~" and char not in '"<>' else _percent_encoded(char) for char in uri
    )


def _percent_encoded(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "replace"))
