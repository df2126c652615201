"""A header field that could be absent comes with each response now.

## Why

Whoever could do without it can do with it.

## Example

The member that `Retry-After` is made of is no longer optional.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.members import (
    as_before,
    is_certain,
    is_told,
    kept_headers,
    uncertain_names,
)
from failwell.check.rule import Fault, rule
from failwell.declare.record import HeaderRule, ProblemType
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=kept_headers,
    area="headers",
    profile="wire",
    remedy="nothing to do for clients",
    mirror="header-became-optional",
)
def header_became_certain(
    before: HeaderRule, after: HeaderRule, old: ProblemType, new: ProblemType
) -> Iterator[Fault]:
    """Because its members do. If they are in the body, it is told of there; of other text, as a value."""
    lacking = uncertain_names(before.template, old)
    is_same = before.template == as_before(old, new)(after.template)
    if (
        lacking
        and is_same
        and is_certain(after.template, new)
        and not is_told(before, after, lacking, old, new)
    ):
        yield Fault(
            new.code,
            "the header {name!r} comes with each response now",
            at=("headers", after.name),
            name=after.name,
        )
