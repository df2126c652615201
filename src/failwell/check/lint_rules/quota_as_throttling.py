"""A used-up quota is said to pass like throttling.

## Why

Throttling ends in seconds and is repeated without anybody's doing; a quota ends with its period, or when
somebody buys more, and has to be shown to a person (AIP-194 asks not to retry it automatically). Clients
that back off on a quota hang until they give up.

## Example

`code="quota_exceeded", status=429, retry=Retry.LATER` without a `Retry-After` header that tells when the
period ends.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api
from failwell.check.facts.header_fields import delay_members, header_of
from failwell.check.facts.live_types import live_types, statuses_saying
from failwell.check.facts.names import words_of
from failwell.check.facts.terms import QUOTA
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Retry
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=live_types,
    area="retry",
    remedy="say after_action and what to do, or tell in Retry-After when the period ends",
)
def quota_as_throttling(record: ProblemType, _: Api) -> Iterator[Fault]:
    """Where the end of the period is told, waiting is a way out."""
    found = sorted(QUOTA.intersection(words_of(record.code)))
    if not found or header_of(record, "Retry-After") or delay_members(record):
        return
    for status in statuses_saying(record, Retry.LATER):
        if status in (413, 429):
            yield Fault(
                record.code,
                "it speaks of a {word}, but says that it passes like throttling",
                at=("retry",),
                word=found[0],
            )
            return
