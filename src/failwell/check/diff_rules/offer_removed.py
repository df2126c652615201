"""Problems are shown in one media type less.

## Why

Clients that asked for it get JSON, whatever they can do with it.

## Example

`text/markdown` is offered no longer.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, comparisons
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=comparisons,
    area="wire",
    profile="wire",
    remedy="keep the offer while clients ask for it",
    mirror="offer-added",
)
def offer_removed(comparison: Comparison) -> Iterator[Fault]:
    """The API's own media type is always there."""
    before, after = (api.contract.policy.offers for api in (comparison.before, comparison.after))
    for offer in before:
        if offer not in after:
            yield Fault("", "problems are no longer shown as {offer}", at=("policy", "offers"), offer=offer)
