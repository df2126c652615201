"""A status that HTTP does not have.

## Why

Clients treat a status that they do not know like 400 or 500 (RFC 9110, section 15), and proxies, metrics
and libraries do as they please. The registered ones are in IANA's registry of HTTP status codes; Zalando's
rule 243 asks for official codes only.

## Example

`status=420` or `status=499`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api
from failwell.check.facts.live_types import live_types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity

_REGISTERED = frozenset({*range(400, 419), *range(421, 427), 428, 429, 431, 451, *range(500, 509), 510, 511})


@rule(
    Severity.WARNING,
    each=live_types,
    area="http",
    remedy="use a registered status; the code tells what happened",
)
def status_unregistered(record: ProblemType, _: Api) -> Iterator[Fault]:
    """418 is reserved, so it is `status-misused`."""
    for status in record.statuses:
        if status not in _REGISTERED:
            yield Fault(record.code, "{status} is no registered HTTP status", at=("status",), status=status)
