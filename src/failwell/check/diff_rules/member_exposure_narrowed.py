"""Fewer people may see a member's values.

## Why

The body is as before, but what clients log, store or show to others is theirs to stop (OWASP Logging Cheat
Sheet, data to exclude).

## Example

`account` was `public`, and is an `id`: outside the response it is only kept as a keyed hash.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.members import EXPOSURES, MemberChange, kept_members
from failwell.check.rule import Fault, rule
from failwell.declare.record import MemberType
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=kept_members,
    area="members",
    profile="branch",
    remedy="tell those who keep or show its values to stop",
    mirror="member-exposure-widened",
)
def member_exposure_narrowed(before: MemberType, after: MemberType, change: MemberChange) -> Iterator[Fault]:
    """From anybody to a hash to nobody but the caller."""
    if EXPOSURES.index(after.exposure) > EXPOSURES.index(before.exposure):
        yield change.fault(
            "the exposure of {member!r} was {before!r} and is {after!r}",
            before=before.exposure,
            after=after.exposure,
        )
