"""The next step is another one, or told in other words.

## Why

It is for people and agents, who read it anew each time. Translations made from it have to follow.

## Example

`Upgrade the plan.` becomes `Delete some files.`
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, live_pairs
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=live_pairs,
    area="text",
    profile="branch",
    remedy="nothing to do for clients; look at the translations",
    no_mirror="a change back is a change",
)
def suggestion_changed(before: ProblemType, after: ProblemType, _: Comparison) -> Iterator[Fault]:
    """Of one type, renamed or not."""
    if before.suggestion and after.suggestion and before.suggestion != after.suggestion:
        yield Fault(
            after.code,
            "the next step was {before!r} and is {after!r}",
            at=("suggestion",),
            before=before.suggestion,
            after=after.suggestion,
        )
