"""A member comes with each occurrence now.

## Why

Whoever could live without it can live with it.

## Example

`limit: int | None = None` becomes `limit: int`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.members import MemberChange, kept_members
from failwell.check.rule import Fault, rule
from failwell.declare.record import MemberType
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=kept_members,
    area="members",
    profile="wire",
    remedy="nothing to do for clients; make sure that each place which raises it gives it",
    mirror="member-became-optional",
)
def member_became_required(before: MemberType, after: MemberType, change: MemberChange) -> Iterator[Fault]:
    """The promise is new, not the member."""
    if not before.required and after.required:
        yield change.fault("the member {member!r} comes with each occurrence now")
