"""It is told otherwise since when a type exists.

## Why

Pages show it. What has happened does not change, so one of the two is wrong, or the way of counting
changed.

## Example

`1.0` becomes `2026-11`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, pairs
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=pairs,
    area="docs",
    profile="docs",
    remedy="nothing to do for clients",
    no_mirror="a change back is a change",
)
def since_changed(before: ProblemType, after: ProblemType, _: Comparison) -> Iterator[Fault]:
    """Also where it was not said, or is not."""
    if before.since != after.since:
        yield Fault(
            after.code,
            "the first version was {before!r} and is {after!r}",
            at=("since",) if after.since else (),
            before=before.since,
            after=after.since,
        )
