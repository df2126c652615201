"""A 426 does not tell which protocol is needed.

## Why

A response with 426 has to carry `Upgrade` with the required protocols (RFC 9110, section 15.5.22).

## Example

A type with `status=426` without `headers={"Upgrade": "HTTP/3"}`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api
from failwell.check.facts.header_fields import header_of
from failwell.check.facts.live_types import live_types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(Severity.ERROR, each=live_types, area="http", remedy="declare the header with the protocols")
def upgrade_missing(record: ProblemType, _: Api) -> Iterator[Fault]:
    """A header without a template counts: its value comes with the occurrence."""
    if 426 in record.statuses and not header_of(record, "Upgrade"):
        yield Fault(record.code, "its responses with 426 have no Upgrade header", at=("status",))
