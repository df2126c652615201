"""A member that seems to hold a secret is not declared as one.

## Why

What is not secret is kept by journals, logs and traces, where more people read it than may use it
(CWE-532). And a response with an error is not the place to give a secret away (RFC 9457, section 5).

## Example

`token: str`; leave it out, or say `Annotated[str, Member(exposure="secret")]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, members
from failwell.check.facts.live_types import is_live
from failwell.check.facts.sensitive import is_secret_name
from failwell.check.facts.shapes import kind_of
from failwell.check.rule import Fault, rule
from failwell.declare.record import MemberType, ProblemType
from failwell.finding import Severity


@rule(Severity.ERROR, each=members, area="exposure", remedy="leave it out, or declare its exposure as secret")
def member_looks_secret(member: MemberType, record: ProblemType, _: Api) -> Iterator[Fault]:
    """One of a few words, or whether there is a secret, is none."""
    if member.exposure == "secret" or not is_live(record) or "enum" in member.schema:
        return
    if is_secret_name(member.wire_name) and kind_of(member.schema) != "boolean":
        yield Fault(
            f"{record.code}.{member.wire_name}",
            "{name!r} looks like a secret, but its exposure is {exposure}",
            at=("members", member.wire_name),
            name=member.wire_name,
            exposure=member.exposure,
        )
