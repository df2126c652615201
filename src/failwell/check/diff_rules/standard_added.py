"""A type stands for a status that no type stood for.

## Why

Such an answer was a problem of the type `about:blank`, with a code that was made of the status (RFC 9457,
section 4.2.1). Now it has this one.

## Example

`item_missing` gets `standard = 404`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, comparisons
from failwell.check.facts.condition import name_of, standing
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=comparisons,
    area="types",
    profile="branch",
    remedy="see to it that clients know the code where they looked at the status",
    mirror="standard-removed",
)
def standard_added(comparison: Comparison) -> Iterator[Fault]:
    """Of a type that is new code-added tells, and of a catalog that is new there is nothing to compare."""
    if not comparison.before.own:
        return
    old = standing(comparison.before.catalog.records)
    for condition, record in standing(comparison.after.catalog.records).items():
        if condition not in old and record.code not in comparison.added:
            yield Fault(
                record.code,
                "{code!r} stands for {condition}, for which no type stood",
                at=("standard",),
                code=record.code,
                condition=name_of(condition),
            )
