"""Groups of types that look alike from outside, before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from failwell.check.comparison import Comparison, live_pairs
from failwell.declare.record import ProblemType


def group_changes(
    comparison: Comparison,
) -> Iterator[tuple[ProblemType, ProblemType, tuple[str, ...], tuple[str, ...]]]:
    """Each type that says another group than before: before, after, whom it has left, whom it has joined.

    The others are named by their codes of now. Who stays in a group has left nobody, and a group that only
    has another name has lost nobody.
    """
    pairs = [(before, after) for before, after, _ in live_pairs(comparison)]
    old = _groups({after.code: before for before, after in pairs})
    new = _groups({after.code: after for _, after in pairs})
    for before, after in pairs:
        if before.conceal != after.conceal:
            was, now = old.get(before.conceal, frozenset()), new.get(after.conceal, frozenset())
            yield before, after, _listed(was - now, after), _listed(now - was, after)


def _listed(codes: frozenset[str], record: ProblemType) -> tuple[str, ...]:
    return tuple(sorted(codes - {record.code}))


def _groups(records: Mapping[str, ProblemType]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for code, record in records.items():
        if record.conceal:
            found.setdefault(record.conceal, set()).add(code)
    return {name: frozenset(codes) for name, codes in found.items()}
