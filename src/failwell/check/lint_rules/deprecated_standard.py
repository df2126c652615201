"""A deprecated type stands for a condition, so that it goes on being sent.

## Why

A type that says `standard=404` is what a framework's 404 becomes. Deprecated, it tells callers to handle
another code, which none of these responses ever has.

## Example

`standard=404` beside `lifecycle=Lifecycle(Stage.DEPRECATED, …)`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, types
from failwell.check.facts.condition import name_of
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Stage
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=types,
    area="lifecycle",
    remedy="let the type that takes its place stand for the condition",
)
def deprecated_standard(record: ProblemType, _: Api) -> Iterator[Fault]:
    """Removed types cannot stand for anything; that is refused when they are declared."""
    if record.lifecycle.stage is Stage.DEPRECATED and record.standard is not None:
        yield Fault(
            record.code,
            "it is deprecated, but stands for {condition}",
            at=("standard",),
            condition=name_of(record.standard),
        )
