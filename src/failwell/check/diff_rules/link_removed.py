"""A link is gone.

## Why

The links of a page are what people follow next.

## Example

The second of two is taken away.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.documentation import links
from failwell.check.rule import Fault, rule
from failwell.declare.record import Link, ProblemType
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=links,
    area="docs",
    profile="docs",
    remedy="keep the link, or say where its page has gone",
    mirror="link-added",
)
def link_removed(
    before: Link | None, after: Link | None, _number: int, record: ProblemType
) -> Iterator[Fault]:
    """Links are matched by their title, else by their order."""
    if before is not None and after is None:
        yield Fault(record.code, "the link {title!r} is gone", at=("links",), title=before.title)
