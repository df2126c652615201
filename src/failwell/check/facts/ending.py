"""What goes away on a day: a type that is deprecated, or the former code of one that was renamed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from failwell.check.comparison import Comparison, live_pairs
from failwell.declare.record import ProblemType, Stage


class Ending(NamedTuple):
    """The end of a code.

    Attributes:
        code: what goes away.
        is_former: whether that is the former code of a type that was renamed.
        since: the day on which that was told.
        sunset: the day from which it may no longer be sent.
    """

    code: str
    is_former: bool
    since: date | None
    sunset: date | None

    @property
    def name(self) -> str:
        """How messages speak of it."""
        return f"the former code {self.code!r}" if self.is_former else f"the deprecated code {self.code!r}"


def ending_of(record: ProblemType) -> Ending | None:
    """What goes away of a type; None if nothing does."""
    life = record.lifecycle
    if life.stage is Stage.DEPRECATED:
        return Ending(record.code, is_former=False, since=life.since, sunset=life.sunset)
    if life.former:
        return Ending(life.former, is_former=True, since=life.since, sunset=life.sunset)
    return None


def new_endings(comparison: Comparison) -> Iterator[tuple[Ending, ProblemType, Comparison]]:
    """Each end that was not told before, with the type as it is after."""
    for before, after, _ in live_pairs(comparison):
        ending = ending_of(after)
        if ending is not None and not _is_same(ending_of(before), ending):
            yield ending, after, comparison


def kept_endings(comparison: Comparison) -> Iterator[tuple[Ending, Ending, ProblemType, Comparison]]:
    """Each end that was told before and is still, with the type as it is after."""
    for before, after, _ in live_pairs(comparison):
        was, ending = ending_of(before), ending_of(after)
        if was is not None and ending is not None and _is_same(was, ending):
            yield was, ending, after, comparison


def _is_same(before: Ending | None, after: Ending) -> bool:
    """A deprecated type that is renamed stays deprecated."""
    if before is None or before.is_former != after.is_former:
        return False
    return not after.is_former or before.code == after.code
