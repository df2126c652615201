"""The types that an API can send: all of its own but the tombstones."""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api
from failwell.declare.record import ProblemType, Retry, Stage


def is_live(record: ProblemType) -> bool:
    """Whether a type can be sent: one that is removed cannot."""
    return record.lifecycle.stage is not Stage.REMOVED


def live_types(api: Api) -> Iterator[tuple[ProblemType, Api]]:
    """Each of the API's own types that can be sent."""
    for record in api.own.values():
        if is_live(record):
            yield record, api


def retry_words(record: ProblemType) -> frozenset[Retry]:
    """What a type says of retrying, over all of its statuses."""
    return frozenset(record.retry_at(status) for status in record.statuses)


def statuses_saying(record: ProblemType, retry: Retry) -> tuple[int, ...]:
    """The statuses with which a type says this of retrying."""
    return tuple(status for status in record.statuses if record.retry_at(status) is retry)
