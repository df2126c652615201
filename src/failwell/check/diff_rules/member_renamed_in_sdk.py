"""A member has another name in Python.

## Why

The bytes are the same, but code that reads the attribute of a typed exception fails with AttributeError
once it is built anew.

## Example

`limit` is called `maximum` in Python: `maximum: Annotated[int, Member("limit")]`.
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
    profile="source",
    remedy="keep the attribute's name, or leave a property with the former one behind",
    no_mirror="a new name is one in both directions",
)
def member_renamed_in_sdk(before: MemberType, after: MemberType, change: MemberChange) -> Iterator[Fault]:
    """One that has another name in JSON is told of by member-renamed."""
    if before.name != after.name and not change.is_renamed:
        yield change.fault(
            "the member {member!r} was called {before!r} in Python and is called {after!r} now",
            before=before.name,
            after=after.name,
        )
