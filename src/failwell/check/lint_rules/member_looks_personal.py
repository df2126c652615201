"""A member that seems to hold personal data is public.

## Why

The exposure says what journals, logs and traces may keep. Personal data that is public there is kept, and
has to be found and deleted again when somebody asks for it (OWASP API3:2023; GDPR, article 25).

## Example

`email: str`; say `Annotated[str, Member(exposure="id")]` to keep a keyed hash, or `"secret"` to keep nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, members
from failwell.check.facts.live_types import is_live
from failwell.check.facts.sensitive import is_personal_name
from failwell.check.facts.shapes import kind_of
from failwell.check.rule import Fault, rule
from failwell.declare.record import MemberType, ProblemType
from failwell.finding import Severity

_KINDS = ("", "string", "array", "array of string", "object")


@rule(
    Severity.WARNING,
    each=members,
    area="exposure",
    remedy="declare its exposure as id or secret, or leave it out",
)
def member_looks_personal(member: MemberType, record: ProblemType, _: Api) -> Iterator[Fault]:
    """Numbers and truth values tell about somebody, but not who it is."""
    if member.exposure != "public" or not is_live(record) or "enum" in member.schema:
        return
    if is_personal_name(member.wire_name) and kind_of(member.schema) in _KINDS:
        yield Fault(
            f"{record.code}.{member.wire_name}",
            "{name!r} looks like personal data, but its exposure is public",
            at=("members", member.wire_name),
            name=member.wire_name,
        )
