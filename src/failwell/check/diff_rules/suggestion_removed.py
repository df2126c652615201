"""The next step is no longer told.

## Why

Command lines, SDKs and agents show it unchanged, and now have nothing to show.

## Example

`suggestion` is taken away.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, live_pairs
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=live_pairs,
    area="text",
    profile="branch",
    remedy="keep a sentence that says what to do next",
    mirror="suggestion-added",
)
def suggestion_removed(before: ProblemType, after: ProblemType, _: Comparison) -> Iterator[Fault]:
    """Of one type, renamed or not."""
    if before.suggestion and not after.suggestion:
        yield Fault(after.code, "the next step {before!r} is no longer told", at=(), before=before.suggestion)
