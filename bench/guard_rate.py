"""A two-bucket decision with header state in memory, over the fifteen lines that one would write by hand.

The hand-written code has no lock, no bound on memory, no validation and no names for what it returns. It
counts whole microseconds and spends all or nothing, as RateLimit does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle, islice
from time import monotonic_ns

from bench.measure import Race, Row, Work, table
from failwell.guard import Bucket, RateLimit
from failwell.store import Memory

CALLS = 4_000
GOAL = 3.0
MINUTE = 60_000_000
Callers = Iterator[tuple[str, str]]
Rates = tuple[int, int]
"""Requests a minute of a token, and of an organisation."""


class TooManyError(Exception):
    """What both sides raise on a denial."""


def by_hand(rates: Rates) -> Callable[[str, str], list[tuple[int, int]]]:
    instants: dict[tuple[str, str], int] = {}
    intervals = (MINUTE // rates[0], MINUTE // rates[1])

    def check(token: str, org: str) -> list[tuple[int, int]]:
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


def limit_of(rates: Rates) -> RateLimit:
    return RateLimit(
        Bucket("token", rates[0], per="minute"),
        Bucket("org", rates[1], per="minute"),
        store=Memory(),
        problem=lambda denied: TooManyError(denied.retry_after),
    )


def known() -> Callers:
    """A thousand tokens of fifty organisations, in turn."""
    return cycle([(f"token_{number:04}", f"org_{number % 50:02}") for number in range(1_000)])


def new() -> Callers:
    """A token and an organisation of its own each time; the store is full soon."""
    for number in range(10**9):
        yield f"token_{number:09}", f"org_{number:09}"


def hand_admits(rates: Rates, callers: Callers) -> Work:
    check = by_hand(rates)

    def work(calls: int) -> None:
        for token, org in list(islice(callers, calls)):
            check(token, org)

    return work


def guard_admits(rates: Rates, callers: Callers) -> Work:
    limit = limit_of(rates)

    def work(calls: int) -> None:
        for token, org in list(islice(callers, calls)):
            assert limit.check(token=token, org=org).limits

    return work


def hand_denies(rates: Rates, token: str, org: str) -> Work:
    check = by_hand(rates)
    check(token, org)

    def work(calls: int) -> None:
        for _ in range(calls):
            try:
                check(token, org)
            except TooManyError:
                continue
            raise AssertionError("admitted, so this measures something else")

    return work


def guard_denies(rates: Rates, token: str, org: str) -> Work:
    limit = limit_of(rates)
    limit.check(token=token, org=org)

    def work(calls: int) -> None:
        for _ in range(calls):
            try:
                limit.check(token=token, org=org)
            except TooManyError:
                continue
            raise AssertionError("admitted, so this measures something else")

    return work


def rows(rounds: int) -> list[Row]:
    in_use = (1_000, 10_000)  # neither full again between two checks, nor spent before the last round
    idle = (1_000_000, 10_000_000)  # full again by the next check
    spent = (1, 60_000)
    races = {
        "two buckets admit": (hand_admits(in_use, known()), guard_admits(in_use, known())),
        "… full again meanwhile": (hand_admits(idle, known()), guard_admits(idle, known())),
        "… of new subjects": (hand_admits(in_use, new()), guard_admits(in_use, new())),
        "two buckets deny": (hand_denies(spent, "token_1", "org_1"), guard_denies(spent, "token_1", "org_1")),
    }
    result: list[Row] = []
    for work, (hand, guard) in races.items():
        race = Race({"by hand": hand, "RateLimit": guard}, calls=CALLS, rounds=rounds)
        goal = None if result else GOAL  # the goal is for the first
        result.append(race.ratio("RateLimit", "by hand", work=work, goal=goal))
    return result


if __name__ == "__main__":
    print(table(rows(41)))
