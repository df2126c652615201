"""Problems are shown in one more media type.

## Why

Clients whose `Accept` likes it better get it from now on; browsers do.

## Example

`text/html` is offered.
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
    profile="wire",
    remedy="see to it that programs ask for JSON",
    mirror="offer-removed",
)
def offer_added(comparison: Comparison) -> Iterator[Fault]:
    """To nobody who does not ask for it."""
    before, after = (api.contract.policy.offers for api in (comparison.before, comparison.after))
    for offer in after:
        if offer not in before:
            yield Fault("", "problems are shown as {offer} as well", at=("policy", "offers"), offer=offer)
