"""A mistake of the caller is said to pass with time.

## Why

A 4xx asks for another request (RFC 9110, section 15.5); repeated as it is, it fails again, and clients that
follow `retry` load the server for nothing. Those that do pass are left alone: 408, 409, 413, 421, 423, 424,
425 and 429.

## Example

`status=422` with `retry=Retry.LATER`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api
from failwell.check.facts.header_fields import header_of
from failwell.check.facts.live_types import live_types, statuses_saying
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Retry
from failwell.finding import Severity

_STAYS = frozenset({*range(400, 419), 422, 426, 428, 431, 451} - {408, 409, 413})


@rule(
    Severity.WARNING,
    each=live_types,
    area="retry",
    remedy="say after_change or after_action, or use a status that passes: 409, 423, 429, 503",
)
def retry_later_on_caller_status(record: ProblemType, _: Api) -> Iterator[Fault]:
    """Where Retry-After tells the time, it does pass: some APIs throttle with 403."""
    if header_of(record, "Retry-After"):
        return
    for status in statuses_saying(record, Retry.LATER):
        if status in _STAYS:
            yield Fault(
                record.code,
                "it says that a {status} passes with time",
                at=("retry",),
                status=status,
            )
