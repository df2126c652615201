"""The unit of a member is not the one that its name, or another type, gives it.

## Why

The wire carries a number without its unit. Who has learnt from one error that `limit` is in bytes reads the
next one so, and a name that says `_ms` is believed before any documentation (AIP-193: units are part of the
key; AIP-141).

## Example

`timeout_ms` with `unit="seconds"`; `limit` in bytes here and in seats there: say `limit_bytes` and
`limit_seats`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from failwell.check.api import Api, catalogs
from failwell.check.facts.live_types import is_live
from failwell.check.facts.units import canonical_unit, unit_in
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(Severity.WARNING, each=catalogs, area="members", remedy="use one unit, or put the unit into the name")
def member_unit_differs(api: Api) -> Iterator[Fault]:
    """What the name says comes first; of the types, the first one that has the member."""
    first: dict[str, tuple[str, str]] = {}
    for code, record in api.own.items():
        if not is_live(record):
            continue
        for member in record.members:
            if not member.unit:
                continue
            name, unit = member.wire_name, canonical_unit(member.unit)
            named = unit_in(name)
            usual, other = first.setdefault(name, (unit, code))
            facts: dict[str, Any] = {"name": name, "unit": member.unit}
            if named and unit_in(member.unit) and named != unit:
                template = "{name!r} is said to be in {unit}, and its name says {named}"
                facts["named"] = named
            elif unit != usual:
                template = "{name!r} is in {unit} here, and in {usual} in {other!r}"
                facts |= {"usual": usual, "other": other}
            else:
                continue
            yield Fault(f"{code}.{name}", template, at=("members", name), **facts)
