"""A code was renamed, and nothing knows the former one.

## Why

Clients branch on the former code and get one that they do not know. New clients do not understand the
former one either, which old servers send. It is seen by an alias that the type has kept, or by every other
word being the same.

## Example

The code `quota_exceeded` is corrected to `storage_full` in its file, and nothing else is said.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, renamed_pairs
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=renamed_pairs,
    area="types",
    profile="wire",
    remedy="say lifecycle.former, since and sunset, so that the former code is sent until then",
    no_mirror="a renaming back is a renaming",
)
def code_renamed_without_alias(before: ProblemType, after: ProblemType, _: Comparison) -> Iterator[Fault]:
    """Where nothing else is the same either, it is a removal and an addition."""
    if before.code not in after.names and after.code not in before.names:
        yield Fault(
            after.code,
            "the code {before!r} was renamed to {after!r} without an alias",
            at=("code",),
            before=before.code,
            after=after.code,
        )
