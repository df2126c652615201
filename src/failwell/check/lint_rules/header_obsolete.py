"""A header that nobody reads any more.

## Why

`Warning` is obsolete (RFC 9111, section 5.5); P3P, Expect-CT and pinned keys have been dropped by all
browsers.

## Example

`headers={"Warning": "{notice}"}`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api
from failwell.check.facts.live_types import live_types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity

_OBSOLETE = frozenset({"expect-ct", "p3p", "public-key-pins", "public-key-pins-report-only", "warning"})


@rule(
    Severity.WARNING,
    each=live_types,
    area="http",
    remedy="take the header away, and say it in a member if need be",
)
def header_obsolete(record: ProblemType, _: Api) -> Iterator[Fault]:
    """`Pragma` is one of `header-of-content`."""
    for header in record.headers:
        if header.name.lower() in _OBSOLETE:
            yield Fault(
                record.code, "the header {name!r} is obsolete", at=("headers", header.name), name=header.name
            )
