"""The body tells for how long to wait, and the header does not.

## Why

HTTP libraries, proxies and command lines read `Retry-After` (RFC 9110, section 10.2.3) and know nothing of
a member. Both have to say the same, which they do where the header is made of the member.

## Example

A member `retry_after_seconds`, and no header, or `headers={"Retry-After": "60"}`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api
from failwell.check.facts.header_fields import delay_members, header_of, members_in
from failwell.check.facts.live_types import live_types, retry_words
from failwell.check.facts.units import unit_of
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Retry
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=live_types,
    area="retry",
    remedy="declare the Retry-After header with this member as its value",
)
def retry_after_unbound(record: ProblemType, _: Api) -> Iterator[Fault]:
    """A header of another member is left alone, as the body may say milliseconds; so is an occurrence's."""
    header = header_of(record, "Retry-After")
    if Retry.LATER not in retry_words(record) or (
        header and (not header.template or members_in(header, record))
    ):
        return
    for member in delay_members(record)[:1]:
        is_seconds = unit_of(member) in ("", "seconds")
        yield Fault(
            f"{record.code}.{member.wire_name}",
            "{name!r} tells when to try again, but Retry-After is not made of it",
            at=("members", member.wire_name),
            remedy="" if is_seconds else "declare the Retry-After header with a member of whole seconds",
            name=member.wire_name,
        )
