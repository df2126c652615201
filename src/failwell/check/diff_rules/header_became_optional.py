"""A header field may be absent now.

## Why

It is left out where the member that it is made of has no value. Programs that rely on it, as on
`Retry-After`, have nothing to go by.

## Example

`Retry-After` is made of a member that is optional.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.members import is_certain, is_told, kept_headers, uncertain_names
from failwell.check.rule import Fault, rule
from failwell.declare.record import HeaderRule, ProblemType
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=kept_headers,
    area="headers",
    profile="wire",
    remedy="bind the header to a member that each occurrence has",
    mirror="header-became-certain",
)
def header_became_optional(
    before: HeaderRule, after: HeaderRule, old: ProblemType, new: ProblemType
) -> Iterator[Fault]:
    """If the member is in the body, it is told of there, and not a second time."""
    lacking = uncertain_names(after.template, new)
    if lacking and is_certain(before.template, old) and not is_told(before, after, lacking, old, new):
        yield Fault(
            new.code,
            "the header {name!r} may be absent now: not each occurrence has {member!r}",
            at=("headers", after.name),
            name=after.name,
            member=lacking[0],
        )
