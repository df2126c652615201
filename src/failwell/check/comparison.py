"""What `diff` looks at: two states of an API, and which type of the one is which of the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from failwell.check.api import Api
from failwell.check.listings import route_of
from failwell.check.succession import heirs_of
from failwell.declare.record import HeaderRule, ProblemType, Stage
from failwell.source import ListedOperation

_Made = TypeVar("_Made")


class Pair(NamedTuple):
    """A type, before and after. Its code differs where it was renamed."""

    before: ProblemType
    after: ProblemType

    @property
    def is_renamed(self) -> bool:
        """Whether it has another code now."""
        return self.before.code != self.after.code


class Withdrawal(NamedTuple):
    """A type that could be sent and can be no more, as it was, and whether a tombstone is left."""

    record: ProblemType
    has_tombstone: bool


class Comparison:
    """Two states of one API.

    Attributes:
        before: what clients have.
        after: what they are to get. Its day is the day of the check.
        pairs: the types that both have, by the code before; not where the code of a tombstone is that of
            another type now.
        added: the records of types that only `after` has.
        removed: the records of types that only `before` has: not even a tombstone is left.
    """

    def __init__(self, before: Api, after: Api) -> None:
        """Matches the types; `failwell.check.succession` tells how. So one change is one finding.

        Standard types are compared only where a type of the API's own has the same code on the other side.
        """
        self.before, self.after = before, after
        self._made: dict[object, Any] = {}
        own, now = after.own, after.catalog.records
        self._old = {
            code: record
            for code, record in before.catalog.records.items()
            if _is_promised(record) and (not record.fills_gap or code in own)
        }
        new = {code: one for code, one in own.items() if code not in self._old and _is_promised(one)}
        living = {code: one for code, one in new.items() if one.lifecycle.stage is not Stage.REMOVED}
        self._heirs = heirs_of(self._old, now, living)
        matched = {code: Pair(self._old[code], now[heir]) for code, heir in self._heirs.items()}
        self.pairs = {code: pair for code, pair in matched.items() if not _is_another(*pair)}
        continued = frozenset(self._heirs.values())
        self.added = {code: one for code, one in new.items() if code not in continued}
        self.removed = {
            code: one for code, one in self._old.items() if code not in now and code not in self._heirs
        }

    def once(self, make: Callable[[Comparison], _Made]) -> _Made:
        """What is made of the two states for several rules; it is made when the first one asks."""
        if make not in self._made:
            self._made[make] = make(self)
        made: _Made = self._made[make]
        return made

    @cached_property
    def renamed(self) -> Mapping[str, str]:
        """The codes of renamed types, before → after."""
        return {code: heir for code, heir in self._heirs.items() if code != heir}

    @cached_property
    def reused(self) -> Mapping[str, Pair]:
        """The codes, former codes and aliases that mean something else now: what they meant, and mean.

        A type that is gone and whose code is an alias of another one has become part of it: that is none.
        """
        owners = {
            name: record
            for record in self.after.catalog.records.values()
            if record.lifecycle.stage is not Stage.REMOVED
            for name in record.names
        }
        return {
            name: Pair(record, owners[name])
            for record in self._old.values()
            for name in record.names
            if name in owners and self._is_reused(name, record, owners[name])
        }

    def _is_reused(self, name: str, before: ProblemType, after: ProblemType) -> bool:
        heir = self._heirs.get(before.code)
        if heir == after.code:
            return _is_another(before, after)
        was_removed = before.lifecycle.stage is Stage.REMOVED
        successor = before.lifecycle.replaced_by
        if was_removed and self.code_now(successor) == after.code:
            return False
        return heir is not None or was_removed or name == after.code

    def code_now(self, code: str) -> str:
        """The code of a type after, for its code before: another one only where it was renamed."""
        return self._heirs.get(code, code)

    @property
    def knows_operations(self) -> bool:
        """Whether the operations are known on both sides; else there is nothing to compare."""
        return self.before.knows_operations and self.after.knows_operations

    @cached_property
    def operations(self) -> Mapping[str, tuple[ListedOperation, ListedOperation]]:
        """The operations that both have, by `METHOD /path` as it is after.

        The names of a path's parameters do not count: clients do not see them.
        """
        before = {route_of(operation): operation for operation in self.before.operations}
        return {
            str(one): (before[route_of(one)], one) for one in self.after.operations if route_of(one) in before
        }


def _is_promised(record: ProblemType) -> bool:
    """Drafts are promised to nobody, and become new once they are."""
    return record.lifecycle.stage is not Stage.DRAFT


def _is_another(before: ProblemType, after: ProblemType) -> bool:
    """Whether the code of a removed type is that of another one now. Of a tombstone little more is left."""
    if before.lifecycle.stage is not Stage.REMOVED or after.lifecycle.stage is Stage.REMOVED:
        return False
    return before.title != after.title or not set(before.statuses) & set(after.statuses)


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


def renamed_pairs(comparison: Comparison) -> Iterator[tuple[ProblemType, ProblemType, Comparison]]:
    """Each type that has another code now, unless that code meant something else before: see `reused`."""
    for pair in comparison.pairs.values():
        if pair.is_renamed and pair.after.code not in comparison.reused:
            yield pair.before, pair.after, comparison


def withdrawn_types(comparison: Comparison) -> Iterator[tuple[Withdrawal, Comparison]]:
    """Each type that can be sent no more."""
    for pair in comparison.pairs.values():
        is_removed = pair.after.lifecycle.stage is Stage.REMOVED
        if is_removed and pair.before.lifecycle.stage is not Stage.REMOVED:
            yield Withdrawal(pair.before, has_tombstone=True), comparison
    for record in comparison.removed.values():
        if record.lifecycle.stage is not Stage.REMOVED and record.code not in comparison.reused:
            yield Withdrawal(record, has_tombstone=False), comparison


def added_types(comparison: Comparison) -> Iterator[tuple[ProblemType, Comparison]]:
    """Each type that is new."""
    for record in comparison.added.values():
        yield record, comparison


def removed_types(comparison: Comparison) -> Iterator[tuple[ProblemType, Comparison]]:
    """Each type that is gone without a trace."""
    for record in comparison.removed.values():
        yield record, comparison


def header_pairs(
    comparison: Comparison,
) -> Iterator[tuple[HeaderRule | None, HeaderRule | None, ProblemType, ProblemType]]:
    """Each header rule before and after, None where there is none, with its type before and after."""
    for before, after, _ in live_pairs(comparison):
        old = {rule.name.lower(): rule for rule in before.headers}
        new = {rule.name.lower(): rule for rule in after.headers}
        for name in {**old, **new}:
            yield old.get(name), new.get(name), before, after


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
    known = {str(before) for before, _ in comparison.operations.values()}
    for operation in comparison.before.operations if comparison.knows_operations else ():
        if str(operation) not in known:
            yield operation, comparison
