"""A member is new.

## Why

Clients have to ignore extension members that they do not recognise (RFC 9457, section 3.2), so this is
safe; release notes should tell.

## Example

`quota_exceeded` also says how much is `used`.
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
    remedy="nothing to do: clients ignore members that they do not know (RFC 9457, section 3.2)",
    mirror="member-removed",
)
def member_added(change: MemberChange) -> Iterator[Fault]:
    """In the body."""
    if change.before is None:
        yield change.fault("the member {member!r} is new")
