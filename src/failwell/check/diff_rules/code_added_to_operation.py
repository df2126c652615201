"""An operation can answer with one more code.

## Why

Whoever calls it handles the codes that it is declared with. Smithy warns of an error that an operation
gets, and Azure's guidelines want a new version of the API for it.

## Example

`POST /v1/orders` can answer with `out_of_stock`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, operation_pairs
from failwell.check.rule import Fault, rule
from failwell.finding import Severity
from failwell.source import ListedOperation


@rule(
    Severity.WARNING,
    each=operation_pairs,
    area="operations",
    profile="branch",
    remedy="tell the callers of this operation",
    mirror="code-removed-from-operation",
)
def code_added_to_operation(
    before: ListedOperation, after: ListedOperation, comparison: Comparison
) -> Iterator[Fault]:
    """One finding per operation; a code that was renamed is none."""
    known = {*before.codes, *map(comparison.code_now, before.codes)}
    added = [code for code in after.codes if code not in known]
    if added:
        yield Fault(
            str(after),
            "{operation} can answer with {shown} as well",
            at=("operations",),
            operation=str(after),
            shown=", ".join(added),
            codes=added,
        )
