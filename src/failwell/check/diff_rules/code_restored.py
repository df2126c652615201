"""A removed code is back.

## Why

A tombstone says that this code is no longer sent. Clients that dropped it meet it again; those that kept it
lose nothing. What comes back with another title, or with none of the statuses it had, is something else:
see code-reused.

## Example

The tombstone `plan_unknown` becomes a stable type again.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, pairs
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Stage
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=pairs,
    area="types",
    profile="branch",
    remedy="tell clients that dropped it",
    mirror="code-removed-after-sunset",
)
def code_restored(before: ProblemType, after: ProblemType, _: Comparison) -> Iterator[Fault]:
    """The removal is undone, in whatever stage."""
    was_removed, is_removed = (one.lifecycle.stage is Stage.REMOVED for one in (before, after))
    if was_removed and not is_removed:
        yield Fault(
            after.code, "the removed code {code!r} is sent again", at=("lifecycle", "stage"), code=after.code
        )
