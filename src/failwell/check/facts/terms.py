"""Words in codes and titles that tell kinds of limits apart."""

from __future__ import annotations

from failwell.check.facts.names import words_of
from failwell.declare.record import ProblemType

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


def terms_of(record: ProblemType) -> frozenset[str]:
    """The words of a type's code and title."""
    return frozenset((*words_of(record.code), *words_of(record.title)))
