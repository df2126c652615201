"""A 401 tells no way to authenticate.

## Why

A response with 401 has to carry `WWW-Authenticate` with at least one challenge (RFC 9110, section 15.5.2).
A contract gives `Bearer` to the types that declare none, unless its policy's challenge is empty.

## Example

`challenge=""` in the contract, and a type with `status=401` without that header.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api
from failwell.check.facts.header_fields import header_of
from failwell.check.facts.live_types import live_types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=live_types,
    area="http",
    remedy="give the contract a challenge, or the type a WWW-Authenticate header",
)
def challenge_missing(record: ProblemType, api: Api) -> Iterator[Fault]:
    """A header without a template counts: its value comes with the occurrence."""
    if (
        401 in record.statuses
        and not api.contract.policy.challenge
        and not header_of(record, "WWW-Authenticate")
    ):
        yield Fault(
            record.code, "its responses with 401 have no challenge in WWW-Authenticate", at=("status",)
        )
