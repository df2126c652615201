"""A type names no team that answers for it, where most others do.

## Why

Who is woken by an error, or asked for a change of it, is looked up here.

## Example

All types have `owner="billing"` or another team, and the newest one has none.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, catalogs
from failwell.check.facts.customs import strays
from failwell.check.facts.live_types import live_types
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(Severity.INFO, each=catalogs, area="catalog", remedy="name the team that answers for it")
def owner_missing(api: Api) -> Iterator[Fault]:
    """Asked only of catalogs in which teams are named."""
    for record in strays([record for record, _ in live_types(api)], lambda record: record.owner):
        yield Fault(record.code, "it names no owner, as most others do")
