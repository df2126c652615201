"""A throttled caller is told the same delay each time.

## Why

A server that throttles knows when the next request is admitted. A constant sends all callers back at one
moment, and those that wait longer than they have to are slower for nothing (RFC 6585, section 4).

## Example

`headers={"Retry-After": "60"}` in a type with `status=429`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api
from failwell.check.facts.header_fields import header_of
from failwell.check.facts.live_types import live_types, statuses_saying
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Retry
from failwell.declare.template import Template
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=live_types,
    area="http",
    remedy="put a member into the header that holds the seconds to wait",
)
def retry_after_constant(record: ProblemType, _: Api) -> Iterator[Fault]:
    """Of 503 a constant may be the best that is known."""
    header = header_of(record, "Retry-After")
    if header is None or 429 not in statuses_saying(record, Retry.LATER):
        return
    if header.template and not Template(header.template).names:
        yield Fault(
            record.code,
            "its Retry-After is always {value!r}",
            at=("headers", header.name),
            value=header.template,
        )
