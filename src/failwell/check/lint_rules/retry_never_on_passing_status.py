"""A status that passes with time is said to be final.

## Why

408, 425 and 429 ask for the same request again: at once, after the handshake, or later (RFC 9110, section
15.5.9; RFC 8470, section 5.2; RFC 6585, section 4). Clients that look at the status repeat it, those that
look at `retry` give up.

## Example

`status=429` with `retry=Retry.NEVER`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api
from failwell.check.facts.live_types import live_types, statuses_saying
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Retry
from failwell.finding import Severity

_PASSING = frozenset({408, 425, 429})


@rule(Severity.WARNING, each=live_types, area="retry", remedy="say later or after_action, or use 403 or 409")
def retry_never_on_passing_status(record: ProblemType, _: Api) -> Iterator[Fault]:
    """503 is left alone: real APIs answer with it for what they do not offer at all."""
    for status in statuses_saying(record, Retry.NEVER):
        if status in _PASSING:
            yield Fault(
                record.code, "it says of a {status} that no retry helps", at=("retry",), status=status
            )
