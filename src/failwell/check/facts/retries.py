"""What became of retrying, status by status: the same change for several statuses is one change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from failwell.check.comparison import Comparison, live_pairs
from failwell.check.rule import Fault, Steps
from failwell.declare.record import ProblemType, Retry
from failwell.finding import Severity


class RetryChange(NamedTuple):
    """What callers are told otherwise than before, with some of a type's statuses.

    Attributes:
        before: what it was.
        after: what it is.
        statuses: with which it changed, of those that the type has before and after.
        record: the type as it is.
    """

    before: Any
    after: Any
    statuses: tuple[int, ...]
    record: ProblemType

    @property
    def where(self) -> str:
        """The statuses in words; empty if they are all that the type has."""
        listed = ", ".join(map(str, self.statuses))
        return f" with {listed}" if set(self.statuses) < set(self.record.statuses) else ""

    @property
    def at(self) -> Steps:
        """Where the type says it."""
        by_status = ("retry_by_status", str(self.statuses[0]))
        return by_status if self.statuses[0] in self.record.retry_by_status else ("retry",)

    def fault(self, template: str, *, severity: Severity | None = None) -> Fault:
        """A fault about the type; the facts are `before`, `after`, `statuses` and `where`."""
        return Fault(
            self.record.code,
            template,
            at=self.at,
            severity=severity,
            before=_word(self.before),
            after=_word(self.after),
            statuses=list(self.statuses),
            where=self.where,
        )


def _word(said: object) -> str:
    return said.value if isinstance(said, Retry) else str(said).lower()


def retry_changes(comparison: Comparison) -> Iterator[tuple[RetryChange]]:
    """Each change of the word for retrying."""
    yield from _changes(comparison, ProblemType.retry_at)


def stated_changes(comparison: Comparison) -> Iterator[tuple[RetryChange]]:
    """Each change of what the wire says of retrying, true or false, that does not follow from the word."""
    for (change,) in _changes(comparison, _said):
        (was, word), (now, word_now) = change.before, change.after
        follows = word is not word_now and Retry.LATER in (word, word_now)
        if was is not now and not follows:
            yield (change._replace(before=was, after=now),)


def _said(record: ProblemType, status: int) -> tuple[bool, Retry]:
    return record.is_retryable(status), record.retry_at(status)


def _changes(
    comparison: Comparison, look: Callable[[ProblemType, int], object]
) -> Iterator[tuple[RetryChange]]:
    for before, after, _ in live_pairs(comparison):
        if (before.retry, before.retry_by_status, before.retryable) == (
            after.retry,
            after.retry_by_status,
            after.retryable,
        ):
            continue
        found: dict[tuple[object, object], list[int]] = {}
        for status in after.statuses:
            was, now = look(before, status), look(after, status)
            if status in before.statuses and was != now:
                found.setdefault((was, now), []).append(status)
        for (was, now), statuses in found.items():
            yield (RetryChange(was, now, tuple(statuses), after),)
