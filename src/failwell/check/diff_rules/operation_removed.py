"""An operation is gone.

## Why

Whether that breaks clients is the business of tools that compare the whole of an API. It is told here
because its problems are gone with it.

## Example

`POST /v1/orders` is gone.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, removed_operations
from failwell.check.rule import Fault, rule
from failwell.finding import Severity
from failwell.source import ListedOperation


@rule(
    Severity.INFO,
    each=removed_operations,
    area="operations",
    profile="wire",
    remedy="look at what the API's own versioning says",
    mirror="operation-added",
)
def operation_removed(operation: ListedOperation, _: Comparison) -> Iterator[Fault]:
    """Names of parameters in the path do not count."""
    yield Fault(
        str(operation),
        "{operation} is gone",
        at=("operations",),
        operation=str(operation),
        codes=list(operation.codes),
    )
