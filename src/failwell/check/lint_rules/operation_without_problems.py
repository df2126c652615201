"""An operation lists no problems, where most others do.

## Why

An operation that answers with nothing but success is rare; more often nobody wrote down what it raises.
Documents then promise that nothing goes wrong (Belgif, prb-defaul, asks for a problem response on each
operation).

## Example

All routes have `@raises(…)`, and the newest one has not.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, catalogs
from failwell.check.facts.customs import strays
from failwell.check.listings import steps_to
from failwell.check.rule import Fault, rule
from failwell.finding import Severity

_ASKED = frozenset({"DELETE", "PATCH", "POST", "PUT"})


@rule(Severity.INFO, each=catalogs, area="operations", remedy="declare what it can raise: @raises(…)")
def operation_without_problems(api: Api) -> Iterator[Fault]:
    """Asked of methods that change something: a page or a health check may have nothing to raise."""
    changing = [one for one in api.operations if one.method.upper() in _ASKED]
    for operation in strays(changing, lambda one: one.codes):
        yield Fault(str(operation), "it lists no problems, as most others do", at=steps_to(operation, api))
