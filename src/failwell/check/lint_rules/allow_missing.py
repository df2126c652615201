"""A 405 does not list the methods that are allowed.

## Why

A response with 405 has to carry `Allow` with the methods that the resource has (RFC 9110, section 15.5.6).

## Example

A type with `status=405` without `headers={"Allow": ""}`; the empty template says that the value comes with
the occurrence.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api
from failwell.check.facts.header_fields import header_of
from failwell.check.facts.live_types import live_types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=live_types,
    area="http",
    remedy="declare the header: an empty template where the occurrence brings the methods",
)
def allow_missing(record: ProblemType, _: Api) -> Iterator[Fault]:
    """A header without a template counts: its value comes with the occurrence."""
    if 405 in record.statuses and not header_of(record, "Allow"):
        yield Fault(record.code, "its responses with 405 have no Allow header", at=("status",))
