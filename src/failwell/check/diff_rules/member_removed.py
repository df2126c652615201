"""A member is gone.

## Why

Programs read members by name. AIP-193 says that a key of an error's metadata, once sent, has to stay.

## Example

`quota_exceeded` had `limit` and `plan`, and now has `limit`.
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
    remedy="keep sending the member, and deprecate the type if it makes no sense any more",
    mirror="member-added",
)
def member_removed(change: MemberChange) -> Iterator[Fault]:
    """From the body; what only templates use is nobody's to miss."""
    if change.before is not None and change.after is None:
        yield change.fault("the member {member!r} is gone")
