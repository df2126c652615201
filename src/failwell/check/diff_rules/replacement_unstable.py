"""A type is replaced by one that is not stable.

## Why

Clients are asked to move from what they have to what may change, or goes away itself.

## Example

`plan_unknown` is replaced by `plan_not_found`, which is a beta.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, live_pairs
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Stage
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=live_pairs,
    area="lifecycle",
    profile="branch",
    remedy="make the replacement stable first, or name another",
    no_mirror="a replacement that has become stable is told by stability-increased",
)
def replacement_unstable(before: ProblemType, after: ProblemType, comparison: Comparison) -> Iterator[Fault]:
    """When it is named; what happens to it later is told of itself."""
    successor = after.lifecycle.replaced_by
    record = comparison.after.catalog.records.get(successor)
    if after.lifecycle.stage is not Stage.DEPRECATED or record is None:
        return
    is_told = (
        before.lifecycle.stage is Stage.DEPRECATED
        and comparison.code_now(before.lifecycle.replaced_by) == successor
    )
    if record.lifecycle.stage is not Stage.STABLE and not is_told:
        yield Fault(
            after.code,
            "{code!r} is replaced by {successor!r}, which is {stage}",
            at=("lifecycle", "replaced_by"),
            code=after.code,
            successor=successor,
            stage=record.lifecycle.stage.value,
        )
