"""The detail of a type has changed.

## Why

It is for people, and clients ought not to parse it (RFC 9457, section 3.1.4). But scripts that search for
its words, and translations made from it, have to follow.

## Example

`{limit} bytes at most.` becomes `No more than {limit} bytes.`
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, live_pairs
from failwell.check.facts.members import as_before
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
def detail_changed(before: ProblemType, after: ProblemType, _: Comparison) -> Iterator[Fault]:
    """A member that only has another name in Python is the same."""
    now = as_before(before, after)(after.detail)
    if before.detail != now:
        yield Fault(
            after.code,
            "the detail was {before!r} and is {after!r}",
            at=("detail",) if after.detail else (),
            before=before.detail,
            after=after.detail,
        )
