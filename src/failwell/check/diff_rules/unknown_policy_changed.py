"""Clients make something else of codes that they do not know.

## Why

The policy goes into clients that are built from the catalog: by the status, or as the failure that nobody
handled. What they do about an unknown code, such as trying again, follows from it.

## Example

`policy.unknown` was `by_status`, and is `internal`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, comparisons
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=comparisons,
    area="wire",
    profile="source",
    remedy="tell those who build clients",
    no_mirror="a change back is a change",
)
def unknown_policy_changed(comparison: Comparison) -> Iterator[Fault]:
    """Nothing changes on the wire."""
    before, after = (api.contract.policy.unknown for api in (comparison.before, comparison.after))
    if before != after:
        yield Fault(
            "",
            "clients take unknown codes {after!r} instead of {before!r}",
            at=("policy", "unknown"),
            before=before,
            after=after,
        )
