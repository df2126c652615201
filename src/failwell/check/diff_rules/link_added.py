"""A link is new.

## Why

The links of a page are what people follow next.

## Example

A second one is added.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.documentation import links
from failwell.check.rule import Fault, rule
from failwell.declare.record import Link, ProblemType
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=links,
    area="docs",
    profile="docs",
    remedy="nothing to do for clients",
    mirror="link-removed",
)
def link_added(before: Link | None, after: Link | None, number: int, record: ProblemType) -> Iterator[Fault]:
    """Links are matched by their title, else by their order."""
    if before is None and after is not None:
        yield Fault(record.code, "the link {title!r} is new", at=("links", number), title=after.title)
