"""A type is deprecated without a sunset.

## Why

Clients have to know by when to do without it (RFC 8594, section 3). Without a day none of them plans for
it, and no day comes on which it could be removed.

## Example

`plan_unknown` becomes deprecated, and nothing else is said.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison
from failwell.check.facts.ending import Ending, new_endings
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=new_endings,
    area="lifecycle",
    profile="wire",
    remedy="say lifecycle.sunset: the day from which it may no longer be sent",
    no_mirror="a deprecation is taken back whole, and undeprecated tells",
)
def sunset_missing(ending: Ending, record: ProblemType, _: Comparison) -> Iterator[Fault]:
    """A sunset that goes is told by sunset-deleted."""
    if ending.sunset is None:
        yield Fault(
            record.code, "{code!r} is deprecated without a sunset", at=("lifecycle",), code=record.code
        )
