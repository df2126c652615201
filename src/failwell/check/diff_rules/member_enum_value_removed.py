"""A member no longer has one of its listed values.

## Why

Errors are only ever received: a branch that is never taken does no harm.

## Example

`plan` is `free` or `paid`, and is always `free` now.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.members import MemberChange, retyped_members
from failwell.check.facts.schemas import Relation, in_words
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=retyped_members,
    area="members",
    profile="branch",
    remedy="nothing to do; clients may take the branch for it away",
    mirror="member-enum-value-added",
)
def member_enum_value_removed(relation: Relation, change: MemberChange) -> Iterator[Fault]:
    """A value in place of another one removes that."""
    values = relation.values(added=False) if relation.aspect == "values" else []
    if values:
        yield change.fault(
            "the member {member!r} can no longer be {listed}", listed=in_words(values), values=values
        )
