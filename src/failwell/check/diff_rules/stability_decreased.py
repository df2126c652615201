"""A type promises less than before.

## Why

What is stable has been built upon. A beta may change without notice, and a draft is promised to nobody
(AIP-181): both take back what clients were told.

## Example

`plan_unknown` is stable in one release, and a beta in the next.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, live_pairs
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Stage
from failwell.finding import Severity

_ORDER = (Stage.DRAFT, Stage.BETA, Stage.STABLE, Stage.DEPRECATED)


@rule(
    Severity.ERROR,
    each=live_pairs,
    area="lifecycle",
    profile="wire",
    remedy="leave it stable; where it has to change, add another type and deprecate this one",
    mirror="stability-increased",
)
def stability_decreased(before: ProblemType, after: ProblemType, _: Comparison) -> Iterator[Fault]:
    """Of what is in use again undeprecated tells."""
    was, now = before.lifecycle.stage, after.lifecycle.stage
    is_back_in_use = was is Stage.DEPRECATED and now is Stage.BETA
    if _ORDER.index(now) < _ORDER.index(was) and now is not Stage.STABLE and not is_back_in_use:
        yield Fault(
            after.code,
            "{code!r} was {before}, and is {after} now",
            at=("lifecycle", "stage"),
            code=after.code,
            before=was.value,
            after=now.value,
        )
