"""A member can have fewer values than it could have.

## Why

Errors are only ever received, so whoever could read all of the former values can read those that are left.

## Example

`limit` was a number, and is an integer.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.members import MemberChange, retyped_members
from failwell.check.facts.schemas import Relation
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=retyped_members,
    area="members",
    profile="wire",
    remedy="nothing to do for clients",
    mirror="member-type-widened",
)
def member_type_narrowed(relation: Relation, change: MemberChange) -> Iterator[Fault]:
    """Listed values have a rule of their own."""
    if relation.kind == "narrowed" and relation.aspect == "type":
        yield change.fault("the member {member!r} can have fewer values: {what}", what=str(relation))
