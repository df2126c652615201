"""What a type states of `retryable` cannot be true beside its `retry`.

## Why

`retryable` is whether the identical request can succeed. `never` and `after_change` say that it cannot,
`later` says that it can; only `after_action` leaves it open. Clients read one or the other, and would do
different things.

## Example

`retry=Retry.NEVER, retryable=True`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api
from failwell.check.facts.live_types import live_types, retry_words
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Retry
from failwell.finding import Severity

_CAN, _CANNOT = frozenset({Retry.LATER}), frozenset({Retry.NEVER, Retry.AFTER_CHANGE})


@rule(Severity.WARNING, each=live_types, area="retry", remedy="leave retryable out: it follows from retry")
def retryable_contradicts(record: ProblemType, _: Api) -> Iterator[Fault]:
    """A type whose statuses differ has to contradict with all of them."""
    words = retry_words(record)
    if (record.retryable is True and words <= _CANNOT) or (record.retryable is False and words <= _CAN):
        yield Fault(
            record.code,
            "retryable is {retryable}, but retry is {retry!r}",
            at=("retryable",),
            retryable=record.retryable,
            retry=record.retry.value,
        )
