"""A type looks like others from now on.

## Why

That it is in a group changes nothing by itself. What has to become the same for it, such as status and
title, is told by the rules for those.

## Example

`hidden` is in the group `missing` now, with `not_found`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.concealment import group_changes
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=group_changes,
    area="concealment",
    profile="branch",
    remedy="nothing to do for clients; ask lint whether the types look alike",
    mirror="conceal-group-split",
)
def conceal_group_joined(
    _before: ProblemType, after: ProblemType, left: tuple[str, ...], joined: tuple[str, ...]
) -> Iterator[Fault]:
    """One that also left another group is told of there."""
    if joined and not left:
        yield Fault(
            after.code,
            "it can no longer be told from {codes}",
            at=("conceal",),
            codes=", ".join(joined),
        )
