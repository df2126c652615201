"""Another team answers for a type.

## Why

Who is asked about it changes. Callers see nothing of it.

## Example

`storage` becomes `billing`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, pairs
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=pairs,
    area="docs",
    profile="docs",
    remedy="nothing to do for clients",
    no_mirror="a change back is a change",
)
def owner_changed(before: ProblemType, after: ProblemType, _: Comparison) -> Iterator[Fault]:
    """Also where it was not said, or is not."""
    if before.owner != after.owner:
        yield Fault(
            after.code,
            "the owner was {before!r} and is {after!r}",
            at=("owner",) if after.owner else (),
            before=before.owner,
            after=after.owner,
        )
