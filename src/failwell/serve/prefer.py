"""The header field `Prefer` (RFC 7240): here `Prefer: problem=quota_exceeded; status=413`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from failwell.headers import is_safe_value

_PART = re.compile(r'\s*([^\s=;,"]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^\s;,"]*))?\s*([;,]|$)')
_LONGEST = 1000


class Preference(NamedTuple):
    """A preference: its value, and its parameters by name."""

    value: str
    parameters: Mapping[str, str]

    def applied(self, name: str) -> str:
        """The value of `Preference-Applied` that says it was honoured (RFC 7240, section 3)."""
        return f"{name}={self.value}" if is_safe_value(self.value) else name


def preference(field: str, name: str) -> Preference | None:
    """The preference of a name; of several the first, as RFC 7240 has it in section 2. None if there is none.

    Args:
        field: the field's value; several fields are joined with commas.
        name: in lower case.
    """
    value: str | None = None
    parameters: dict[str, str] = {}
    is_first = True
    for match in _PART.finditer(field[:_LONGEST]):
        key, said = match[1].lower(), _unquoted(match[2] or "")
        if is_first and value is None and key == name:
            value = said
        elif not is_first and value is not None:
            parameters.setdefault(key, said)
        is_first = match[3] == ","
        if is_first and value is not None:
            break
    return None if value is None else Preference(value, parameters)


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text
