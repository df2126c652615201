"""An example does not fit the members that the type declares.

## Why

Pages, OpenAPI and mocks show examples, and clients are written after them. One that cannot occur teaches
what is not so, or keeps the page from being built.

## Example

`Example({"limit": "ten"})` where `limit` is an integer, or a member that the type does not have.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api
from failwell.check.facts.live_types import live_types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity
from failwell.wire.values import convert


@rule(Severity.ERROR, each=live_types, area="examples", remedy="give values that an occurrence can have")
def example_invalid(record: ProblemType, api: Api) -> Iterator[Fault]:
    """Each member of each example by itself."""
    if not any(example.members for example in record.examples):
        return
    annotations = api.catalog.types[record.code].member_set.annotations
    known = {member.wire_name: member for member in record.members}
    for number, example in enumerate(record.examples):
        status = example.status or record.statuses[0]
        for name, value in example.members.items():
            member, reason = known.get(name), ""
            if member is None:
                reason = "the type has no such member"
            elif member.statuses and status not in member.statuses:
                reason = f"it does not come with {status}"
            else:
                reason = _misfit(value, annotations[member.name])
            if reason:
                yield Fault(
                    f"{record.code}.{name}",
                    "an example gives {name!r} a value that cannot be: {reason}",
                    at=("examples", number),
                    name=name,
                    reason=reason,
                    number=number,
                )


def _misfit(value: object, annotation: object) -> str:
    try:
        convert(value, annotation)
    except Exception as error:  # noqa: BLE001 - types of users' own run their own code
        return str(error).partition("\n")[0] or type(error).__name__
    return ""
