"""Rate limits are shown in other header fields.

## Why

Clients slow down by them before they meet the limit. Those that read the former ones find nothing, and run
into it.

## Example

Limits were shown as `X-RateLimit-*`, and are shown as the IETF's draft has them.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, comparisons
from failwell.check.rule import Fault, rule
from failwell.finding import Severity
from failwell.wire.literal import write_shape


@rule(
    Severity.ERROR,
    each=comparisons,
    area="wire",
    profile="wire",
    remedy="keep the fields",
    no_mirror="a change back is a change",
)
def limit_headers_changed(comparison: Comparison) -> Iterator[Fault]:
    """Those of another dialect come with the dialect."""
    before, after = (api.contract for api in (comparison.before, comparison.after))
    old, new = (one.policy.limit_headers or one.dialect.limit_headers for one in (before, after))
    is_the_dialects = not before.policy.limit_headers and not after.policy.limit_headers
    has_same_shape = write_shape(before.dialect.shape) == write_shape(after.dialect.shape)
    if old != new and (has_same_shape or not is_the_dialects):
        yield Fault(
            "",
            "the header fields for rate limits changed from {before} to {after}",
            at=("policy", "limit_headers"),
            severity=Severity.INFO if old == "none" else None,
            before=old,
            after=new,
        )
