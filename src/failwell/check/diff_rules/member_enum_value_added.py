"""A member can have a listed value that is new.

## Why

Clients that branch on the values have no branch for it, and generated ones may refuse it. Zalando rule 112
asks for open lists for that reason.

## Example

`plan` is `free` or `paid`, and can be `trial` now.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.members import MemberChange, retyped_members
from failwell.check.facts.schemas import Relation, in_words
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=retyped_members,
    area="members",
    profile="branch",
    remedy="make sure that clients have a branch for values which they do not know",
    mirror="member-enum-value-removed",
)
def member_enum_value_added(relation: Relation, change: MemberChange) -> Iterator[Fault]:
    """A value in place of another one is new as well."""
    values = relation.values(added=True) if relation.aspect == "values" else []
    if values:
        yield change.fault(
            "the member {member!r} can also be {listed}", listed=in_words(values), values=values
        )
