"""The error in a challenge belongs to another status.

## Why

`invalid_request` goes with 400, `invalid_token` with 401 and `insufficient_scope` with 403 (RFC 6750,
section 3.1). A client that gets `invalid_token` fetches a new token, which does not help where a scope is
missing.

## Example

`Bearer error="insufficient_scope"` in a type with `status=401`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from failwell.check.api import Api
from failwell.check.facts.header_fields import header_of
from failwell.check.facts.live_types import live_types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity

_ERROR = re.compile(r'\berror="?([a-z_]+)')
_STATUS = {"invalid_request": 400, "invalid_token": 401, "insufficient_scope": 403}


@rule(
    Severity.WARNING,
    each=live_types,
    area="http",
    remedy="use the status of that error, or the error of that status",
)
def challenge_error_status(record: ProblemType, _: Api) -> Iterator[Fault]:
    """A type with several statuses has to have the right one among them."""
    header = header_of(record, "WWW-Authenticate")
    for error in _ERROR.findall(header.template if header else ""):
        status = _STATUS.get(error)
        if header and status and status not in record.statuses:
            yield Fault(
                record.code,
                "its challenge says {error!r}, which goes with {status}",
                at=("headers", header.name),
                error=error,
                status=status,
            )
