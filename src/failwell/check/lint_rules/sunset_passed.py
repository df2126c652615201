"""A deprecated type is past its sunset, and not removed.

## Why

Callers were told that it may no longer be sent from that day on (RFC 8594). A promise that is not kept is
not believed the next time.

## Example

`sunset=date(2026, 6, 30)`, read in November 2026.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Stage
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=types,
    area="lifecycle",
    remedy="make it removed, which keeps its page, or give it another day",
)
def sunset_passed(record: ProblemType, api: Api) -> Iterator[Fault]:
    """Of renamed types `former-past-sunset` tells."""
    life = record.lifecycle
    if life.stage is Stage.DEPRECATED and life.sunset and life.sunset <= api.today:
        yield Fault(record.code, "its sunset was on {day}", at=("lifecycle", "sunset"), day=str(life.sunset))
