"""A type comes with another status.

## Why

Clients, proxies and retry layers decide by the status before anybody reads the code: 409 is not repeated,
503 is. Smithy calls any change of it breaking, and Azure's rules the loss of one as well as a new one.

## Example

`quota_exceeded` comes with 403 where it came with 413.
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
    area="status",
    profile="wire",
    remedy="keep the status; where there has to be another, declare both and keep the default",
    no_mirror="a change back is a change",
)
def status_changed(before: ProblemType, after: ProblemType, _: Comparison) -> Iterator[Fault]:
    """Also where a new one is the default: what said nothing comes with it."""
    old, new = set(before.statuses), set(after.statuses)
    if new - old and (old - new or after.statuses[0] not in old):
        yield Fault(
            after.code,
            "the status changed from {before} to {after}",
            at=("status",),
            before=" or ".join(map(str, before.statuses)),
            after=" or ".join(map(str, after.statuses)),
        )
