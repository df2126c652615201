"""The header fields that types declare: found by name, with the members that their values come from."""

from __future__ import annotations

from failwell.check.facts.names import words_of
from failwell.declare.record import HeaderRule, MemberType, ProblemType
from failwell.declare.template import Template

_DELAYS = frozenset({"after", "delay", "in", "seconds", "wait"})


def header_of(record: ProblemType, name: str) -> HeaderRule | None:
    """The declared header field of this name, in whatever case; None if there is none."""
    return next((rule for rule in record.headers if rule.name.lower() == name.lower()), None)


def members_in(rule: HeaderRule, record: ProblemType) -> tuple[MemberType, ...]:
    """The members that the value of a header field is made of."""
    names = frozenset(Template(rule.template).names)
    return tuple(member for member in record.members if member.name in names)


def delay_members(record: ProblemType) -> tuple[MemberType, ...]:
    """The members in the body that tell for how long to wait before a retry: `retry_after_seconds`."""
    return tuple(
        member
        for member in record.members
        if member.on_wire
        and "retry" in (words := words_of(member.wire_name))
        and not _DELAYS.isdisjoint(words)
    )
