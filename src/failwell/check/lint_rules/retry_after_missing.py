"""A response that asks for another try later does not say when.

## Why

Clients of a 429 that know no time try again at once, all together. RFC 6585, section 4, provides for
`Retry-After`, and OWASP's API rules demand it; a 413 that is temporary should have it (RFC 9110, section
15.5.14), a 503 may. Limits of concurrency are left alone, as nobody knows when they free, and so are
quotas, which have a rule of their own.

## Example

A type with `status=429` and `retry=Retry.LATER` without `headers={"Retry-After": "{retry_after_seconds}"}`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api
from failwell.check.facts.header_fields import delay_members, header_of
from failwell.check.facts.live_types import live_types, statuses_saying
from failwell.check.facts.terms import CONCURRENCY, QUOTA, terms_of
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Retry
from failwell.finding import Severity

_ASKED = {429: Severity.WARNING, 413: Severity.WARNING, 503: Severity.INFO}


@rule(
    Severity.WARNING,
    each=live_types,
    area="http",
    remedy="declare the header with a member in it that holds the seconds to wait",
)
def retry_after_missing(record: ProblemType, _: Api) -> Iterator[Fault]:
    """Where the body tells the delay, `retry-after-unbound` says more."""
    statuses = [status for status in statuses_saying(record, Retry.LATER) if status in _ASKED]
    if not statuses or header_of(record, "Retry-After") or delay_members(record):
        return
    if (CONCURRENCY | QUOTA).isdisjoint(terms_of(record)):
        worst = max(statuses, key=lambda status: _ASKED[status].rank)
        yield Fault(
            record.code,
            "it says that a {status} passes with time, but has no Retry-After header",
            at=("status",),
            severity=_ASKED[worst],
            status=worst,
        )
