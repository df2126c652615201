"""A type is no longer deprecated.

## Why

It stays, so clients that did not follow the deprecation lose nothing. Those that did handle its replacement
now, and meet this one again.

## Example

`plan_unknown` becomes stable again: it was still needed.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, live_pairs
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Stage
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=live_pairs,
    area="lifecycle",
    profile="branch",
    remedy="tell clients that dropped it",
    mirror="deprecated",
)
def undeprecated(before: ProblemType, after: ProblemType, _: Comparison) -> Iterator[Fault]:
    """What becomes a draft has lost more: see stability-decreased."""
    was_deprecated = before.lifecycle.stage is Stage.DEPRECATED
    if was_deprecated and after.lifecycle.stage in (Stage.STABLE, Stage.BETA):
        yield Fault(
            after.code,
            "{code!r} is no longer deprecated, but {stage}",
            at=("lifecycle",),
            code=after.code,
            stage=after.lifecycle.stage.value,
        )
