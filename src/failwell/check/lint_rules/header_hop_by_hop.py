"""A header belongs to the connection, not to the response.

## Why

`Keep-Alive`, `Proxy-Connection`, `TE`, `Trailer` and `Upgrade` are for one connection (RFC 9110, section
7.6.1). In HTTP/2 and HTTP/3 a response with one of them is malformed (RFC 9113, section 8.2.2), and ASGI
and WSGI servers refuse it.

## Example

`headers={"Keep-Alive": "timeout=5"}` in a type with `status=408`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api
from failwell.check.facts.live_types import live_types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity

_OF_CONNECTIONS = frozenset({"keep-alive", "proxy-connection", "te", "trailer", "upgrade"})


@rule(
    Severity.ERROR,
    each=live_types,
    area="http",
    remedy="take the header away: the server speaks of the connection",
)
def header_hop_by_hop(record: ProblemType, _: Api) -> Iterator[Fault]:
    """A 426 has to have `Upgrade` (RFC 9110, section 15.5.22)."""
    for header in record.headers:
        name = header.name.lower()
        if name in _OF_CONNECTIONS and not (name == "upgrade" and 426 in record.statuses):
            yield Fault(
                record.code,
                "the header {name!r} belongs to the connection",
                at=("headers", header.name),
                name=header.name,
            )
