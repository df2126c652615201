"""A sunset was put off.

## Why

Clients have more time. Those that are ready lose nothing.

## Example

`plan_unknown` was to be sent until the end of January, and now until the end of March.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison
from failwell.check.facts.ending import Ending, kept_endings
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=kept_endings,
    area="lifecycle",
    profile="wire",
    remedy="nothing to do for clients",
    mirror="sunset-earlier",
)
def sunset_later(before: Ending, after: Ending, record: ProblemType, _: Comparison) -> Iterator[Fault]:
    """Also that of a former code."""
    if before.sunset and after.sunset and after.sunset > before.sunset:
        yield Fault(
            record.code,
            "the sunset of {what} was put off from {before} to {after}",
            at=("lifecycle", "sunset"),
            what=after.name,
            before=str(before.sunset),
            after=str(after.sunset),
        )
