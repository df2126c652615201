"""A type can come with one more status.

## Why

Clients that look at the status first, and not at the code, take the new one for another failure. The
default has stayed, so it is only what asks for the new status that comes with it.

## Example

`quota_exceeded` comes with 413, and now sometimes with 403.
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
    area="status",
    profile="wire",
    remedy="tell clients; where the meaning differs, add another type instead",
    mirror="status-variant-removed",
)
def status_variant_added(before: ProblemType, after: ProblemType, _: Comparison) -> Iterator[Fault]:
    """Where one is gone at the same time, the status has changed."""
    old, new = set(before.statuses), set(after.statuses)
    if old < new and after.statuses[0] in old:
        yield Fault(
            after.code,
            "it can come with {statuses} as well",
            at=("status",),
            statuses=" and ".join(map(str, sorted(new - old))),
        )
