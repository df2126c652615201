"""A header that the status demands comes only with some occurrences.

## Why

A field whose template asks for a member without value is left out. `Allow`, `Proxy-Authenticate` and
`Upgrade` have to be in each 405, 407 and 426 (RFC 9110, section 15.5), and a 429 is of little use without
`Retry-After`. Types that stand for a status are left alone: they are also raised where nobody can give a
member.

## Example

`headers={"Retry-After": "{seconds}"}` with `seconds: int | None`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api
from failwell.check.facts.header_fields import header_of, members_in
from failwell.check.facts.live_types import live_types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Retry
from failwell.finding import Severity

_DEMANDED = {405: "Allow", 407: "Proxy-Authenticate", 426: "Upgrade", 429: "Retry-After"}


@rule(
    Severity.WARNING,
    each=live_types,
    area="http",
    remedy="let each occurrence with this status bring the member",
)
def header_can_vanish(record: ProblemType, _: Api) -> Iterator[Fault]:
    """Of members that come with other statuses only, the same holds."""
    for status, name in _DEMANDED.items():
        header = header_of(record, name)
        if status not in record.statuses or header is None or record.standard is not None:
            continue
        if status == 429 and record.retry_at(status) is not Retry.LATER:  # the time may be unknown
            continue
        for member in members_in(header, record):
            if not member.required or (member.statuses and status not in member.statuses):
                yield Fault(
                    record.code,
                    "its responses with {status} have no {name} where {member!r} has no value",
                    at=("headers", header.name),
                    status=status,
                    name=name,
                    member=member.wire_name,
                )
