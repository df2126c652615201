"""The method of the call that resolves a problem is none that HTTP has.

## Why

Methods are case-sensitive, and all registered ones are written in capitals (RFC 9110, section 9.1): `post`
is another method than `POST`, and servers answer it with 405 or 501.

## Example

`Resolve(action="log_in", method="post", endpoint="/v1/login")`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api
from failwell.check.facts.live_types import live_types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity

_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY"})


@rule(
    Severity.ERROR, each=live_types, area="retry", remedy="use GET, POST, PUT, PATCH or DELETE, in capitals"
)
def resolve_method_unknown(record: ProblemType, _: Api) -> Iterator[Fault]:
    """One that is only written small can be mended as it stands."""
    method = record.resolve.method if record.resolve else ""
    if method and method not in _METHODS:
        capitals = method.strip().upper()
        yield Fault(
            record.code,
            "{method!r} is no method of HTTP",
            at=("resolve", "method"),
            edit=capitals if capitals in _METHODS else None,
            method=method,
        )
