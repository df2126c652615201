"""A header describes other content, or how long caches may keep it.

## Why

Validators, digests and ages are of a representation that was found; a problem is none, is sent whole and is
not stored. A later `If-None-Match` with the problem's `ETag` would go wrong (RFC 9110, section 8.8.3).

## Example

`headers={"ETag": "{revision}"}` in a type with `status=412`: the current revision belongs into a member.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api
from failwell.check.facts.live_types import live_types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity
from failwell.headers.leftovers import STALE

_NOT_OF_PROBLEMS = {
    **STALE,
    "content-encoding": "RFC 9110, section 8.4: of a body that the server encoded",
    "content-range": "RFC 9110, section 14.4: belongs to 206 and 416",
}


@rule(
    Severity.WARNING,
    each=live_types,
    area="http",
    remedy="take the header away, and say what it says in a member",
)
def header_of_content(record: ProblemType, _: Api) -> Iterator[Fault]:
    """A `Content-Range` tells the length after a 416 (RFC 9110, section 15.5.17)."""
    for header in record.headers:
        name = header.name.lower()
        if name in _NOT_OF_PROBLEMS and not (name == "content-range" and 416 in record.statuses):
            yield Fault(
                record.code,
                "the header {name!r} does not belong on problems: {reason}",
                at=("headers", header.name),
                name=header.name,
                reason=_NOT_OF_PROBLEMS[name].partition(": ")[2],
            )
