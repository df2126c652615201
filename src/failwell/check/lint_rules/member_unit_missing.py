"""A quantity does not say its unit.

## Why

A number is of no use to who does not know whether it is seconds or milliseconds, bytes or kilobytes. The unit
belongs into the name, or into the declaration, from where pages and schemas have it (AIP-193; AIP-141).

## Example

`timeout: int`; say `timeout_seconds: int`, or `Annotated[int, Member(unit="seconds")]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, members
from failwell.check.facts.live_types import is_live
from failwell.check.facts.names import words_of
from failwell.check.facts.shapes import kind_of
from failwell.check.facts.units import names_unit
from failwell.check.rule import Fault, rule
from failwell.declare.record import MemberType, ProblemType
from failwell.finding import Severity

_MEASURES = frozenset(
    {
        "backoff",
        "bandwidth",
        "cooldown",
        "delay",
        "distance",
        "duration",
        "interval",
        "latency",
        "timeout",
        "ttl",
    }
)
_PAIRS = frozenset({("max", "age"), ("retry", "after"), ("wait", "time"), ("file", "size"), ("body", "size")})
"""What is measured only in these words: other sizes and ages are counted."""


@rule(Severity.INFO, each=members, area="members", remedy="say the unit, in the name or in the declaration")
def member_unit_missing(member: MemberType, record: ProblemType, _: Api) -> Iterator[Fault]:
    """Only what is measured: a limit may be a number of things."""
    if member.unit or not is_live(record) or kind_of(member.schema) != "number":
        return
    name = member.wire_name
    words = words_of(name)
    is_measured = not _MEASURES.isdisjoint(words[-1:]) or words[-2:] in _PAIRS
    if is_measured and not names_unit(name):
        yield Fault(
            f"{record.code}.{name}", "{name!r} does not say its unit", at=("members", name), name=name
        )
