"""No type stands for a condition that every server meets, though others stand for conditions.

## Why

A catalog whose types stand for statuses is that of a server. Each server fails in a way that nobody
foresaw, and is asked for what is not there. Without a type both leave as problems that the reference does
not know.

## Example

`standard=429` in one type, and `standard="internal"` in none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from failwell.check.api import Api, catalogs
from failwell.check.facts.condition import name_of
from failwell.check.facts.live_types import live_types
from failwell.check.rule import Fault, rule
from failwell.declare.record import Standard
from failwell.finding import Severity

_ALWAYS_MET: Mapping[Standard, Severity] = {"internal": Severity.WARNING, 404: Severity.INFO}


@rule(
    Severity.WARNING,
    each=catalogs,
    area="catalog",
    remedy="declare a type with this standard=, or fill the gaps with standard_types(catalog)",
)
def condition_without_type(api: Api) -> Iterator[Fault]:
    """The standard types cover both. Catalogs that only clients use need not say what stands for what."""
    if any(record.standard is not None for record, _ in live_types(api)):
        for condition, severity in _ALWAYS_MET.items():
            if condition not in api.catalog.standard:
                yield Fault(
                    "", "no type stands for {condition}", severity=severity, condition=name_of(condition)
                )
