"""The description of a member has changed.

## Why

Pages, schemas and completions show it. If its meaning has changed, and not just the words, that is another
matter.

## Example

`Bytes in all` becomes `Bytes in all drops of the team`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from failwell.check.facts.members import MemberChange, kept_members
from failwell.check.facts.schemas import notes
from failwell.check.rule import Fault, rule
from failwell.declare.record import MemberType
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=kept_members,
    area="docs",
    profile="docs",
    remedy="nothing to do for clients",
    no_mirror="a change back is a change",
)
def member_description_changed(
    before: MemberType, after: MemberType, change: MemberChange
) -> Iterator[Fault]:
    """Its own words, and those in its schema."""
    if _words(before) != _words(after):
        yield change.fault("what is said about the member {member!r} changed")


def _words(member: MemberType) -> Any:
    return [member.description, *notes(member.schema)]
