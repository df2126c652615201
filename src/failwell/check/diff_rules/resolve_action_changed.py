"""The action that resolves a problem has another name.

## Why

Clients branch on it to show their own dialogue, and have none for the new name.

## Example

`upgrade_plan` becomes `buy_storage`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.ways import ways_out
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Resolve
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=ways_out,
    area="resolve",
    profile="branch",
    remedy="keep the action's name; what it leads to can change",
    no_mirror="a change back is a change",
)
def resolve_action_changed(before: Resolve, after: Resolve, record: ProblemType) -> Iterator[Fault]:
    """Its name only."""
    if before.action != after.action:
        yield Fault(
            record.code,
            "the action that resolves it was {before!r} and is {after!r}",
            at=("resolve", "action"),
            before=before.action,
            after=after.action,
        )
