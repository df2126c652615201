"""A type lets caches keep its error.

## Why

Every problem is sent with `Cache-Control: no-store`, as 404, 405, 410, 414 and 501 could be cached
otherwise (RFC 9110, section 15.1), with what one caller was told in them. A second such field contradicts
the first.

## Example

`headers={"Cache-Control": "max-age=60"}`.
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
    Severity.WARNING,
    each=live_types,
    area="http",
    remedy="take the header away: problems are not stored anyway",
)
def cacheable_error(record: ProblemType, _: Api) -> Iterator[Fault]:
    """A value that forbids to store is said twice, which is harmless."""
    header = header_of(record, "Cache-Control")
    if header and "no-store" not in header.template.lower():
        yield Fault(
            record.code,
            "its Cache-Control {value!r} contradicts the no-store that problems are sent with",
            at=("headers", header.name),
            value=header.template,
        )
