"""A member can be anything.

## Why

Clients get no type for it, mocks have no value for it, and `diff` cannot tell when its form changes. It is
also where internals slip out that nobody declared.

## Example

`context: dict`, `value: Any`, `items: list`; say `dict[str, str]`, `list[Choice]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, members
from failwell.check.facts.live_types import is_live
from failwell.check.facts.shapes import is_untyped
from failwell.check.rule import Fault, rule
from failwell.declare.record import MemberType, ProblemType
from failwell.finding import Severity


@rule(Severity.INFO, each=members, area="members", remedy="give it a type with fields or items")
def member_untyped(member: MemberType, record: ProblemType, _: Api) -> Iterator[Fault]:
    """Who writes `additionalProperties` has thought of it; values off the wire are read by templates only."""
    if member.on_wire and is_live(record) and is_untyped(member.schema):
        yield Fault(
            f"{record.code}.{member.wire_name}",
            "the schema of {name!r} does not say what it holds",
            at=("members", member.wire_name),
            name=member.wire_name,
        )
