"""A type is known by another code.

## Why

Responses with that code are read as this type. Before, clients knew nothing of it, or something else.

## Example

`storage_full` gets the alias `413.2`, which a gateway sends.
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
    area="types",
    profile="branch",
    remedy="nothing to do for clients",
    mirror="alias-removed",
)
def alias_added(_: ProblemType, after: ProblemType, comparison: Comparison) -> Iterator[Fault]:
    """Not the code that it had before, and none of a type that has become part of it."""
    life = after.lifecycle
    is_sent = life.former and life.sunset and comparison.after.today < life.sunset
    for name in after.names:
        is_told = name in (after.code, life.former if is_sent else "") or name in comparison.reused
        if not is_told and name not in comparison.before.catalog:
            yield Fault(after.code, "the alias {alias!r} is new", at=("aliases",), alias=name)
