"""A call that changes something is made with a method that must not change anything.

## Why

`GET`, `HEAD`, `OPTIONS` and `QUERY` are safe (RFC 9110, section 9.2.1): crawlers, prefetching browsers and
agents make such calls without asking, and caches answer them.

## Example

`Resolve(action="accept_terms", method="GET", endpoint="/v1/terms/accept")`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api
from failwell.check.facts.live_types import live_types
from failwell.check.facts.names import words_of
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity

_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "QUERY"})
_CHANGES = frozenset(
    {
        "accept", "activate", "buy", "cancel", "confirm", "create", "delete", "disable", "enable", "grant",
        "purchase", "reactivate", "remove", "renew", "revoke", "rotate", "subscribe", "upgrade",
    }
)  # fmt: skip


@rule(
    Severity.WARNING,
    each=live_types,
    area="retry",
    remedy="name the call that does it: POST, PUT, PATCH or DELETE",
)
def resolve_method_safe(record: ProblemType, _: Api) -> Iterator[Fault]:
    """What the action does is told by its first word."""
    resolve = record.resolve
    if resolve and resolve.method.upper() in _SAFE:
        first = words_of(resolve.action)[:1]
        if first and first[0] in _CHANGES:
            yield Fault(
                record.code,
                "{action!r} changes something, but {method} must not",
                at=("resolve", "method"),
                action=resolve.action,
                method=resolve.method,
            )
