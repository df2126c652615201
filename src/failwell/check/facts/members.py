"""Members of two states of a type: which is which, and what became of the schemas of those on the wire."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from failwell.check.comparison import Comparison, header_pairs, live_pairs
from failwell.check.facts.schemas import Relation, compare_schemas
from failwell.check.rule import Fault
from failwell.declare.record import Exposure, HeaderRule, MemberType, ProblemType
from failwell.declare.template import Template

EXPOSURES: tuple[Exposure, ...] = ("public", "id", "secret")
"""From anybody to nobody but the caller."""


class MemberChange(NamedTuple):
    """A member, before and after; None where the type did not have it, or has it no longer.

    Attributes:
        before: as it was.
        after: as it is.
        old: the type as it was.
        new: the type as it is.
    """

    before: MemberType | None
    after: MemberType | None
    old: ProblemType
    new: ProblemType

    @property
    def is_renamed(self) -> bool:
        """Whether it has another name in JSON."""
        return bool(self.before and self.after and self.before.wire_name != self.after.wire_name)

    @property
    def member(self) -> MemberType:
        """As it is, or was if it is gone."""
        found = self.after or self.before
        assert found is not None, "a change of no member"  # noqa: S101 - of two sides one is there
        return found

    @property
    def subject(self) -> str:
        """What findings are about: `code.member`."""
        return f"{self.new.code}.{self.member.wire_name}"

    def fault(self, template: str, **arguments: Any) -> Fault:
        """A fault about the member, on its line; its name is the argument `member`."""
        at = ("members", self.member.wire_name)
        return Fault(self.subject, template, at=at, member=self.member.wire_name, **arguments)


def member_changes(before: ProblemType, after: ProblemType) -> Iterator[MemberChange]:
    """Each member of a type, before and after. One that only has another name in JSON is one change.

    A member is the same if its name in JSON is, or if it is the only one that is gone, the only one that is
    new has the same meaning, and nothing but its names differs.
    """
    old = {member.wire_name: member for member in before.members}
    new = {member.wire_name: member for member in after.members}
    gone = [member for name, member in old.items() if name not in new]
    come = [member for name, member in new.items() if name not in old]
    twins = {one.wire_name: two for one in gone if (two := _twin(one, gone, come)) is not None}
    for name, member in old.items():
        yield MemberChange(member, new.get(name) or twins.get(name), before, after)
    heirs = {member.wire_name for member in twins.values()}
    for member in come:
        if member.wire_name not in heirs:
            yield MemberChange(None, member, before, after)


def _twin(member: MemberType, gone: Iterable[MemberType], come: Iterable[MemberType]) -> MemberType | None:
    """The new member that a lost one has become, if it is clear."""
    meaning = _meaning(member)
    if sum(_meaning(other) == meaning for other in gone) > 1:
        return None
    twins = [other for other in come if _meaning(other) == meaning]
    return twins[0] if len(twins) == 1 else None


def _meaning(member: MemberType) -> MemberType:
    return msgspec.structs.replace(member, name="", wire_name="", description="")


# ---------------------------------------------------------------------------------------------- for rules


def wire_changes(comparison: Comparison) -> Iterator[tuple[MemberChange]]:
    """Each member of each type that can still be sent, if it is in the body before or after."""
    yield from comparison.once(_wire_changes)


def _wire_changes(comparison: Comparison) -> list[tuple[MemberChange]]:
    return [
        (change,)
        for before, after, _ in live_pairs(comparison)
        if before.members != after.members  # hardly ever
        for change in member_changes(before, after)
        if any(side is not None and side.on_wire for side in change[:2])
    ]


def kept_members(comparison: Comparison) -> Iterator[tuple[MemberType, MemberType, MemberChange]]:
    """Each member that is in the body before and after, under whatever name."""
    for (change,) in wire_changes(comparison):
        before, after = change.before, change.after
        if before is not None and after is not None and before.on_wire and after.on_wire:
            yield before, after, change


def retyped_members(comparison: Comparison) -> Iterator[tuple[Relation, MemberChange]]:
    """Each member in the body whose values are others than before."""
    for before, after, change in kept_members(comparison):
        if before.schema != after.schema or repr(before.schema) != repr(after.schema):  # true is not 1
            relation = compare_schemas(before.schema, after.schema)
            if relation.kind != "equal":
                yield relation, change


def comes_with(member: MemberType, record: ProblemType) -> frozenset[int]:
    """The statuses with which a member comes."""
    return frozenset(member.statuses or record.statuses)


def kept_headers(comparison: Comparison) -> Iterator[tuple[HeaderRule, HeaderRule, ProblemType, ProblemType]]:
    """Each header rule that a type has before and after, with the type before and after."""
    for before, after, old, new in header_pairs(comparison):
        if before is not None and after is not None:
            yield before, after, old, new


# ------------------------------------------------------------------------------------------- in templates


def as_before(before: ProblemType, after: ProblemType) -> Callable[[str], str]:
    """Gives the members that have another name in Python their former one, in templates of now."""
    if before.members == after.members:
        return lambda template: template
    changes = member_changes(before, after)
    names = {change.after.name: change.before.name for change in changes if change.before and change.after}
    return lambda template: _renamed(template, names)


def _renamed(template: str, names: Mapping[str, str]) -> str:
    compiled = Template(template)
    return compiled.fill({name: f"{{{names.get(name, name)}}}" for name in compiled.names}) or ""


def is_certain(template: str, record: ProblemType) -> bool:
    """Whether a template can be filled for each occurrence; an empty one is promised to be."""
    return not uncertain_names(template, record)


def uncertain_names(template: str, record: ProblemType) -> tuple[str, ...]:
    """The members that a template needs and an occurrence may lack, by their names in Python."""
    optional = {
        member.name
        for member in record.members
        if not member.required or comes_with(member, record) < frozenset(record.statuses)
    }
    return tuple(name for name in dict.fromkeys(Template(template).names) if name in optional)


def is_told(
    before: HeaderRule, after: HeaderRule, names: Iterable[str], old: ProblemType, new: ProblemType
) -> bool:
    """Whether all that happened to a header is what members in the body tell of themselves.

    Args:
        before: the header as it was.
        after: the header as it is.
        names: of the members with which it stands or falls, in Python, as they are.
        old: the type as it was.
        new: the type as it is.
    """
    former = as_before(old, new)
    was = {member.name for member in old.members if member.on_wire}
    in_body = {member.name for member in new.members if member.on_wire}
    kept = {name for name in names if name in in_body and former(f"{{{name}}}")[1:-1] in was}
    return before.template == former(after.template) and kept.issuperset(names)
