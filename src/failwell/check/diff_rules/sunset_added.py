"""A deprecated type has got a sunset.

## Why

Now clients know by when to do without it, and responses say so in their `Sunset` header (RFC 8594).

## Example

`plan_unknown` has been deprecated for a while, and is to go at the end of March.
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
    remedy="tell clients the day",
    mirror="sunset-deleted",
)
def sunset_added(before: Ending, after: Ending, record: ProblemType, _: Comparison) -> Iterator[Fault]:
    """Whether it is far enough away is asked by sunset-too-soon."""
    if before.sunset is None and after.sunset is not None:
        yield Fault(
            record.code,
            "{what} has a sunset now, on {sunset}",
            at=("lifecycle", "sunset"),
            what=after.name,
            sunset=str(after.sunset),
        )
