"""Two examples of a type have one name.

## Why

The name is how a mock is asked for an example, and the key under which OpenAPI lists it; only one of the
two is ever shown.

## Example

`Example({…}, name="team")` twice.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api
from failwell.check.facts.live_types import live_types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(Severity.WARNING, each=live_types, area="examples", remedy="give each example a name of its own")
def example_name_twice(record: ProblemType, _: Api) -> Iterator[Fault]:
    """Examples without a name are told apart by their status, or their place."""
    seen: set[str] = set()
    for number, example in enumerate(record.examples):
        if example.name in seen:
            yield Fault(
                record.code,
                "two examples are called {name!r}",
                at=("examples", number),
                name=example.name,
            )
        elif example.name:
            seen.add(example.name)
