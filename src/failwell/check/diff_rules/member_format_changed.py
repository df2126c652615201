"""A member has another format.

## Why

In draft 2020-12 `format` is a note, so a schema alone refuses nothing. But whoever parses the text as a
date or an identifier does.

## Example

`request` was a `uuid`, and can be any text.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.members import MemberChange, retyped_members
from failwell.check.facts.schemas import Relation
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=retyped_members,
    area="members",
    profile="wire",
    remedy="keep the format, or add a member beside it",
    no_mirror="a change back is a change",
)
def member_format_changed(relation: Relation, change: MemberChange) -> Iterator[Fault]:
    """If nothing else of its type has changed."""
    if relation.aspect == "format":
        yield change.fault("the member {member!r} is written otherwise: {what}", what=str(relation))
