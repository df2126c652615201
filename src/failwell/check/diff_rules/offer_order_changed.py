"""The media types that are offered have another order.

## Why

Clients that like two of them the same get the first.

## Example

`text/markdown` is offered before `text/html`.
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
    remedy="leave the order as it was",
    no_mirror="a change back is a change",
)
def offer_order_changed(comparison: Comparison) -> Iterator[Fault]:
    """Of those that are offered before and after."""
    before, after = (api.contract.policy.offers for api in (comparison.before, comparison.after))
    kept = [offer for offer in before if offer in after]
    if kept != [offer for offer in after if offer in before]:
        yield Fault(
            "",
            "{first} is offered before others, where it was {former}",
            at=("policy", "offers"),
            former=kept[0],
            first=next(offer for offer in after if offer in before),
        )
