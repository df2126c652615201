"""A type for missing scopes does not name them in a challenge, where others of the catalog have challenges.

## Why

A 403 for a token that is good but too narrow says `insufficient_scope`, and may name the scope that is
needed, so that a client can ask for it (RFC 6750, section 3.1). APIs that tell errors of tokens in no
challenge at all are left alone.

## Example

`invalid_token` has `Bearer error="invalid_token"`, and `insufficient_scope` has no `WWW-Authenticate`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, catalogs
from failwell.check.facts.header_fields import header_of
from failwell.check.facts.live_types import live_types
from failwell.check.facts.names import words_of
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity

_FIELD = "WWW-Authenticate"
_LACKING = frozenset({"insufficient", "lacking", "missing", "required"})


@rule(
    Severity.WARNING,
    each=catalogs,
    area="http",
    remedy='declare Bearer error="insufficient_scope", scope="{scope}" with the scope in a member',
)
def scope_challenge_missing(api: Api) -> Iterator[Fault]:
    """A challenge whose value comes with the occurrence is taken as complete."""
    live = [record for record, _ in live_types(api)]
    if not any("error=" in _challenge(record) for record in live):
        return
    for record in live:
        header = header_of(record, _FIELD)
        if 403 not in record.statuses or (header and not header.template):
            continue
        if header and 'error="insufficient_scope"' in header.template and "scope=" not in header.template:
            yield Fault(
                record.code,
                "its challenge does not name the scope that is missing",
                at=("headers", header.name),
            )
        elif header is None and _is_of_scopes(record):
            yield Fault(record.code, "it tells that a scope is missing without a challenge", at=("status",))


def _challenge(record: ProblemType) -> str:
    header = header_of(record, _FIELD)
    return header.template if header else ""


def _is_of_scopes(record: ProblemType) -> bool:
    words = words_of(record.code)
    return ("scope" in words or "scopes" in words) and not _LACKING.isdisjoint(words)
