"""The catalog promises more notice.

## Why

`deprecation_days` is how long clients have between an announcement and a sunset.

## Example

`deprecation_days` was 90, and is 180.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, comparisons
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=comparisons,
    area="lifecycle",
    profile="branch",
    remedy="nothing to do for clients",
    mirror="notice-shortened",
)
def notice_lengthened(comparison: Comparison) -> Iterator[Fault]:
    """The catalog itself refuses what is too soon from then on."""
    before, after = (api.catalog.deprecation_days for api in (comparison.before, comparison.after))
    if after > before:
        yield Fault(
            "",
            "{after} days of notice are promised, where it was {before}",
            at=("deprecation_days",),
            before=before,
            after=after,
        )
