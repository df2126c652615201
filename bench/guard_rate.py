"""A two-bucket decision with header state in memory, over the fifteen lines that one would write by hand.

The hand-written code has no lock, no bound on memory, no validation and no names for what it returns. It
counts whole microseconds and spends all or nothing, as RateLimit does. Of the peers none decides two buckets
in one step, and pyrate-limiter tells no state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle, islice
from time import monotonic_ns

from bench.limiters import ORG, OURS, TOKEN, Check, TooManyError, in_memory, rate_limit
from bench.measure import Race, Row, Work, table
from failwell.store import Memory

CALLS = 4_000
PEER_CALLS = 1_000
GOAL = 3.0
MINUTE = 60_000_000
Callers = Iterator[tuple[str, str]]
Rates = tuple[int, int]
"""Requests a minute of a token, and of an organisation."""


def by_hand(rates: Rates) -> Check:
    instants: dict[tuple[str, str], int] = {}
    intervals = (MINUTE // rates[0], MINUTE // rates[1])

    def check(*, token: str, org: str) -> list[tuple[int, int]]:
        now = monotonic_ns() // 1_000
        spent, states = {}, []
        for key, interval in zip((("token", token), ("org", org)), intervals):  # noqa: B905 - costs
            full = instants.get(key, now)
            ahead = (full if full > now else now) - now + interval  # noqa: FURB136 - so does max
            if ahead > MINUTE:
                raise TooManyError(ahead - MINUTE)
            spent[key] = now + ahead
            states.append(((MINUTE - ahead) // interval, ahead))
        instants.update(spent)
        return states

    return check


def known() -> Callers:
    """A thousand tokens of fifty organisations, in turn."""
    return cycle([(f"token_{number:04}", f"org_{number % 50:02}") for number in range(1_000)])


def new() -> Callers:
    """A token and an organisation of its own each time; the store is full soon."""
    for number in range(10**9):
        yield f"token_{number:09}", f"org_{number:09}"


def admits(check: Check, callers: Callers) -> Work:
    def work(calls: int) -> None:
        for token, org in list(islice(callers, calls)):
            check(token=token, org=org)

    return work


def denies(check: Check) -> Work:
    check(token="token_1", org="org_1")

    def work(calls: int) -> None:
        for _ in range(calls):
            try:
                check(token="token_1", org="org_1")
            except TooManyError:
                continue
            raise AssertionError("admitted, so this measures something else")

    return work


def rows(rounds: int) -> list[Row]:
    idle = (1_000_000, 10_000_000)  # full again by the next check
    spent = (1, 60_000)
    races: dict[str, tuple[Rates, Callable[[Check], Work]]] = {
        "two buckets admit": ((TOKEN, ORG), lambda check: admits(check, known())),
        "… full again meanwhile": (idle, lambda check: admits(check, known())),
        "… of new subjects": ((TOKEN, ORG), lambda check: admits(check, new())),
        "two buckets deny": (spent, denies),
    }
    result: list[Row] = []
    for work, (rates, does) in races.items():
        ways = {"by hand": does(by_hand(rates)), OURS: does(rate_limit(Memory(), *rates).check)}
        race = Race(ways, calls=CALLS, rounds=rounds)
        goal = None if result else GOAL  # the goal is for the first
        result.append(race.ratio(OURS, "by hand", work=work, goal=goal))
    checks = {"by hand": by_hand((TOKEN, ORG)), **in_memory()}
    peers = {name: admits(check, known()) for name, check in checks.items()}
    race = Race(peers, calls=PEER_CALLS, rounds=rounds)
    result += [race.ratio(name, "by hand", work="two buckets admit") for name in peers if name != "by hand"]
    return result


if __name__ == "__main__":
    print(table(rows(41)))
