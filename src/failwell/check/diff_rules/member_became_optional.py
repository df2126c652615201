"""A member may be absent now.

## Why

Clients were told that each occurrence brings it. Those who read it without asking fail at the first one
without it, often long after the release.

## Example

`limit: int` becomes `limit: int | None = None`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.members import MemberChange, kept_members
from failwell.check.rule import Fault, rule
from failwell.declare.record import MemberType
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=kept_members,
    area="members",
    profile="wire",
    remedy="keep giving it with each occurrence, or add another type for those without it",
    mirror="member-became-required",
)
def member_became_optional(before: MemberType, after: MemberType, change: MemberChange) -> Iterator[Fault]:
    """Absent, for members are never null."""
    if before.required and not after.required:
        yield change.fault("the member {member!r} may be absent now")
