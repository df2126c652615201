"""A deprecated code is gone after its sunset.

## Why

This is how a code is meant to end: deprecated, with a sunset, and with a tombstone that keeps its page and
its name.

## Example

`plan_unknown` was to be sent until the end of March, and is a tombstone in April.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, Withdrawal, withdrawn_types
from failwell.check.rule import Fault, rule
from failwell.declare.record import Stage
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=withdrawn_types,
    area="types",
    profile="branch",
    remedy="nothing to do for clients that heeded the deprecation",
    mirror="code-restored",
)
def code_removed_after_sunset(withdrawal: Withdrawal, comparison: Comparison) -> Iterator[Fault]:
    """Without a tombstone it is not at its end, but lost: see tombstone-deleted."""
    record, life = withdrawal.record, withdrawal.record.lifecycle
    if life.stage is not Stage.DEPRECATED or not withdrawal.has_tombstone:
        return
    if life.sunset and life.sunset <= comparison.after.today:
        yield Fault(
            record.code,
            "the code {code!r} was removed after its sunset on {sunset}",
            code=record.code,
            sunset=str(life.sunset),
        )
