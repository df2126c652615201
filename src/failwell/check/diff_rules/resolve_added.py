"""The way out is told in a form that programs can follow.

## Why

Whoever did without it can go on without it.

## Example

`resolve` with the action `upgrade_plan` is added.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, live_pairs
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=live_pairs,
    area="resolve",
    profile="branch",
    remedy="nothing to do for clients",
    mirror="resolve-removed",
)
def resolve_added(before: ProblemType, after: ProblemType, _: Comparison) -> Iterator[Fault]:
    """Whatever it consists of."""
    if before.resolve is None and after.resolve is not None:
        yield Fault(
            after.code, "the way out is told: {action!r}", at=("resolve",), action=after.resolve.action
        )
