"""The words in codes, titles and names, however they are joined: `quotaExceeded`, `quota-exceeded`."""

from __future__ import annotations

import re

from failwell.declare.record import ProblemType

_TERM = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

CONCURRENCY = frozenset({"concurrency", "concurrent", "parallel", "simultaneous"})
"""A limit of these frees when work ends, so that nobody knows for how long to wait."""

QUOTA = frozenset(
    {
        "allowance",
        "balance",
        "billing",
        "budget",
        "credit",
        "credits",
        "plan",
        "quota",
        "spend",
        "subscription",
    }
)
"""A limit of these stays until somebody does something, or a period ends."""


def terms(text: str) -> tuple[str, ...]:
    """The words of a name in lower case, in order."""
    return tuple(word.lower() for word in _TERM.findall(text))


def terms_of(record: ProblemType) -> frozenset[str]:
    """The words of a type's code and title."""
    return frozenset((*terms(record.code), *terms(record.title)))
