"""A status that is not for APIs.

## Why

418 is reserved and unused (RFC 9110, section 15.5.19), 510 belongs to an experiment that ended (RFC 2774,
now historic), and 511 is for networks that intercept, never for the server that was asked (RFC 6585,
section 6): clients would look for a login of the network.

## Example

`status=418` for a request that no robot may make.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api
from failwell.check.facts.live_types import live_types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity

_MISUSED = {
    418: "is reserved and means nothing",
    510: "belongs to an extension that nobody uses",
    511: "is for networks that intercept requests, not for servers",
}


@rule(
    Severity.WARNING, each=live_types, area="http", remedy="use 400, 403, 501 or another status that says it"
)
def status_misused(record: ProblemType, _: Api) -> Iterator[Fault]:
    """One fault for each such status."""
    for status in record.statuses:
        if status in _MISUSED:
            yield Fault(
                record.code, "{status} {reason}", at=("status",), status=status, reason=_MISUSED[status]
            )
