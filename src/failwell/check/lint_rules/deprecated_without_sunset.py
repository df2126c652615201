"""A deprecated type, or a former code, has no day on which it ends, or none since which that is told.

## Why

Without a day nobody plans the change, and the type stays for ever. Callers are told in the header fields
`Sunset` (RFC 8594) and `Deprecation` (RFC 9745), which are left out where the days are not known.

## Example

`Lifecycle(Stage.DEPRECATED, replaced_by="plan_required")`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, types
from failwell.check.facts.ending import ending_of
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(Severity.WARNING, each=types, area="lifecycle", remedy="give since and sunset")
def deprecated_without_sunset(record: ProblemType, _: Api) -> Iterator[Fault]:
    """One fault for each day that is missing."""
    ending = ending_of(record)
    if ending is not None:
        for name, day in (("since", ending.since), ("sunset", ending.sunset)):
            if day is None:
                yield Fault(
                    record.code,
                    "{what} ends without {name!r}",
                    at=("lifecycle",),
                    what=ending.name,
                    name=name,
                )
