"""An example has changed.

## Why

Pages, OpenAPI and mocks show examples; consumers' tests may be made of them.

## Example

`limit` is 11 in it, and was 10.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.documentation import examples
from failwell.check.rule import Fault, rule
from failwell.declare.record import Example, ProblemType
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=examples,
    area="docs",
    profile="docs",
    remedy="nothing to do for clients",
    no_mirror="a change back is a change",
)
def example_changed(
    before: Example | None, after: Example | None, number: int, record: ProblemType
) -> Iterator[Fault]:
    """Examples are matched by their name, else by their order."""
    if before is not None and after is not None:
        yield Fault(
            record.code,
            "the example{name} changed",
            at=("examples", number),
            name=f" {after.name!r}" if after.name else "",
        )
