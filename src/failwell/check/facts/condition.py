"""Which code stands for what can happen: for a status, for an unhandled failure, for an example."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from failwell.check.comparison import Comparison
from failwell.declare.record import Example, ProblemType, Stage, Standard


def standing(records: Mapping[str, ProblemType]) -> Mapping[Standard, ProblemType]:
    """The types that stand for statuses and for `internal`, those that fill gaps as well."""
    return {record.standard: record for record in records.values() if record.standard is not None}


def name_of(condition: Standard) -> str:
    """How messages speak of a condition."""
    return f"the status {condition}" if isinstance(condition, int) else "an unhandled failure"


def is_gone(comparison: Comparison, before: ProblemType) -> bool:
    """Whether a type can be sent no more, of which other rules have more to say; so with drafts."""
    if before.lifecycle.stage is Stage.DRAFT or before.code in comparison.removed:
        return True
    pair = comparison.pairs.get(before.code)
    return pair is not None and pair.after.lifecycle.stage is Stage.REMOVED


def has_moved(comparison: Comparison, before: ProblemType, after: ProblemType) -> bool:
    """Whether something that one type told is told by another, though the one could still be sent."""
    known = (before.code, comparison.code_now(before.code))
    return after.code not in known and not is_gone(comparison, before)


def moved_examples(comparison: Comparison) -> Iterator[tuple[ProblemType, Example, ProblemType]]:
    """Each example that has gone from one type to another: the one, the example, the other.

    Only those with a text of their own count: others look alike.
    """
    arrived = _arrived(comparison)
    for pair in comparison.pairs.values() if arrived else ():
        for example in pair.before.examples:
            for other, record in arrived.get(example.detail, ()):
                is_same = other == example and example not in pair.after.examples
                if is_same and record.code != pair.after.code and not is_gone(comparison, pair.before):
                    yield pair.after, example, record


def _arrived(comparison: Comparison) -> Mapping[str, list[tuple[Example, ProblemType]]]:
    """The examples that are new in their types, by their texts."""
    known = {pair.after.code: pair.before.examples for pair in comparison.pairs.values()}
    found: defaultdict[str, list[tuple[Example, ProblemType]]] = defaultdict(list)
    for record in comparison.after.own.values():
        for example in record.examples:
            if example.detail and example not in known.get(record.code, ()):
                found[example.detail].append((example, record))
    return found
