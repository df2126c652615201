"""A deprecated type is replaced by another one than before.

## Why

Clients that have moved to the replacement they were told have to move again. Tombstones count as well:
their pages lead on to it.

## Example

`plan_unknown` was replaced by `plan_not_found`, and now by `plan_expired`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, pairs
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Stage
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=pairs,
    area="lifecycle",
    profile="branch",
    remedy="tell clients that have followed the former one",
    no_mirror="a change back is a change",
)
def replacement_changed(before: ProblemType, after: ProblemType, comparison: Comparison) -> Iterator[Fault]:
    """One that is named at last is good news; of one that is gone the rules about removal tell."""
    stage, new = after.lifecycle.stage, after.lifecycle.replaced_by
    if stage is not before.lifecycle.stage or stage not in (Stage.DEPRECATED, Stage.REMOVED):
        return
    successor = before.lifecycle.replaced_by
    old = comparison.code_now(successor)
    if new not in (successor, old) and successor not in comparison.removed:
        yield Fault(
            after.code,
            "{code!r} is replaced by {after} instead of {before}",
            at=("lifecycle", "replaced_by"),
            severity=None if old else Severity.INFO,
            code=after.code,
            before=repr(old) if old else "nothing",
            after=repr(new) if new else "nothing",
        )
