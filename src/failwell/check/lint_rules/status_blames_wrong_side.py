"""The status blames the server for what callers did, or callers for what the server did.

## Why

4xx are for what callers can mend, 5xx for failures of the server (RFC 9110, sections 15.5 and 15.6); 500 is
a condition that nobody expected. Alerts count 5xx, and clients do not repeat 4xx.

## Example

`status=500` with `retry=Retry.AFTER_CHANGE`, or `standard="internal"` with `status=400`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api
from failwell.check.facts.live_types import live_types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Retry
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=live_types,
    area="http",
    remedy="use a 4xx for what callers can mend, and else a 5xx",
)
def status_blames_wrong_side(record: ProblemType, _: Api) -> Iterator[Fault]:
    """Other 5xx can be mended by callers, too: a session that timed out, a gateway without a key."""
    if record.standard == "internal" and record.statuses[0] < 500:
        yield Fault(
            record.code,
            "it stands for failures of the server, but has the status {status}",
            at=("status",),
            status=record.statuses[0],
        )
    if 500 in record.statuses and record.retry_at(500) is Retry.AFTER_CHANGE:
        yield Fault(
            record.code,
            "a 500 is no mistake of callers, but they are asked to change the request",
            at=("status",),
        )
