"""An operation lists a type that is removed.

## Why

Raising a removed type fails, and the caller gets the internal error instead. Documents promise a code that
does not come.

## Example

`@raises(PlanUnknown)` stays on a route after `plan_unknown` became a tombstone.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, operations
from failwell.check.facts.live_types import is_live
from failwell.check.listings import steps_to
from failwell.check.rule import Fault, rule
from failwell.finding import Severity
from failwell.source import ListedOperation


@rule(
    Severity.ERROR,
    each=operations,
    area="lifecycle",
    remedy="take it from the operation, or list what takes its place",
)
def removed_still_listed(operation: ListedOperation, api: Api) -> Iterator[Fault]:
    """One fault for each such code."""
    for code in operation.codes:
        record = api.catalog.records.get(code)
        if record and not is_live(record):
            yield Fault(
                str(operation), "it lists {code!r}, which is removed", at=steps_to(operation, api), code=code
            )
