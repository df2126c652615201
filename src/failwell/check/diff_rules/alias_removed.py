"""A type is no longer known by one of its former codes.

## Why

Clients that are built from now on do not understand this code: in what older servers send, in logs, in
recordings. Its page is gone as well.

## Example

`storage_full` loses the alias `quota_exceeded`.
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
    area="types",
    profile="branch",
    remedy="keep the alias: it costs nothing",
    mirror="alias-added",
)
def alias_removed(before: ProblemType, after: ProblemType, comparison: Comparison) -> Iterator[Fault]:
    """Of a code that is still sent, former-code-removed-early tells."""
    life = before.lifecycle
    is_sent = life.former and life.sunset and comparison.after.today < life.sunset
    for name in before.names:
        is_told = name in (before.code, life.former if is_sent else "") or name in comparison.reused
        if name not in after.names and not is_told:
            yield Fault(after.code, "the alias {alias!r} is gone", at=("aliases",), alias=name)
