"""A type comes by default with another of its statuses.

## Why

Clients know both, but most occurrences say nothing of the status, and these come with the other one now.

## Example

`quota_exceeded` is declared with 403 and 413, where it was 413 and 403.
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
    remedy="leave the first status where it was",
    no_mirror="a change back is a change",
)
def default_status_changed(before: ProblemType, after: ProblemType, _: Comparison) -> Iterator[Fault]:
    """One that is new, or gone, is told by other rules."""
    old, new = before.statuses[0], after.statuses[0]
    if old != new and old in after.statuses and new in before.statuses:
        yield Fault(
            after.code,
            "the default status changed from {before} to {after}",
            at=("status",),
            before=old,
            after=new,
        )
