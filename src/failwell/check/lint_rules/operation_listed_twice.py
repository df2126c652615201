"""An operation is listed twice.

## Why

Method and route are what an operation is known by in OpenAPI, on pages and in comparisons. Of two only one
is looked at, and the problems of the other are missing there. Routes whose parameters differ in name only
are the same (OpenAPI 3.1, Paths Object).

## Example

`GET /v1/drops/{id}` and `GET /v1/drops/{drop}`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, catalogs
from failwell.check.listings import route_of
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(Severity.WARNING, each=catalogs, area="operations", remedy="list it once, with the problems of both")
def operation_listed_twice(api: Api) -> Iterator[Fault]:
    """The second one is at fault."""
    seen: dict[str, str] = {}
    for number, operation in enumerate(api.operations):
        route = route_of(operation)
        if route in seen:
            yield Fault(
                str(operation),
                "it is the same operation as {other!r}",
                at=("operations", number),
                other=seen[route],
            )
        seen.setdefault(route, str(operation))
