"""A problem is delivered by a redirection that browsers keep, repeat or do not follow.

## Why

301 and 308 are permanent and cached (RFC 9110, sections 15.4.2 and 15.4.9): the browser would go to the
error page for ever. 307 and 308 repeat the method, so that a form is sent to that page. 300, 304, 305 and
306 lead nowhere.

## Example

`Redirect("/login?error={code}", status=308)`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api
from failwell.check.facts.live_types import live_types
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity

_UNSUITED = {
    301: "is kept by browsers for ever",
    308: "is kept by browsers for ever",
    307: "repeats the request on the page that it leads to",
}


@rule(
    Severity.WARNING, each=live_types, area="http", remedy="use 303, which leads to a page once and with GET"
)
def redirect_unsuited(record: ProblemType, _: Api) -> Iterator[Fault]:
    """302 does what 303 does in all browsers."""
    redirect = record.redirect
    if redirect and redirect.status not in (302, 303):
        yield Fault(
            record.code,
            "a redirection with {status} {reason}",
            at=("redirect",),
            status=redirect.status,
            reason=_UNSUITED.get(redirect.status, "is not followed by browsers"),
        )
