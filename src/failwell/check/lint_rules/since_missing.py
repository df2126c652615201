"""A type does not say since when it exists, where most others do.

## Why

Clients of an older version look it up to know whether they can meet the code, and changelogs are made of
it.

## Example

Twenty types have `since=`, and the newest one has not.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, catalogs
from failwell.check.facts.customs import strays
from failwell.check.rule import Fault, rule
from failwell.declare.record import Stage
from failwell.finding import Severity


@rule(Severity.INFO, each=catalogs, area="lifecycle", remedy="say in which version, or on which day, it came")
def since_missing(api: Api) -> Iterator[Fault]:
    """Drafts have not come yet; of those that are gone nobody asks."""
    promised = [record for record in api.own.values() if record.lifecycle.stage in (Stage.BETA, Stage.STABLE)]
    for record in strays(promised, lambda record: record.since):
        yield Fault(record.code, "it does not say since when it exists, as most others do")
