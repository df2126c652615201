"""A response says when to try again, and that trying again is of no use.

## Why

`Retry-After` asks for the same request at a later time (RFC 9110, section 10.2.3). Clients that follow the
header contradict those that follow `retry`.

## Example

`retry=Retry.NEVER` beside `headers={"Retry-After": "{seconds}"}`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api
from failwell.check.facts.header_fields import header_of
from failwell.check.facts.live_types import live_types, retry_words
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Retry
from failwell.finding import Severity

_FINAL = frozenset({Retry.NEVER, Retry.AFTER_CHANGE})


@rule(
    Severity.WARNING,
    each=live_types,
    area="retry",
    remedy="take the header away, or say that retrying later can help",
)
def retry_after_on_final(record: ProblemType, _: Api) -> Iterator[Fault]:
    """With an action it is no contradiction: the limit ends with its period, too."""
    header = header_of(record, "Retry-After")
    if header and retry_words(record) <= _FINAL:
        yield Fault(
            record.code,
            "it has a Retry-After header, but says {retry!r} of retrying",
            at=("headers", header.name),
            retry=record.retry.value,
        )
