"""A deprecated type has lost its sunset.

## Why

The day was a promise: until then the code is sent. Without it nobody knows until when, and it can go on any
day. A deprecation that no longer holds is taken back as a whole.

## Example

`plan_unknown` is still deprecated, and its sunset is gone.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison
from failwell.check.facts.ending import Ending, kept_endings
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=kept_endings,
    area="lifecycle",
    profile="wire",
    remedy="bring the sunset back, or choose a later one",
    mirror="sunset-added",
)
def sunset_deleted(before: Ending, after: Ending, record: ProblemType, _: Comparison) -> Iterator[Fault]:
    """Former codes always have one."""
    if before.sunset is not None and after.sunset is None:
        yield Fault(
            record.code,
            "the sunset of {what}, on {sunset}, was deleted",
            at=("lifecycle",),
            what=after.name,
            sunset=str(before.sunset),
        )
