"""The reference page has another title.

## Why

It is the heading of the page, and the title of documents that are made of the catalog.

## Example

`Shop` becomes `Errors of the shop`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, comparisons
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=comparisons,
    area="docs",
    profile="docs",
    remedy="nothing to do for clients",
    no_mirror="a change back is a change",
)
def catalog_title_changed(comparison: Comparison) -> Iterator[Fault]:
    """Where none is said it is the name, whose change is told by itself."""
    old, new = comparison.before.catalog, comparison.after.catalog
    before, after = old.title, new.title
    if before != after and (before, after) != (old.name, new.name):
        yield Fault(
            "",
            "the title of the reference page was {before!r} and is {after!r}",
            at=("title",),
            before=before,
            after=after,
        )
