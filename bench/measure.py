"""Measuring side by side: CPU time, interleaved rounds, medians, ratios within each round."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from statistics import median
from time import process_time_ns
from typing import NamedTuple

Work = Callable[[int], object]
"""Does the work so many times; the loop is its own, so that no call is added to what is measured."""

Timer = Callable[[], int]
"""A clock in nanoseconds."""

TIMES = "times"


class Row(NamedTuple):
    """One line of the table. `result` is in `unit`; a goal is the most that it may be."""

    work: str
    who: str
    measured: str
    baseline: str
    result: float
    unit: str = TIMES
    goal: float | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        digits = 0 if self.unit in {"modules", "bytes"} else 2
        result = f"{self.result:.{digits}f} {self.unit}"
        goal = "" if self.goal is None else f"≤ {self.goal:g} {self.unit}"
        met = "" if self.goal is None else "yes" if round(self.result, digits) <= self.goal else "**no**"
        return self.work, self.who, self.measured, self.baseline, result, goal, met


class Rounds:
    """What the same work costs in several ways, in microseconds of CPU time per call, round by round."""

    def __init__(self, times: Mapping[str, list[float]]) -> None:
        self.times = times

    def cost(self, name: str) -> float:
        """Median of the CPU time per call, in microseconds."""
        return median(self.times[name])

    def ratio(self, name: str, baseline: str, *, work: str, goal: float | None = None) -> Row:
        """How many times the baseline's cost: the median over the rounds."""
        rounds = zip(self.times[name], self.times[baseline], strict=True)
        result = median(own / floor for own, floor in rounds)
        return Row(work, name, f"{self.cost(name):.2f} µs", self._named(baseline), result, TIMES, goal)

    def excess(self, name: str, baseline: str, *, work: str, goal: float | None = None) -> Row:
        """What is added to the baseline's cost, in microseconds: the median over the rounds."""
        rounds = zip(self.times[name], self.times[baseline], strict=True)
        result = median(own - floor for own, floor in rounds)
        return Row(work, name, f"{self.cost(name):.2f} µs", self._named(baseline), result, "µs more", goal)

    def _named(self, name: str) -> str:
        return f"{self.cost(name):.2f} µs, {name}"


class Race(Rounds):
    """The same work done in several ways, measured in turn so that noise meets all of them alike."""

    def __init__(
        self, ways: Mapping[str, Work], *, calls: int, rounds: int, timer: Timer = process_time_ns
    ) -> None:
        """Measures.

        Args:
            ways: the work, by name.
            calls: how often it is done in a round.
            rounds: how many rounds.
            timer: nanoseconds of CPU time, or of the wall where another process does the work.
        """
        for work in ways.values():
            work(calls // 10 + 1)
        times: dict[str, list[float]] = {name: [] for name in ways}
        for names in in_turn(ways, rounds):
            for name in names:
                times[name].append(_microseconds(ways[name], calls, timer))
        super().__init__(times)


def in_turn(names: Iterable[str], rounds: int) -> Iterator[list[str]]:
    """The names once for each round, each time beginning with the next one."""
    listed = list(names)
    for number in range(rounds):
        start = number % len(listed)
        yield listed[start:] + listed[:start]


class UnavailableError(Exception):
    """A program cannot measure here; the message says what is missing, and how to get it."""


def _microseconds(work: Work, calls: int, timer: Timer) -> float:
    gc.collect()
    start = timer()
    work(calls)
    return (timer() - start) / calls / 1_000


_HEAD = ("work", "who", "measured", "baseline", "result", "goal", "met")


def table(rows: list[Row]) -> str:
    """The rows as a Markdown table whose columns are aligned."""
    lines = [_HEAD, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    head, *body = [[cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines]
    rule = ["-" * width for width in widths]
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, rule, *body))
