"""A Retry-After that clients cannot read.

## Why

The value is a whole number of seconds, or a date in the form of HTTP (RFC 9110, section 10.2.3). Clients
ignore anything else, or wait for what it was not meant to be.

## Example

`headers={"Retry-After": "{delay} seconds"}`, or `{delay}` where the member is a `float` or counts
milliseconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from failwell.check.api import Api
from failwell.check.facts.header_fields import header_of, members_in
from failwell.check.facts.live_types import live_types
from failwell.check.facts.units import unit_of
from failwell.check.rule import Fault, rule
from failwell.declare.record import MemberType, ProblemType
from failwell.declare.template import Template
from failwell.finding import Severity

_CONSTANT = re.compile(r"[0-9]+\Z|[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT\Z")
_SAID_KINDS = frozenset({"number", "boolean", "array", "object"})


@rule(
    Severity.ERROR,
    each=live_types,
    area="http",
    remedy="make the header's value one member that holds whole seconds, or an HTTP date",
)
def retry_after_malformed(record: ProblemType, _: Api) -> Iterator[Fault]:
    """One fault a type; an empty template is the occurrence's to fill."""
    header = header_of(record, "Retry-After")
    if header is None or not header.template:
        return
    template = Template(header.template)
    members = members_in(header, record)
    fault = ""
    if template.single_name is None:
        fault = (
            ""
            if not template.names and _CONSTANT.match(header.template)
            else "it is neither seconds nor a date"
        )
    elif members:
        fault = _fault_of(members[0])
    if fault:
        yield Fault(
            record.code,
            "clients cannot read the Retry-After {value!r}: {fault}",
            at=("headers", header.name),
            value=header.template,
            fault=fault,
        )


def _fault_of(member: MemberType) -> str:
    kind = member.schema.get("type")
    if isinstance(kind, str) and kind in _SAID_KINDS:
        return f"the member {member.wire_name!r} is no whole number"
    unit = unit_of(member)
    return f"the member {member.wire_name!r} counts {unit}" if unit not in ("", "seconds") else ""
