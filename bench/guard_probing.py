"""What probing costs a request in memory, over the few lines that count errors per subject by hand.

The hand-written code counts refused requests per address in a window of five minutes, as fail2ban does. It
has no lock, no bound on memory, and cannot tell an attack from a mistake. A success is what most requests
are. The mix is the simulated hour of the tests, made smaller, attacks included: a third of all requests fail.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from time import monotonic_ns

from bench.measure import Race, Row, Work, table
from failwell.guard.probing import Probing, RequestOutcome
from failwell.store import Memory
from tests.simulation.hour import Hour

CALLS = 4_000
GOAL = 2.0  # microseconds of CPU time for a request of the mix
SUBJECTS = 20_000  # of which the memory is measured
BYTES = 600
WINDOW = 300_000_000
Observed = tuple[str, RequestOutcome, str | None, str | None]
"""Subject, outcome, target and credential of a request."""


def by_hand() -> Callable[[str, str], bool]:
    counts: dict[str, tuple[int, int]] = {}

    def observe(subject: str, outcome: str) -> bool:
        if outcome == "ok":
            return False
        now = monotonic_ns() // 1_000
        start, count = counts.get(subject, (now, 0))
        if now - start > WINDOW:
            start, count = now, 0
        counts[subject] = start, count + 1
        return count > 5

    return observe


def mix() -> Iterator[Observed]:
    """The requests of a small simulated hour, again and again."""
    return cycle(
        [
            (request.subject, request.outcome, request.target, request.credential)
            for request in Hour(seed=1, size=0.1).requests()
            if request.subject is not None
        ]
    )


def successes() -> Iterator[Observed]:
    """Of a thousand keys in turn."""
    return cycle([(f"key_{number:04}", "ok", None, None) for number in range(1_000)])


def errors() -> Iterator[Observed]:
    """Of a thousand keys in turn, about things that are not there."""
    return cycle(
        [(f"key_{number % 1_000:04}", "absent", f"/v1/items/{number}", None) for number in range(20_000)]
    )


def new() -> Iterator[Observed]:
    """A subject of its own each time; the store is full soon."""
    for number in range(10**9):
        yield f"key_{number:09}", "absent", "/v1/items/1", None


def hand_counts(requests: Iterator[Observed]) -> Work:
    observe = by_hand()

    def work(calls: int) -> None:
        for subject, outcome, _target, _credential in list(islice(requests, calls)):
            observe(subject, outcome)

    return work


def guard_observes(requests: Iterator[Observed]) -> Work:
    probing = Probing(store=Memory())

    def work(calls: int) -> None:
        for subject, outcome, target, credential in list(islice(requests, calls)):
            probing.observe(subject=subject, outcome=outcome, target=target, credential=credential)

    return work


def bytes_per_subject(requests: Sequence[Observed]) -> float:
    """What the store holds for each subject that has erred, keys and shelves included."""
    gc.collect()
    tracemalloc.start()
    store = Memory()
    probing = Probing(store=store)
    for subject, outcome, target, credential in requests:
        probing.observe(subject=subject, outcome=outcome, target=target, credential=credential)
    gc.collect()
    size, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size / store.size


def rows(rounds: int) -> list[Row]:
    races = {
        "a request of the mix": mix,
        "… that succeeds": successes,
        "… that fails": errors,
        "… of a new subject": new,
    }
    result: list[Row] = []
    for work, requests in races.items():
        race = Race(
            {"by hand": hand_counts(requests()), "Probing": guard_observes(requests())},
            calls=CALLS,
            rounds=rounds,
        )
        goal = None if result else GOAL  # the goal is for the first
        result.append(race.excess("Probing", "by hand", work=work, goal=goal))
    often: list[Observed] = [
        (f"key_{number:06}", "absent", f"/v1/items/{round_}", None)
        for number in range(SUBJECTS)
        for round_ in range(20)
    ]
    size = bytes_per_subject(often)
    result.append(
        Row("a subject, 20 errors", "Probing", f"{size:.0f} bytes", "nothing", size, "bytes", BYTES)
    )
    return result


if __name__ == "__main__":
    print(table(rows(41)))
