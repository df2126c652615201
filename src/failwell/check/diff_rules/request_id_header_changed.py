"""The request id is in another header field.

## Why

It is on every response. Clients log it, and support asks for it: those who look for the former field find
nothing.

## Example

`X-Request-Id` is called `Request-Id`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, comparisons
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=comparisons,
    area="wire",
    profile="wire",
    remedy="keep the field",
    no_mirror="a change back is a change",
)
def request_id_header_changed(comparison: Comparison) -> Iterator[Fault]:
    """Names of header fields are the same in any case (RFC 9110, section 5.1)."""
    before, after = (api.contract.request_id_header for api in (comparison.before, comparison.after))
    if before.lower() != after.lower():
        yield Fault(
            "",
            "the request id is in {after} instead of {before}",
            at=("policy", "request_id_header"),
            before=before,
            after=after,
        )
