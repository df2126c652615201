"""A member that never goes out is used by nothing.

## Why

A member off the wire is there for the templates of `detail`, headers and `resolve`. Where none of them
names it, each place that raises the problem has to find a value for nothing.

## Example

`org: Annotated[str, Member(on_wire=False)]` in a type whose texts do not say `{org}`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.declare.template import Template
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=types,
    area="members",
    remedy="name it in a template, put it on the wire, or drop it",
)
def member_unused(record: ProblemType, api: Api) -> Iterator[Fault]:
    """A translated detail may be the one that uses it."""
    hidden = [member for member in record.members if not member.on_wire]
    if not hidden:
        return
    templates = [record.detail, *(header.template for header in record.headers)]
    if record.resolve is not None:
        templates += (record.resolve.url, record.resolve.endpoint)
    catalog = api.catalog
    translated = (catalog.translation(record.code, language) for language in catalog.languages)
    templates += (texts.detail for texts in translated if texts)
    used = {name for template in templates for name in Template(template).names}
    for member in hidden:
        if member.name not in used:
            yield Fault(
                f"{record.code}.{member.wire_name}",
                "{name!r} is not on the wire, and no template uses it",
                at=("members", member.wire_name),
                name=member.name,
            )
