"""A type redirects browsers elsewhere.

## Why

The page that it leads to reads the code from the location, and clients know the problem by it. Another
status alone changes how browsers follow (RFC 9110, section 15.4), which is a warning.

## Example

The location was `/login?error={code}`, and is `/signin?problem={code}`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, live_pairs
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=live_pairs,
    area="wire",
    profile="wire",
    remedy="keep the location, and let its page lead on",
    no_mirror="a change back is a change",
)
def redirect_changed(before: ProblemType, after: ProblemType, _: Comparison) -> Iterator[Fault]:
    """The code in it may be another one: then the type was renamed."""
    old, new = before.redirect, after.redirect
    if old is not None and new is not None and old != new:
        yield Fault(
            after.code,
            "it redirects browsers to {after} instead of {before}",
            at=("redirect",),
            severity=Severity.WARNING if old.location == new.location else None,
            before=f"{old.location} ({old.status})",
            after=f"{new.location} ({new.status})",
        )
