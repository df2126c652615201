"""A member has different types in different problem types.

## Why

Clients read a member by its name, often before they look at the code, and typed languages need one type for
it. AIP-193 asks that a key means the same and has the same form wherever it appears.

## Example

`limit` is a number in `quota_exceeded`, and a string such as `"10 MB"` in `upload_too_large`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, catalogs
from failwell.check.facts.live_types import is_live
from failwell.check.facts.shapes import differ, kind_of
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(Severity.WARNING, each=catalogs, area="members", remedy="use one type, or another name")
def member_type_differs(api: Api) -> Iterator[Fault]:
    """The first declaration is taken for the right one."""
    first: dict[str, tuple[str, str]] = {}
    for code, record in api.own.items():
        if not is_live(record):
            continue
        for member in record.members:
            kind, name = kind_of(member.schema), member.wire_name
            if not (kind and member.on_wire):
                continue
            usual, other = first.setdefault(name, (kind, code))
            if differ(kind, usual):
                yield Fault(
                    f"{code}.{name}",
                    "{name!r} has the type {kind} here, and {usual} in {other!r}",
                    at=("members", name),
                    name=name,
                    kind=kind,
                    usual=usual,
                    other=other,
                )
