"""A sunset was brought forward.

## Why

Clients have planned with the day that they were told (RFC 8594). One that comes earlier finds them
unprepared.

## Example

`plan_unknown` was to be sent until the end of March, and now only until the end of January.
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
    remedy="leave the sunset where it was",
    mirror="sunset-later",
)
def sunset_earlier(before: Ending, after: Ending, record: ProblemType, _: Comparison) -> Iterator[Fault]:
    """Also that of a former code."""
    if before.sunset and after.sunset and after.sunset < before.sunset:
        yield Fault(
            record.code,
            "the sunset of {what} was brought forward from {before} to {after}",
            at=("lifecycle", "sunset"),
            what=after.name,
            before=str(before.sunset),
            after=str(after.sunset),
        )
