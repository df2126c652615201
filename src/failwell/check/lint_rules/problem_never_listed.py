"""A type that no operation lists, where operations list most others.

## Why

Either nobody raises it any more, and it wants to be deprecated, or somebody does and the operation does not
say so. rustc checks in the same way that each of its codes is emitted. Types that stand for a condition
come from the framework.

## Example

`coupon_expired` is declared, and no route has `@raises(CouponExpired)`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, catalogs
from failwell.check.facts.customs import strays
from failwell.check.rule import Fault, rule
from failwell.declare.record import Stage
from failwell.finding import Severity

_RAISED = frozenset({Stage.BETA, Stage.STABLE})


@rule(Severity.INFO, each=catalogs, area="operations", remedy="list it where it is raised, or deprecate it")
def problem_never_listed(api: Api) -> Iterator[Fault]:
    """What a policy names is raised by the contract itself, and what redirects goes to browsers."""
    listed = {code for operation in api.operations for code in operation.codes}
    asked = [
        record
        for record in api.own.values()
        if record.standard is None
        and record.redirect is None
        and record.code != api.contract.policy.validation
        and record.lifecycle.stage in _RAISED
    ]
    for record in strays(asked, lambda record: record.code in listed) if listed else ():
        yield Fault(record.code, "no operation lists it")
