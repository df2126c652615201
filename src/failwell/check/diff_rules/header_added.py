"""A header field is new.

## Why

Recipients ignore fields that they do not know (RFC 9110, section 5.1), so this is safe.

## Example

`rate_limited` brings `Retry-After` now.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import header_pairs
from failwell.check.rule import Fault, rule
from failwell.declare.record import HeaderRule, ProblemType
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=header_pairs,
    area="headers",
    profile="wire",
    remedy="nothing to do: clients ignore header fields that they do not know",
    mirror="header-removed",
)
def header_added(
    before: HeaderRule | None, after: HeaderRule | None, _: ProblemType, record: ProblemType
) -> Iterator[Fault]:
    """Names are compared as HTTP does, whatever their case."""
    if before is None and after is not None:
        yield Fault(
            record.code,
            "the header {name!r} is new",
            at=("headers", after.name),
            name=after.name,
        )
