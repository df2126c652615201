"""A type no longer redirects browsers.

## Why

The page that it led to waits in vain for the code, and people see a bare error instead.

## Example

`login_link_expired` does not redirect to `/login?error={code}` any more.
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
    remedy="keep the redirection while there are pages that read the code",
    mirror="redirect-added",
)
def redirect_removed(before: ProblemType, after: ProblemType, _: Comparison) -> Iterator[Fault]:
    """Clients that ask for JSON get their body as before."""
    if before.redirect is not None and after.redirect is None:
        yield Fault(
            after.code,
            "it no longer redirects browsers to {location}",
            at=("redirect",),
            location=before.redirect.location,
        )
