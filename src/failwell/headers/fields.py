"""Header fields in general: look one up, and tell whether a value may be sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

def find(headers: Mapping[str, str] | Iterable[tuple[str, str]], name: str) -> str | None:
    """The first value of a header field, by its name in lower case; None where there is none.

    Mappings that compare names without case (those of HTTP libraries) answer by themselves; plain
    mappings and pairs are searched.
    """
    if isinstance(headers, Mapping):
        value = headers.get(name)
        if value is not None:
            return value
        headers = headers.items()
    return next((value for key, value in headers if key.lower() == name), None)


def is_safe_value(value: str) -> bool:
    """Whether a field value can be sent as it is: ISO 8859-1 without controls (RFC 9110, section 5.5).

    Line breaks are the dangerous ones: with them a value could add fields of its own.
    """
    return all(" " <= character <= "\xff" and character != "\x7f" for character in value)
