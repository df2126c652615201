"""A type no longer looks like the others of its group.

## Why

The group was there so that nobody learns from an answer what exists (OWASP WSTG-IDNT-04, account
enumeration). Clients that treated its types alike, as they had to, meet another one now.

## Example

`hidden` and `not_found` were both in the group `missing`, and `hidden` is in none now.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.concealment import group_changes
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=group_changes,
    area="concealment",
    profile="branch",
    remedy="put it back into the group, or make sure that it may be known which of them it was",
    mirror="conceal-group-joined",
)
def conceal_group_split(
    _before: ProblemType, after: ProblemType, left: tuple[str, ...], _joined: tuple[str, ...]
) -> Iterator[Fault]:
    """Of a group that others are still in."""
    if left:
        yield Fault(
            after.code,
            "it could not be told from {codes}, and now it can",
            at=("conceal",),
            codes=", ".join(left),
        )
