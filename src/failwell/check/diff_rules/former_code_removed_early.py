"""A former code is no longer sent, before its sunset.

## Why

A type that was renamed is sent with its former code until the sunset. Clients that rely on that day get the
new one.

## Example

`storage_full` says no longer that it was `quota_exceeded`, in the middle of the half year in which it
answers as that.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, live_pairs
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=live_pairs,
    area="types",
    profile="wire",
    remedy="leave lifecycle.former and the sunset as they were until that day",
    mirror="former-code-added",
)
def former_code_removed_early(
    before: ProblemType, after: ProblemType, comparison: Comparison
) -> Iterator[Fault]:
    """It may stay an alias: that is for reading, not for sending."""
    life = before.lifecycle
    is_sent = life.former and life.sunset and comparison.after.today < life.sunset
    if (
        is_sent
        and life.former not in (after.lifecycle.former, after.code)
        and life.former not in comparison.reused
    ):
        yield Fault(
            after.code,
            "the former code {former!r} is no longer sent, before its sunset on {sunset}",
            at=("lifecycle",),
            former=life.former,
            sunset=str(life.sunset),
        )
