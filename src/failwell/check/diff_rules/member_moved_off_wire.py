"""A member is no longer in the body.

## Why

It is still declared, but `on_wire` is false now: for those who read the body, it is gone.

## Example

`"x-failwell": {"on_wire": false}` is added to `limit`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.members import MemberChange, wire_changes
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=wire_changes,
    area="members",
    profile="wire",
    remedy="leave the member in the body: take `on_wire = false` away",
    mirror="member-moved-on-wire",
)
def member_moved_off_wire(change: MemberChange) -> Iterator[Fault]:
    """Of one that was in it."""
    if change.before is not None and change.after is not None and not change.after.on_wire:
        yield change.fault(
            "the member {member!r} is no longer in the body: only templates and headers use it"
        )
