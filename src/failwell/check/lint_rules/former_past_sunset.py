"""A renamed type is past the sunset of its former code.

## Why

It answers under its new code since that day, and the days say nothing any more. The former code stays known
as an alias, so that it is understood and never used for something else.

## Example

`Lifecycle(former="no_plan", since=…, sunset=date(2026, 6, 30))`, read in November 2026.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=types,
    area="lifecycle",
    remedy="move the former code to the aliases, and drop the days",
)
def former_past_sunset(record: ProblemType, api: Api) -> Iterator[Fault]:
    """Nothing breaks: the type is sent under its new code by itself."""
    life = record.lifecycle
    if life.former and life.sunset and life.sunset <= api.today:
        yield Fault(
            record.code,
            "the sunset of its former code {former!r} was on {day}",
            at=("lifecycle", "sunset"),
            former=life.former,
            day=str(life.sunset),
        )
