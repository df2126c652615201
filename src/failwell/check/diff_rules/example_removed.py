"""An example is gone.

## Why

Pages, OpenAPI and mocks show examples; consumers' tests may be made of them.

## Example

The second of two is taken away.
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
    mirror="example-added",
)
def example_removed(
    before: Example | None, after: Example | None, _number: int, record: ProblemType
) -> Iterator[Fault]:
    """Examples are matched by their name, else by their order."""
    if before is not None and after is None:
        yield Fault(
            record.code,
            "the example{name} is gone",
            at=("examples",),
            name=f" {before.name!r}" if before.name else "",
        )
