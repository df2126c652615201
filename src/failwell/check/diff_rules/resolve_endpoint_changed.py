"""The way out leads elsewhere.

## Why

Clients of an API that does not send the way out take it from their copy of the catalog, and go to the
former target. What is only added breaks nobody.

## Example

`endpoint` was `/v1/plan`, and is `/v2/plans`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.ways import ways_out
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Resolve
from failwell.finding import Severity

_MESSAGES = {
    (True, True): "the {field} that resolves it was {before!r} and is {after!r}",
    (True, False): "the {field} {before!r} that resolves it is gone",
    (False, True): "the {field} {after!r} that resolves it is new",
}


@rule(
    Severity.ERROR,
    each=ways_out,
    area="resolve",
    profile="branch",
    remedy="keep the former target working as long as clients know it",
    no_mirror="a change back is a change, and what is added is told by this rule as well",
)
def resolve_endpoint_changed(before: Resolve, after: Resolve, record: ProblemType) -> Iterator[Fault]:
    """A page for people, or a call for programs."""
    for field in ("url", "method", "endpoint"):
        was, now = getattr(before, field), getattr(after, field)
        if field == "method" and bool(was) != bool(now):
            continue  # it comes and goes with the endpoint, which is told of
        if was != now:
            yield Fault(
                record.code,
                _MESSAGES[bool(was), bool(now)],
                at=("resolve", field) if now else ("resolve",),
                severity=None if was else Severity.INFO,
                field=field,
                before=was,
                after=now,
            )
