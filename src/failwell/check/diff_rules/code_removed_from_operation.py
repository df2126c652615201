"""An operation no longer answers with one of its codes.

## Why

What callers do about that code is not needed here any more. Where another code tells the same, that is the
news.

## Example

`POST /v1/orders` does not answer with `out_of_stock` any more.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, operation_pairs
from failwell.check.rule import Fault, rule
from failwell.declare.record import Stage
from failwell.finding import Severity
from failwell.source import ListedOperation


@rule(
    Severity.INFO,
    each=operation_pairs,
    area="operations",
    profile="branch",
    remedy="tell the callers of this operation",
    mirror="code-added-to-operation",
)
def code_removed_from_operation(
    before: ListedOperation, after: ListedOperation, comparison: Comparison
) -> Iterator[Fault]:
    """Of a code that is gone from the catalog, the rules about removal tell."""
    removed = [
        code
        for code in map(comparison.code_now, set(before.codes) - set(after.codes))
        if code not in after.codes and _can_be_sent(comparison, code)
    ]
    if removed:
        yield Fault(
            str(after),
            "{operation} no longer answers with {shown}",
            at=("operations",),
            operation=str(after),
            shown=", ".join(sorted(removed)),
            codes=sorted(removed),
        )


def _can_be_sent(comparison: Comparison, code: str) -> bool:
    record = comparison.after.catalog.records.get(code)
    return record is not None and record.lifecycle.stage is not Stage.REMOVED
