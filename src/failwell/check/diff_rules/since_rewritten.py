"""The day of a deprecation or a renaming was rewritten.

## Why

It is in the `Deprecation` header of each response (RFC 9745), and the notice that the catalog promises is
counted from it. The day on which clients were told does not change.

## Example

`plan_unknown` was deprecated on the first of November, and now it says October.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison
from failwell.check.facts.ending import Ending, kept_endings
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=kept_endings,
    area="lifecycle",
    profile="wire",
    remedy="leave it as it was",
    no_mirror="a change back is a change",
)
def since_rewritten(before: Ending, after: Ending, record: ProblemType, _: Comparison) -> Iterator[Fault]:
    """A day that is said at last is good news."""
    if before.since != after.since:
        yield Fault(
            record.code,
            "{what} was announced {before}, and is said to have been announced {after} now",
            at=("lifecycle", "since"),
            severity=None if before.since else Severity.INFO,
            what=after.name,
            before=f"on {before.since}" if before.since else "on no day",
            after=f"on {after.since}" if after.since else "on no day",
        )
