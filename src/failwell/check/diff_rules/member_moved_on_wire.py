"""A member that only templates and headers used is in the body now.

## Why

Clients ignore members that they do not know (RFC 9457, section 3.2). But what was kept inside is shown to
callers now (OWASP API3:2023, Broken Object Property Level Authorization).

## Example

`"x-failwell": {"on_wire": false}` is taken from `limit`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.members import MemberChange, wire_changes
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=wire_changes,
    area="members",
    profile="wire",
    remedy="make sure that callers may see its values",
    mirror="member-moved-off-wire",
)
def member_moved_on_wire(change: MemberChange) -> Iterator[Fault]:
    """Of one that was not in it."""
    if change.before is not None and change.after is not None and not change.before.on_wire:
        yield change.fault("the member {member!r} is in the body now")
