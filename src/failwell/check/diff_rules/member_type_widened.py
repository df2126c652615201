"""A member can have values that it could not have.

## Why

Errors are only ever received: whatever may arrive in addition is new to clients. An integer that can be a
fraction now breaks those who declared it as one. Of wider bounds only those can suffer who rely on them, so
that is a warning.

## Example

`limit` was an integer, and is a number.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.members import MemberChange, retyped_members
from failwell.check.facts.schemas import Relation
from failwell.check.rule import Fault, rule
from failwell.finding import Severity

_BOUNDS = frozenset(
    {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "pattern"}
    | {"minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"}
)


@rule(
    Severity.ERROR,
    each=retyped_members,
    area="members",
    profile="wire",
    remedy="keep to the values that clients were told of, or add a member beside it",
    mirror="member-type-narrowed",
)
def member_type_widened(relation: Relation, change: MemberChange) -> Iterator[Fault]:
    """Listed values have a rule of their own."""
    if relation.kind == "widened" and relation.aspect == "type":
        severity = Severity.WARNING if relation.keywords <= _BOUNDS else None
        yield change.fault(
            "the member {member!r} can have more values: {what}", what=str(relation), severity=severity
        )
