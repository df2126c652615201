"""A deprecated type has no day on which it ends, or none since which it is deprecated.

## Why

Without a day nobody plans the change, and the type stays for ever. Callers are told in the header fields
`Sunset` (RFC 8594) and `Deprecation` (RFC 9745), which are left out where the days are not known.

## Example

`Lifecycle(Stage.DEPRECATED, replaced_by="plan_required")`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Stage
from failwell.finding import Severity


@rule(Severity.WARNING, each=types, area="lifecycle", remedy="give since and sunset")
def deprecated_without_sunset(record: ProblemType, _: Api) -> Iterator[Fault]:
    """One fault for each day that is missing."""
    life = record.lifecycle
    if life.stage is Stage.DEPRECATED:
        for name, day in (("since", life.since), ("sunset", life.sunset)):
            if day is None:
                yield Fault(record.code, "it is deprecated without {name!r}", at=("lifecycle",), name=name)
