"""The name of a member is none that all formats can carry.

## Why

Names of extension members should begin with a letter, consist of letters, digits and underscores, and have
at least three characters, so that XML and others can carry them (RFC 9457, section 3.2). Others have to be
quoted in most languages, and are renamed differently by each generator.

## Example

`retry-after`, `2fa`, `id`; say `retry_after`, `second_factor`, `order_id`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from failwell.check.api import Api, members
from failwell.check.facts.live_types import is_live
from failwell.check.rule import Fault, rule
from failwell.declare.record import MemberType, ProblemType
from failwell.finding import Severity

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_FEWEST = 3


@rule(
    Severity.WARNING, each=members, area="members", remedy="choose a name of letters, digits and underscores"
)
def member_name_style(member: MemberType, record: ProblemType, _: Api) -> Iterator[Fault]:
    """A short name does less harm than one that has to be quoted."""
    name = member.wire_name
    if not member.on_wire or not is_live(record):
        return
    subject, at = f"{record.code}.{name}", ("members", name)
    if not _NAME.match(name):
        yield Fault(
            subject, "{name!r} is not a letter, then letters, digits and underscores", at=at, name=name
        )
    elif len(name) < _FEWEST:
        yield Fault(
            subject,
            "{name!r} has fewer than {fewest} characters",
            at=at,
            severity=Severity.INFO,
            remedy="spell it out",
            name=name,
            fewest=_FEWEST,
        )
