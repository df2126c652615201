"""A type is in another category.

## Why

It is not sent. But the reference lists types by it, and clients and dashboards that have the catalog may
group by it.

## Example

`Plans` becomes `Plans and quotas`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, live_pairs
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=live_pairs,
    area="text",
    profile="branch",
    remedy="make sure that no client or dashboard groups by it",
    no_mirror="a change back is a change",
)
def category_changed(before: ProblemType, after: ProblemType, _: Comparison) -> Iterator[Fault]:
    """Also where it had none, or has none; nobody can have grouped by one that was not there."""
    if before.category != after.category:
        yield Fault(
            after.code,
            "the category was {before!r} and is {after!r}",
            at=("category",) if after.category else (),
            severity=None if before.category else Severity.INFO,
            before=before.category,
            after=after.category,
        )
