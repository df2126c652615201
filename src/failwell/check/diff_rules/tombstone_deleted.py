"""The tombstone of a removed code is gone.

## Why

Its page is what people find who meet the code in an old log or in an old client, and the record is what
keeps the code from being given to something else. Ruff once gave a redirected code to a new rule, which
nobody could select then.

## Example

The file `plan_unknown.md` is deleted, a year after it was removed.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, removed_types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Stage
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=removed_types,
    area="types",
    profile="wire",
    remedy="bring it back with the stage removed",
    no_mirror="a tombstone for a code that was not there tells clients nothing",
)
def tombstone_deleted(record: ProblemType, comparison: Comparison) -> Iterator[Fault]:
    """Also of a deprecated type that vanishes at its sunset: it never gets one."""
    life = record.lifecycle
    has_ended = life.stage is Stage.DEPRECATED and life.sunset and life.sunset <= comparison.after.today
    if (life.stage is Stage.REMOVED or has_ended) and record.code not in comparison.reused:
        yield Fault(record.code, "there is no tombstone for the removed code {code!r}", code=record.code)
