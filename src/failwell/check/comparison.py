"""What `diff` looks at: two states of an API, and which type of the one is which of the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from failwell.check.api import Api
from failwell.declare.record import HeaderRule, MemberType, ProblemType, Stage
from failwell.source import ListedOperation


class Pair(NamedTuple):
    """A type, before and after. Its code differs where it was renamed."""

    before: ProblemType
    after: ProblemType

    @property
    def is_renamed(self) -> bool:
        """Whether it has another code now."""
        return self.before.code != self.after.code


class MemberPair(NamedTuple):
    """A member of a type that has it before and after. Its name in Python differs where that was renamed."""

    before: MemberType
    after: MemberType


class Comparison:
    """Two states of one API.

    Attributes:
        before: what clients have.
        after: what they are to get. Its day is the day of the check.
        pairs: the types that both have, by the code before.
        added: the records of types that only `after` has.
        removed: the records of types that only `before` has: not even a tombstone is left.
    """

    def __init__(self, before: Api, after: Api) -> None:
        """Matches the types: by code, and renamed ones by the former code or an alias that is kept.

        A type whose every word but the code is the same, and which alone is gone, is renamed as well, though
        nobody said so. So one change is one finding.
        """
        self.before, self.after = before, after
        old, now = _promised(before), after.own
        self.pairs = {code: Pair(record, now[code]) for code, record in old.items() if code in now}
        gone = {code: record for code, record in old.items() if code not in now}
        new = {code: record for code, record in _promised(after).items() if code not in old}
        for code, record in list(gone.items()):
            heir = _heir(record, new)
            if heir is not None:
                self.pairs[code] = Pair(gone.pop(code), new.pop(heir))
        self.removed, self.added = gone, new

    @cached_property
    def renamed(self) -> Mapping[str, str]:
        """The codes of renamed types, before → after."""
        return {pair.before.code: pair.after.code for pair in self.pairs.values() if pair.is_renamed}

    @property
    def knows_operations(self) -> bool:
        """Whether the operations are known on both sides; else there is nothing to compare."""
        return self.before.knows_operations and self.after.knows_operations

    @cached_property
    def operations(self) -> Mapping[str, tuple[ListedOperation, ListedOperation]]:
        """The operations that both have, by `METHOD /path`."""
        after = {str(operation): operation for operation in self.after.operations}
        return {str(one): (one, after[str(one)]) for one in self.before.operations if str(one) in after}


def _promised(api: Api) -> Mapping[str, ProblemType]:
    """The types that are no drafts: those are promised to nobody, and become new once they are."""
    return {code: one for code, one in api.own.items() if one.lifecycle.stage is not Stage.DRAFT}


def _heir(record: ProblemType, new: Mapping[str, ProblemType]) -> str | None:
    """The code that a type has now, if one of the new ones is it."""
    for code, other in new.items():
        if record.code in other.names:
            return code
    twins = [code for code, other in new.items() if _without_name(other) == _without_name(record)]
    return twins[0] if len(twins) == 1 else None


def _without_name(record: ProblemType) -> tuple[object, ...]:
    return tuple(
        getattr(record, field)
        for field in record.__struct_fields__
        if field not in ("code", "aliases", "lifecycle", "since")
    )


# --------------------------------------------------------------------------------------------- the parts


def comparisons(comparison: Comparison) -> Iterator[tuple[Comparison]]:
    """The comparison as a whole."""
    yield (comparison,)


def pairs(comparison: Comparison) -> Iterator[tuple[ProblemType, ProblemType, Comparison]]:
    """Each type that both have: before, after."""
    for pair in comparison.pairs.values():
        yield pair.before, pair.after, comparison


def live_pairs(comparison: Comparison) -> Iterator[tuple[ProblemType, ProblemType, Comparison]]:
    """Each type that both have and that can still be sent: of a tombstone nothing but the page is left."""
    for before, after, _ in pairs(comparison):
        if after.lifecycle.stage is not Stage.REMOVED and before.lifecycle.stage is not Stage.REMOVED:
            yield before, after, comparison


def added_types(comparison: Comparison) -> Iterator[tuple[ProblemType, Comparison]]:
    """Each type that is new."""
    for record in comparison.added.values():
        yield record, comparison


def removed_types(comparison: Comparison) -> Iterator[tuple[ProblemType, Comparison]]:
    """Each type that is gone without a trace."""
    for record in comparison.removed.values():
        yield record, comparison


def member_pairs(comparison: Comparison) -> Iterator[tuple[MemberType, MemberType, ProblemType, Comparison]]:
    """Each member that a type has before and after, by its name in JSON, with the type as it is after."""
    for before, after, _ in live_pairs(comparison):
        now = {member.wire_name: member for member in after.members}
        for member in before.members:
            if member.wire_name in now:
                yield member, now[member.wire_name], after, comparison


def added_members(comparison: Comparison) -> Iterator[tuple[MemberType, ProblemType, Comparison]]:
    """Each member that a type has got, with the type as it is after."""
    for before, after, _ in live_pairs(comparison):
        known = {member.wire_name for member in before.members}
        for member in after.members:
            if member.wire_name not in known:
                yield member, after, comparison


def removed_members(comparison: Comparison) -> Iterator[tuple[MemberType, ProblemType, Comparison]]:
    """Each member that a type has lost, with the type as it is after."""
    for before, after, _ in live_pairs(comparison):
        known = {member.wire_name for member in after.members}
        for member in before.members:
            if member.wire_name not in known:
                yield member, after, comparison


def header_pairs(
    comparison: Comparison,
) -> Iterator[tuple[HeaderRule | None, HeaderRule | None, ProblemType, Comparison]]:
    """Each header rule of a type, before and after; None where there is none."""
    for before, after, _ in live_pairs(comparison):
        old = {rule.name.lower(): rule for rule in before.headers}
        new = {rule.name.lower(): rule for rule in after.headers}
        for name in {**old, **new}:
            yield old.get(name), new.get(name), after, comparison


def operation_pairs(comparison: Comparison) -> Iterator[tuple[ListedOperation, ListedOperation, Comparison]]:
    """Each operation that both have: before, after."""
    if comparison.knows_operations:
        for before, after in comparison.operations.values():
            yield before, after, comparison


def added_operations(comparison: Comparison) -> Iterator[tuple[ListedOperation, Comparison]]:
    """Each operation that is new."""
    for operation in comparison.after.operations if comparison.knows_operations else ():
        if str(operation) not in comparison.operations:
            yield operation, comparison


def removed_operations(comparison: Comparison) -> Iterator[tuple[ListedOperation, Comparison]]:
    """Each operation that is gone."""
    for operation in comparison.before.operations if comparison.knows_operations else ():
        if str(operation) not in comparison.operations:
            yield operation, comparison
