"""A type comes with fewer statuses.

## Why

What clients do about the status that is gone is not needed any more. Where it was the default, what came
with it comes with another one that they know: that is a warning.

## Example

`quota_exceeded` came with 413 or 403, and comes with 413 only.
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
    area="status",
    profile="wire",
    remedy="nothing to do for clients",
    mirror="status-variant-added",
)
def status_variant_removed(before: ProblemType, after: ProblemType, _: Comparison) -> Iterator[Fault]:
    """Where one is new at the same time, the status has changed."""
    old, new = set(before.statuses), set(after.statuses)
    if new < old:
        yield Fault(
            after.code,
            "it comes no longer with {statuses}",
            at=("status",),
            severity=Severity.WARNING if before.statuses[0] not in new else None,
            statuses=" and ".join(map(str, sorted(old - new))),
        )
