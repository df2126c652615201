"""The call to action of the way out has changed.

## Why

It is for people: it stands on a button. Translations made from it have to follow.

## Example

`Upgrade` becomes `Get more storage`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.ways import ways_out
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Resolve
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=ways_out,
    area="text",
    profile="branch",
    remedy="nothing to do for clients; look at the translations",
    no_mirror="a change back is a change",
)
def resolve_message_changed(before: Resolve, after: Resolve, record: ProblemType) -> Iterator[Fault]:
    """Also where there was none, or is none."""
    if before.message != after.message:
        yield Fault(
            record.code,
            "the call to action was {before!r} and is {after!r}",
            at=("resolve", "message") if after.message else ("resolve",),
            before=before.message,
            after=after.message,
        )
