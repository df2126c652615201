"""A type is deprecated.

## Why

Clients have until the sunset to do without it; responses say so in their headers (RFC 9745, RFC 8594). This
is the news; what a deprecation lacks is told by rules of its own.

## Example

`plan_unknown` becomes deprecated, with a sunset in half a year, and `plan_not_found` in its place.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, live_pairs
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Stage
from failwell.finding import Severity


@rule(
    Severity.INFO,
    each=live_pairs,
    area="lifecycle",
    profile="branch",
    remedy="tell clients what replaces it, and by when",
    mirror="undeprecated",
)
def deprecated(before: ProblemType, after: ProblemType, _: Comparison) -> Iterator[Fault]:
    """A type that is deprecated from the start is new."""
    is_new = before.lifecycle.stage is not Stage.DEPRECATED
    if after.lifecycle.stage is Stage.DEPRECATED and is_new:
        yield Fault(
            after.code,
            "{code!r} is deprecated"
            + (", replaced by {replaced_by!r}" if after.lifecycle.replaced_by else "")
            + (", with its sunset on {sunset}" if after.lifecycle.sunset else ""),
            at=("lifecycle", "stage"),
            code=after.code,
            replaced_by=after.lifecycle.replaced_by,
            sunset=str(after.lifecycle.sunset or ""),
        )
