"""More people may see a member's values.

## Why

Clients lose nothing. But journals keep in the clear from now on what they hashed or left out (OWASP Logging
Cheat Sheet, data to exclude).

## Example

`account` was `secret`, and is `public`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.members import EXPOSURES, MemberChange, kept_members
from failwell.check.rule import Fault, rule
from failwell.declare.record import MemberType
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=kept_members,
    area="members",
    profile="branch",
    remedy="make sure that its values may be kept and shown from now on, those of before too",
    mirror="member-exposure-narrowed",
)
def member_exposure_widened(before: MemberType, after: MemberType, change: MemberChange) -> Iterator[Fault]:
    """From nobody but the caller to a hash to anybody."""
    if EXPOSURES.index(after.exposure) < EXPOSURES.index(before.exposure):
        yield change.fault(
            "the exposure of {member!r} was {before!r} and is {after!r}",
            before=before.exposure,
            after=after.exposure,
        )
