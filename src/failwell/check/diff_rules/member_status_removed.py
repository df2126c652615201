"""A member no longer comes with one of the statuses.

## Why

For those who read it from responses with this status, it is gone.

## Example

`limit` comes with 413 and 403, and now only with 413.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.members import MemberChange, comes_with, kept_members
from failwell.check.facts.schemas import in_words
from failwell.check.rule import Fault, rule
from failwell.declare.record import MemberType
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=kept_members,
    area="members",
    profile="wire",
    remedy="keep sending the member with this status",
    mirror="member-status-added",
)
def member_status_removed(before: MemberType, after: MemberType, change: MemberChange) -> Iterator[Fault]:
    """That the type has no such status any more is another finding."""
    both = frozenset(change.old.statuses) & frozenset(change.new.statuses)
    lost = sorted((comes_with(before, change.old) - comes_with(after, change.new)) & both)
    if lost:
        yield change.fault(
            "the member {member!r} no longer comes with {listed}", listed=in_words(lost), statuses=lost
        )
