"""The way out is no longer told.

## Why

Programs and agents followed it. They are stuck now, and have nothing to show to people.

## Example

`resolve` is taken away.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, live_pairs
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=live_pairs,
    area="resolve",
    profile="branch",
    remedy="keep the way out; where there is none any more, deprecate the type",
    mirror="resolve-added",
)
def resolve_removed(before: ProblemType, after: ProblemType, _: Comparison) -> Iterator[Fault]:
    """All of it."""
    if before.resolve is not None and after.resolve is None:
        yield Fault(
            after.code, "the way out {action!r} is no longer told", at=(), action=before.resolve.action
        )
