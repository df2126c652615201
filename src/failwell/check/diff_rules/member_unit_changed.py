"""A member has another unit.

## Why

The values look as before, and mean something else: nothing fails, and everything is wrong by a factor.
AIP-141 wants the unit in the name. Where one is no longer said the values may be the same, so that is a
warning; where one is said for the first time it is most often only told at last.

## Example

`limit` was in `bytes`, and is in `megabytes`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.members import MemberChange, kept_members
from failwell.check.rule import Fault, rule
from failwell.declare.record import MemberType
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=kept_members,
    area="members",
    profile="wire",
    remedy="keep the unit, and add a member with the other one in its name",
    no_mirror="a change back is a change",
)
def member_unit_changed(before: MemberType, after: MemberType, change: MemberChange) -> Iterator[Fault]:
    """Of one in the body."""
    if before.unit == after.unit:
        return
    is_first = not before.unit
    yield change.fault(
        "the unit of {member!r} was {before} and is {after}",
        before=before.unit or "not said",
        after=after.unit or "not said",
        severity=Severity.INFO if is_first else None if after.unit else Severity.WARNING,
        remedy="make sure that the values have been in this unit all along" if is_first else "",
    )
