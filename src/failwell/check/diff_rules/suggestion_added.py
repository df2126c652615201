"""The next step is told.

## Why

Command lines, SDKs and agents show it unchanged; those that do without it can go on so.

## Example

`suggestion` is added.
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
    remedy="nothing to do for clients",
    mirror="suggestion-removed",
)
def suggestion_added(before: ProblemType, after: ProblemType, _: Comparison) -> Iterator[Fault]:
    """Of one type, renamed or not."""
    if after.suggestion and not before.suggestion:
        yield Fault(
            after.code, "the next step is told: {after!r}", at=("suggestion",), after=after.suggestion
        )
