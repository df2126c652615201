"""What a library says in a few fixed phrases, as a code and our own words."""

from __future__ import annotations

import re
from typing import NamedTuple

_NUMBER = r"(-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)"


class Phrase(NamedTuple):
    r"""One message of a library.

    Attributes:
        pattern: the whole message; its groups are texts of the schema, never the input's value.
        code: the kind of failure.
        detail: what the value has to be, with the pattern's groups as `\1`, `\2` …
    """

    pattern: re.Pattern[str]
    code: str
    detail: str


def phrase(pattern: str, code: str, detail: str) -> Phrase:
    """A phrase; `#` in the pattern is a number, and a group."""
    return Phrase(re.compile(pattern.replace("#", _NUMBER), re.DOTALL), code, detail)


def find(phrases: tuple[Phrase, ...], message: str) -> tuple[str, str] | None:
    """The code and the detail of the first phrase that a message is, or None."""
    for one in phrases:
        found = one.pattern.fullmatch(message)
        if found:
            return one.code, found.expand(one.detail)
    return None
