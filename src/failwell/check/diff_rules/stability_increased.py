"""A type promises more than before.

## Why

From now on it changes only with notice.

## Example

`plan_unknown` was a beta, and is stable.
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
    remedy="nothing to do for clients",
    mirror="stability-decreased",
)
def stability_increased(before: ProblemType, after: ProblemType, _: Comparison) -> Iterator[Fault]:
    """What was a draft is new: see code-added."""
    if before.lifecycle.stage is Stage.BETA and after.lifecycle.stage is Stage.STABLE:
        yield Fault(
            after.code,
            "{code!r} was {before}, and is {after} now",
            at=("lifecycle", "stage"),
            code=after.code,
            before=before.lifecycle.stage.value,
            after=after.lifecycle.stage.value,
        )
