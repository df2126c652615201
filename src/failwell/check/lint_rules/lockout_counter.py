"""A failed login tells how many attempts are left.

## Why

The number tells an attacker when to stop and go on with another address, and it exists only for accounts
that exist (OWASP, Authentication Cheat Sheet: account lockout). People need no number to try again.

## Example

A member `attempts_left` in a type with `status=401`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, members
from failwell.check.facts.live_types import is_live
from failwell.check.facts.names import words_of
from failwell.check.rule import Fault, rule
from failwell.declare.record import MemberType, ProblemType
from failwell.finding import Severity

_ATTEMPTS = frozenset({"attempts", "logins", "tries"})
_COUNTED = frozenset({"count", "failed", "left", "remaining"})


@rule(
    Severity.WARNING,
    each=members,
    area="concealment",
    remedy="take the member away, and throttle by caller and by account",
)
def lockout_counter(member: MemberType, record: ProblemType, _: Api) -> Iterator[Fault]:
    """Only of types that are answers to credentials: 401 and 403."""
    words = words_of(member.wire_name)
    if not is_live(record) or not member.on_wire or {401, 403}.isdisjoint(record.statuses):
        return
    if not _ATTEMPTS.isdisjoint(words) and not _COUNTED.isdisjoint(words):
        yield Fault(
            f"{record.code}.{member.wire_name}",
            "{name!r} tells callers how far they are from being locked out",
            at=("members", member.wire_name),
            name=member.wire_name,
        )
