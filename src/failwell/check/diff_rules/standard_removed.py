"""No type stands for a status any more.

## Why

Such an answer had the code of the type, on which clients branch. Now it is a problem of the type
`about:blank`, with a code that is made of the status (RFC 9457, section 4.2.1).

## Example

`item_missing` loses `standard = 404`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, comparisons
from failwell.check.facts.condition import is_gone, name_of, standing
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=comparisons,
    area="types",
    profile="branch",
    remedy="let the type stand for the status again, or another one of its meaning",
    mirror="standard-added",
)
def standard_removed(comparison: Comparison) -> Iterator[Fault]:
    """Of a type that is gone the rules about removal tell."""
    new = standing(comparison.after.catalog.records)
    for condition, record in standing(comparison.before.catalog.records).items():
        if condition not in new and not is_gone(comparison, record):
            yield Fault(
                comparison.code_now(record.code),
                "{code!r} stands no longer for {condition}, and no other type does",
                code=comparison.code_now(record.code),
                condition=name_of(condition),
            )
