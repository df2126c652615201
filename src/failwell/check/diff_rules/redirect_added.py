"""A type reaches browsers by a redirection.

## Why

Clients that do not ask for JSON by name got a body with the status of the error; now they are sent
elsewhere, and many follow without a word.

## Example

`login_link_expired` redirects to `/login?error={code}`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, live_pairs
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=live_pairs,
    area="wire",
    profile="wire",
    remedy="see to it that programs ask for JSON",
    mirror="redirect-removed",
)
def redirect_added(before: ProblemType, after: ProblemType, _: Comparison) -> Iterator[Fault]:
    """Clients that ask for JSON get their body as before."""
    if before.redirect is None and after.redirect is not None:
        yield Fault(
            after.code,
            "it redirects browsers to {location}",
            at=("redirect",),
            location=after.redirect.location,
        )
