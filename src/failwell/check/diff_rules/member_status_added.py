"""A member also comes with another of the statuses.

## Why

Clients have to ignore extension members that they do not recognise (RFC 9457, section 3.2).

## Example

`limit` came with 413, and now comes with 403 as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.members import MemberChange, comes_with, kept_members
from failwell.check.facts.schemas import in_words
from failwell.check.rule import Fault, rule
from failwell.declare.record import MemberType
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=kept_members,
    area="members",
    profile="wire",
    remedy="nothing to do: clients ignore members that they do not know (RFC 9457, section 3.2)",
    mirror="member-status-removed",
)
def member_status_added(before: MemberType, after: MemberType, change: MemberChange) -> Iterator[Fault]:
    """That the type itself has a new status is another finding."""
    both = frozenset(change.old.statuses) & frozenset(change.new.statuses)
    come = sorted((comes_with(after, change.new) - comes_with(before, change.old)) & both)
    if come:
        yield change.fault(
            "the member {member!r} also comes with {listed}", listed=in_words(come), statuses=come
        )
