"""A title has changed.

## Why

Clients branch on codes; a title is for people. But scripts that search for its words, and translations made
from it, have to follow.

## Example

`Quota exceeded` becomes `Storage is full`.
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
    remedy="nothing to do for clients that branch on the code; look at the translations",
    no_mirror="a change back is a change",
)
def title_changed(before: ProblemType, after: ProblemType, _: Comparison) -> Iterator[Fault]:
    """Of one type, renamed or not."""
    if before.title != after.title:
        yield Fault(
            after.code,
            "the title changed from {before!r} to {after!r}",
            at=("title",),
            before=before.title,
            after=after.title,
        )
