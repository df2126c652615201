"""A header field is gone.

## Why

Programs act on it without looking at the body: without `Retry-After` (RFC 9110, section 10.2.3) they guess
when to come back, and without `WWW-Authenticate` they cannot log in.

## Example

`rate_limited` comes without `Retry-After`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import header_pairs
from failwell.check.rule import Fault, rule
from failwell.declare.record import HeaderRule, ProblemType
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=header_pairs,
    area="headers",
    profile="wire",
    remedy="keep sending the header, or bind it to a member again",
    mirror="header-added",
)
def header_removed(
    before: HeaderRule | None, after: HeaderRule | None, _: ProblemType, record: ProblemType
) -> Iterator[Fault]:
    """One with another name in place of it is no substitute."""
    if before is not None and after is None:
        yield Fault(record.code, "the header {name!r} is gone", at=("headers",), name=before.name)
