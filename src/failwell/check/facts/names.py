"""Names in catalogs, such as codes and members: their words, and the style in which they are written."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[^\W\d_A-Za-z]+")


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: `userId` and `user_id` have the same."""
    return tuple(word.lower() for word in _WORD.findall(name))


def style_of(code: str) -> str:
    """The style of a code: `snake_case`, `kebab-case`, `camelCase` …; `mixed`; empty if it is one word.

    Dots part a namespace from the rest in each of them.
    """
    has_line, has_hyphen = "_" in code, "-" in code
    if has_line and has_hyphen:
        return "mixed"
    if has_line or has_hyphen:
        styles = ("snake_case", "UPPER_CASE") if has_line else ("kebab-case", "UPPER-CASE")
        return styles[0] if code.islower() else styles[1] if code.isupper() else "mixed"
    if code.islower():
        return ""
    if code.isupper():
        return "UPPER_CASE"
    return "camelCase" if code[0].islower() else "PascalCase"
