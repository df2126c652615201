"""A member has another value where an occurrence brings none.

## Why

Nothing else can arrive than before. But what clients are shown in such cases is another value, and those
that know the catalog fill it in themselves.

## Example

`limit: int = 10` becomes `limit: int = 20`.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from failwell.check.facts.members import MemberChange, kept_members
from failwell.check.rule import Fault, rule
from failwell.declare.record import MemberType
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=kept_members,
    area="members",
    profile="branch",
    remedy="make sure that the new value is what the places which give none mean",
    no_mirror="a change back is a change",
)
def member_default_changed(before: MemberType, after: MemberType, change: MemberChange) -> Iterator[Fault]:
    """Where each occurrence had to bring a value, or has to now, nobody misses the default."""
    has_default = msgspec.UNSET not in (before.default, after.default)
    if has_default and before.required == after.required and before.default != after.default:
        yield change.fault(
            "of an occurrence without {member!r}, the value was {before!r} and is {after!r}",
            before=before.default,
            after=after.default,
        )
