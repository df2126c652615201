"""What replaces a type goes away itself, or is not there yet.

## Why

Callers would change their code twice, or handle a code that is never sent (ESLint and OpenTelemetry keep
such chains short by the same rule).

## Example

`plan_unknown` is replaced by `no_plan`, which is deprecated, too.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, catalogs
from failwell.check.rule import Fault, rule
from failwell.declare.record import Stage
from failwell.finding import Severity

_UNSTABLE = frozenset({Stage.DRAFT, Stage.DEPRECATED, Stage.REMOVED})


@rule(
    Severity.WARNING, each=catalogs, area="lifecycle", remedy="name the type that is to be handled in the end"
)
def successor_unstable(api: Api) -> Iterator[Fault]:
    """Of a removed type the page still names the successor."""
    known = {name: record for record in api.catalog.records.values() for name in record.names}
    for record in api.own.values():
        successor = known.get(record.lifecycle.replaced_by)
        if successor and successor.lifecycle.stage in _UNSTABLE:
            yield Fault(
                record.code,
                "it is replaced by {successor!r}, which is {stage}",
                at=("lifecycle", "replaced_by"),
                successor=successor.code,
                stage=successor.lifecycle.stage.value,
            )
