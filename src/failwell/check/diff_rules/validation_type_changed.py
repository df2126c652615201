"""Invalid input is told by another code.

## Why

Every operation can be called with invalid input, so this is the code that clients handle most: to show the
failures beside the fields of a form.

## Example

`policy.validation` is `invalid_order` where it was `invalid_input`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, comparisons
from failwell.check.facts.condition import has_moved, standing
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=comparisons,
    area="types",
    profile="branch",
    remedy="leave it as it was; where it has to go, rename the type instead",
    no_mirror="a change back is a change",
)
def validation_type_changed(comparison: Comparison) -> Iterator[Fault]:
    """Where the policy names no code, it is the type that stands for 422."""
    codes = [api.contract.policy.validation for api in (comparison.before, comparison.after)]
    before, after = (
        api.catalog.records.get(code) or standing(api.catalog.records).get(422)
        for api, code in zip((comparison.before, comparison.after), codes, strict=True)
    )
    if before is not None and after is not None and any(codes) and has_moved(comparison, before, after):
        yield Fault(
            "",
            "invalid input is told by {after!r} instead of {before!r}",
            at=("policy", "validation"),
            before=before.code,
            after=after.code,
        )
