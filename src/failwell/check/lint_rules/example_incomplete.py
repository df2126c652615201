"""An example leaves out a member that each occurrence brings.

## Why

What an example does not say is made up: pages show `text` and `1`, which look like values of the API.

## Example

`Example({"limit": 10})` of a type with the members `limit` and `used`.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import UNSET

from failwell.check.api import Api
from failwell.check.facts.live_types import live_types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(Severity.INFO, each=live_types, area="examples", remedy="give the example a value for it")
def example_incomplete(record: ProblemType, _: Api) -> Iterator[Fault]:
    """Members with a default may be left out."""
    for number, example in enumerate(record.examples):
        for member in record.wire_members(example.status or record.statuses[0]):
            if member.default is UNSET and member.required and member.wire_name not in example.members:
                yield Fault(
                    f"{record.code}.{member.wire_name}",
                    "an example has no value for {name!r}",
                    at=("examples", number),
                    name=member.wire_name,
                    number=number,
                )
