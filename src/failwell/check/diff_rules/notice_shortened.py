"""The catalog promises less notice.

## Why

`deprecation_days` is how long clients have between an announcement and a sunset. Those who plan their
releases by it have to do so more often.

## Example

`deprecation_days` was 180, and is 90.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, comparisons
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=comparisons,
    area="lifecycle",
    profile="branch",
    remedy="leave it as it was, or tell clients long before the first shorter notice",
    mirror="notice-lengthened",
)
def notice_shortened(comparison: Comparison) -> Iterator[Fault]:
    """What was announced before is held to the longer one: see sunset-too-soon."""
    before, after = (api.catalog.deprecation_days for api in (comparison.before, comparison.after))
    if after < before:
        yield Fault(
            "",
            "{after} days of notice are promised, where it was {before}",
            at=("deprecation_days",),
            before=before,
            after=after,
        )
