"""A deprecated code is gone before its sunset.

## Why

The sunset is the day until which clients were promised to get this code (RFC 8594). Where none was told,
none has come.

## Example

`plan_unknown` was to be sent until the end of March, and is a tombstone in February.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, Withdrawal, withdrawn_types
from failwell.check.rule import Fault, rule
from failwell.declare.record import Stage
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=withdrawn_types,
    area="types",
    profile="wire",
    remedy="bring it back until its sunset",
    no_mirror="what comes back is code-restored, whenever it had gone",
)
def code_removed_before_sunset(withdrawal: Withdrawal, comparison: Comparison) -> Iterator[Fault]:
    """The sunset that counts is the one that clients know."""
    record, life = withdrawal.record, withdrawal.record.lifecycle
    if life.stage is not Stage.DEPRECATED or (life.sunset and life.sunset <= comparison.after.today):
        return
    yield Fault(
        record.code,
        "the code {code!r} was removed before its sunset on {sunset}"
        if life.sunset
        else "the code {code!r} was removed, and no sunset was ever told",
        code=record.code,
        sunset=str(life.sunset or ""),
    )
