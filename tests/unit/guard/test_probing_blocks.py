"""Blocks of who probes, where they are asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from failwell.answers import Refused
from failwell.guard.probing import (
    Probing,
    ProbingDenied,
    Verdict,
)
from failwell.store import Memory
from failwell.typing import Admission
from tests.unit.guard.frozen_clock import FrozenClock
from tests.unit.guard.probes import FACTS, SECRET, guess, kinds

# ---------------------------------------------------------------------------- blocking, when asked for


def test_nobody_is_blocked_unasked(probing: Probing) -> None:
    guess(probing, 500)
    probing.check(subject="192.0.2.1")
    assert probing.admit(FACTS, {"subject": "192.0.2.1"}) == Admission()
    assert not probing.needs_body


def blocking(clock: FrozenClock, **given: Any) -> Probing:
    return Probing(store=Memory(clock=clock), secret=SECRET, blocks={"credential_guessing"}, **given)


def test_who_guesses_is_blocked_if_that_was_asked_for(clock: FrozenClock) -> None:
    probing = blocking(clock)
    (verdict,) = filter(None, guess(probing))
    assert verdict.blocked_until == clock.now + 600_000_000
    checks: list[Callable[[], object]] = [
        lambda: probing.check(subject="192.0.2.1"),
        lambda: probing.admit(FACTS, {"subject": "192.0.2.1"}),
        lambda: asyncio.run(probing.acheck(subject="192.0.2.1")),
        lambda: asyncio.run(probing.aadmit(FACTS, {"subject": "192.0.2.1"})),
    ]
    for check in checks:
        refusal = refused(check)
        assert refusal.status == 429
        assert refusal.headers == (("Retry-After", "600"),)
        assert refusal.denied == ProbingDenied(kind="credential_guessing", retry_after=600)


def refused(check: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        check()
    return caught.value


def test_a_block_ends_when_it_said_it_would(clock: FrozenClock) -> None:
    probing = blocking(clock, block_for=60)
    guess(probing)
    clock.move(59.5)
    assert refused(lambda: probing.check(subject="192.0.2.1")).headers == (("Retry-After", "1"),)
    clock.move(0.5)
    probing.check(subject="192.0.2.1")


def test_a_block_begins_anew_if_the_attack_goes_on(clock: FrozenClock) -> None:
    probing = blocking(clock, block_for=60)
    guess(probing)
    clock.move(60)
    probing.check(subject="192.0.2.1")
    assert probing.observe(subject="192.0.2.1", outcome="credential", credential="one more") is None
    refused(lambda: probing.check(subject="192.0.2.1"))


def test_neighbours_with_a_valid_key_pass(clock: FrozenClock) -> None:
    probing = blocking(clock)
    guess(probing)
    refused(lambda: probing.check(subject="192.0.2.1"))
    probing.check(subject="key of a neighbour")


def test_only_the_verdicts_that_were_asked_for_block(clock: FrozenClock) -> None:
    probing = blocking(clock)
    told = []
    for number in range(200):
        told.append(probing.observe(subject="key", outcome="absent", target=f"/v1/items/{number}"))
        clock.move(1)
    assert kinds(told) == ["enumeration"]
    probing.check(subject="key")


def test_a_block_longer_than_an_hour_is_not_forgotten(clock: FrozenClock) -> None:
    probing = blocking(clock, block_for=86_400)
    guess(probing)
    clock.move(86_399)
    assert refused(lambda: probing.check(subject="192.0.2.1")).headers == (("Retry-After", "1"),)


def test_a_clock_that_goes_back_blocks_nobody_for_longer(clock: FrozenClock) -> None:
    probing = blocking(clock)
    guess(probing)
    clock.move(-3_600)
    assert refused(lambda: probing.check(subject="192.0.2.1")).headers == (("Retry-After", "600"),)
    clock.move(600)
    probing.check(subject="192.0.2.1")


def test_a_pardon_lifts_a_block_and_forgets(clock: FrozenClock) -> None:
    probing = blocking(clock)
    pardons: list[Callable[[], object]] = [
        lambda: probing.pardon(subject="192.0.2.1"),
        lambda: asyncio.run(probing.apardon(subject="192.0.2.1")),
    ]
    for pardon in pardons:
        assert kinds(guess(probing)) == ["credential_guessing"]
        pardon()
        probing.check(subject="192.0.2.1")
        assert kinds(guess(probing, 5)) == []
        pardon()


def test_the_application_says_with_which_problem(clock: FrozenClock) -> None:
    class TooSuspiciousError(Exception):
        pass

    probing = blocking(clock, problem=lambda denied: TooSuspiciousError(denied.retry_after))
    guess(probing)
    with pytest.raises(TooSuspiciousError, match="600"):
        probing.check(subject="192.0.2.1")


def test_a_problem_must_be_an_exception(clock: FrozenClock) -> None:
    wrong: Any = lambda _denied: "text"  # noqa: E731
    probing = blocking(clock, problem=wrong)
    guess(probing)
    with pytest.raises(TypeError, match="not an exception to raise"):
        probing.check(subject="192.0.2.1")


def test_coroutines_see_the_same(clock: FrozenClock) -> None:
    probing = Probing(store=Memory(clock=clock), secret=SECRET)

    async def observe() -> list[Verdict | None]:
        return [
            await probing.aobserve(subject="192.0.2.1", outcome="credential", credential=f"guess {number}")
            for number in range(30)
        ]

    assert asyncio.run(observe()) == guess(Probing(store=Memory(clock=clock), secret=SECRET))
