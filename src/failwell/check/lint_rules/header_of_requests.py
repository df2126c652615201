"""A response carries a header of requests.

## Why

Fields such as `If-Match` or `Authorization` are said by clients (RFC 9110, sections 10.1, 11.6.2 and 13.1).
In a response they mean nothing, and credentials in one are a leak.

## Example

`headers={"If-Match": "*"}` in a type with `status=428`, to tell what to send.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api
from failwell.check.facts.live_types import live_types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity

_OF_REQUESTS = frozenset(
    {
        "accept-language", "authorization", "cookie", "expect", "from", "host", "if-match",
        "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "max-forwards",
        "proxy-authorization", "range", "referer", "user-agent",
    }
)  # fmt: skip


@rule(
    Severity.WARNING,
    each=live_types,
    area="http",
    remedy="take the header away, and tell what to send in the suggestion",
)
def header_of_requests(record: ProblemType, _: Api) -> Iterator[Fault]:
    """`Accept` and `Accept-Encoding` may stand in a 415 (RFC 9110, section 15.5.16)."""
    for header in record.headers:
        if header.name.lower() in _OF_REQUESTS:
            yield Fault(
                record.code,
                "the header {name!r} belongs to requests",
                at=("headers", header.name),
                name=header.name,
            )
