"""Header fields in general: look one up, and tell whether a value may be sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import cast

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


def find(headers: Mapping[str, str] | Iterable[tuple[str, str]], name: str) -> str | None:
    """The first value of a header field, by its name in lower case; None where there is none.

    Mappings that compare names without case (those of HTTP libraries) answer by themselves; plain
    mappings and pairs are searched.
    """
    fields = headers
    if isinstance(fields, Mapping):
        fields = cast("Mapping[str, str]", fields)
        value = fields.get(name)
        if value is not None:
            return value
        fields = fields.items()
    return next((value for key, value in fields if key.lower() == name), None)


def is_field_name(name: str) -> bool:
    """Whether a text can name a header field: it is a token (RFC 9110, section 5.6.2)."""
    return _TOKEN.fullmatch(name) is not None


def is_safe_value(value: str) -> bool:
    """Whether a field value can be sent as it is: ISO 8859-1 without controls (RFC 9110, section 5.5).

    Line breaks are the dangerous ones: with them a value could add fields of its own.
    """
    if value.isascii() and value.isprintable():  # nearly always, and at once
        return True
    return all(" " <= character <= "\xff" and character != "\x7f" for character in value)


def quoted(value: str) -> str:
    """A value in double quotes, with quotes and backslashes escaped (RFC 9110, section 5.6.4)."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
