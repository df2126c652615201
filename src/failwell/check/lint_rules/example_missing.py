"""A type with members has no example, where most others have one.

## Why

Without one, pages, OpenAPI and mocks show values that are made of the members' schemas: right in type, and
telling nothing.

## Example

`QuotaExceeded` has `limit` and `used`, and no `examples=(Example({…}),)`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, catalogs
from failwell.check.facts.customs import strays
from failwell.check.facts.live_types import live_types
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(Severity.INFO, each=catalogs, area="examples", remedy="give it an example with values as they occur")
def example_missing(api: Api) -> Iterator[Fault]:
    """Types without members have nothing to show but their texts."""
    asked = [record for record, _ in live_types(api) if any(member.on_wire for member in record.members)]
    for record in strays(asked, lambda record: record.examples):
        yield Fault(record.code, "it has no example, as most others with members have")
