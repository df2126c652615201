"""A deprecated type does not say what comes after it.

## Why

Who handles a code that goes away wants to know which one to handle instead (ESLint's and OpenTelemetry's
records have the same field). Where there is none, that is worth a sentence.

## Example

`Lifecycle(Stage.DEPRECATED, since=…, sunset=…)` without `replaced_by`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Stage
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=types,
    area="lifecycle",
    remedy="name the type that takes its place, or tell why none does",
)
def deprecated_without_replacement(record: ProblemType, _: Api) -> Iterator[Fault]:
    """A text about why it happens, or what to do, is taken for the sentence."""
    if (
        record.lifecycle.stage is Stage.DEPRECATED
        and not record.lifecycle.replaced_by
        and not record.what_to_do
    ):
        yield Fault(record.code, "it is deprecated, but nothing is said to replace it", at=("lifecycle",))
