"""A header field has another value.

## Why

What the fields of HTTP mean is fixed, and clients take them at their word: seconds in `Retry-After`,
parameters in a challenge (RFC 9110, sections 10.2.3 and 11.6.1).

## Example

`WWW-Authenticate: Bearer` becomes `Bearer error="invalid_token"`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.facts.members import as_before, is_certain, kept_headers
from failwell.check.rule import Fault, rule
from failwell.declare.record import HeaderRule, ProblemType
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=kept_headers,
    area="headers",
    profile="wire",
    remedy="make sure that it means the same, in the same unit and syntax",
    no_mirror="a change back is a change",
)
def header_value_changed(
    before: HeaderRule, after: HeaderRule, old: ProblemType, new: ProblemType
) -> Iterator[Fault]:
    """A member that only has another name is the same; of one that may be absent, another rule tells."""
    is_told = is_certain(before.template, old) and not is_certain(after.template, new)
    if before.template != as_before(old, new)(after.template) and not is_told:
        yield Fault(
            new.code,
            "the header {name!r} was {before} and is {after}",
            at=("headers", after.name),
            name=after.name,
            before=_shown(before),
            after=_shown(after),
        )


def _shown(header: HeaderRule) -> str:
    return repr(header.template) if header.template else "what the occurrence brings"
