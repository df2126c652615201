"""A 407 tells no way to authenticate.

## Why

A response with 407 has to carry `Proxy-Authenticate` with a challenge for the proxy (RFC 9110, section
15.5.8).

## Example

A type with `status=407` and no such header.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api
from failwell.check.facts.header_fields import header_of
from failwell.check.facts.live_types import live_types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(Severity.ERROR, each=live_types, area="http", remedy="declare the header with a challenge")
def proxy_challenge_missing(record: ProblemType, _: Api) -> Iterator[Fault]:
    """A header without a template counts: its value comes with the occurrence."""
    if 407 in record.statuses and not header_of(record, "Proxy-Authenticate"):
        yield Fault(record.code, "its responses with 407 have no Proxy-Authenticate header", at=("status",))
