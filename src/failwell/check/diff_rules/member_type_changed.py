"""A member has another type.

## Why

Some of the values that arrive now are none that clients were told of: typed clients cannot read them,
others compute with them. AIP-180 counts a changed type of a field as breaking.

## Example

`limit` was an integer, and is a text such as `"10 GB"`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.members import MemberChange, retyped_members
from failwell.check.facts.schemas import Relation
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=retyped_members,
    area="members",
    profile="wire",
    remedy="add a member of the new type beside it, and keep this one as it was",
    no_mirror="a change back is a change",
)
def member_type_changed(relation: Relation, change: MemberChange) -> Iterator[Fault]:
    """Also where it cannot be shown that the values are fewer, or more."""
    if relation.kind == "changed" and relation.aspect == "type":
        yield change.fault("the member {member!r} has another type: {what}", what=str(relation))
