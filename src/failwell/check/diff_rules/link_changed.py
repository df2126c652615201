"""A link leads elsewhere, or has another title.

## Why

The links of a page are what people follow next.

## Example

It led to `/plans`, and leads to `/prices`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.documentation import links
from failwell.check.rule import Fault, rule
from failwell.declare.record import Link, ProblemType
from failwell.finding import Severity

_MESSAGE = "the link {title!r} led to {before} and leads to {after}"


@rule(
    Severity.INFO,
    each=links,
    area="docs",
    profile="docs",
    remedy="nothing to do for clients",
    no_mirror="a change back is a change",
)
def link_changed(
    before: Link | None, after: Link | None, number: int, record: ProblemType
) -> Iterator[Fault]:
    """Links are matched by their title, else by their order."""
    if before is not None and after is not None:
        is_renamed = before.title != after.title
        yield Fault(
            record.code,
            "the link {former!r} is called {title!r}" if is_renamed else _MESSAGE,
            at=("links", number),
            title=after.title,
            former=before.title,
            before=before.url,
            after=after.url,
        )
