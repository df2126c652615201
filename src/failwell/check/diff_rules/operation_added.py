"""An operation is new.

## Why

Nobody calls it yet. It is told for the changelog.

## Example

`POST /v1/orders` is new.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, added_operations
from failwell.check.rule import Fault, rule
from failwell.finding import Severity
from failwell.source import ListedOperation


@rule(
    Severity.INFO,
    each=added_operations,
    area="operations",
    profile="wire",
    remedy="nothing to do for clients",
    mirror="operation-removed",
)
def operation_added(operation: ListedOperation, _: Comparison) -> Iterator[Fault]:
    """Names of parameters in the path do not count."""
    yield Fault(
        str(operation),
        "{operation} is new",
        at=("operations",),
        operation=str(operation),
        codes=list(operation.codes),
    )
