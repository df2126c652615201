"""The circuit breaker: it opens and closes when it should, lets one ask, and is never stuck."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from failwell.store.breaker import LONGEST_PAUSE, Breaker
from failwell.typing import StoreUnavailableError
from tests.unit.guard.frozen_clock import FrozenClock

URL = "redis://ops:swordfish@10.0.0.9/0"


def state_of(breaker: Breaker) -> str:
    return breaker.health.state


def may_ask(breaker: Breaker) -> bool:
    try:
        breaker.check()
    except StoreUnavailableError:
        return False
    return True


@contextmanager
def logged() -> Iterator[list[str]]:
    """The messages of the store's logger, without the fixture that hypothesis does not like."""
    messages: list[str] = []

    class _Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            messages.append(record.getMessage())

    logger, keeping = logging.getLogger("failwell.store"), _Keeping()
    logger.addHandler(keeping)
    try:
        yield messages
    finally:
        logger.removeHandler(keeping)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def breaker(clock: FrozenClock) -> Breaker:
    return Breaker("Redis", clock)


def fail(breaker: Breaker, times: int = 1) -> StoreUnavailableError:
    made = [breaker.failed(ConnectionError(URL)) for _ in range(times)]
    return made[-1]


def test_it_opens_at_the_third_failure_in_a_row(breaker: Breaker) -> None:
    fail(breaker, 2)
    breaker.succeeded()
    fail(breaker, 2)
    assert may_ask(breaker)
    assert state_of(breaker) == "closed"
    fail(breaker)
    assert not may_ask(breaker)
    assert state_of(breaker) == "open"


def test_after_the_pause_one_caller_asks_and_its_success_lets_in_all(
    breaker: Breaker, clock: FrozenClock
) -> None:
    fail(breaker, 3)
    clock.move(0.249_999)
    assert not may_ask(breaker)
    clock.move(0.000_001)
    assert [may_ask(breaker) for _ in range(3)] == [True, False, False]
    assert state_of(breaker) == "half_open"
    breaker.succeeded()
    assert [may_ask(breaker) for _ in range(3)] == [True, True, True]
    assert state_of(breaker) == "closed"


def test_pauses_double_up_to_the_longest_and_start_anew_with_the_next_outage(
    breaker: Breaker, clock: FrozenClock
) -> None:
    def pauses(count: int) -> Iterator[float]:
        for _ in range(count):
            start = clock.now
            while not may_ask(breaker):
                clock.move(0.01)
            yield (clock.now - start) / 1_000_000
            fail(breaker)

    fail(breaker, 3)
    assert list(pauses(7)) == [0.25, 0.5, 1, 2, 4, LONGEST_PAUSE, LONGEST_PAUSE]
    breaker.succeeded()
    fail(breaker, 3)
    assert list(pauses(2)) == [0.25, 0.5]


def test_a_caller_that_never_reports_does_not_keep_the_others_out(
    breaker: Breaker, clock: FrozenClock
) -> None:
    fail(breaker, 3)
    clock.move(0.25)
    assert may_ask(breaker)  # and is cancelled
    clock.move(0.999)
    assert not may_ask(breaker)
    clock.move(0.001)
    assert [may_ask(breaker) for _ in range(2)] == [True, False]


def test_late_failures_of_earlier_callers_do_not_prolong_the_pause(
    breaker: Breaker, clock: FrozenClock
) -> None:
    fail(breaker, 3)
    clock.move(0.2)
    fail(breaker, 20)
    clock.move(0.05)
    assert may_ask(breaker)
    assert breaker.health.opened == 1


def test_of_many_threads_one_asks(breaker: Breaker, clock: FrozenClock) -> None:
    fail(breaker, 3)
    clock.move(0.25)
    ready = Barrier(16)

    def ask(_: int) -> bool:
        ready.wait()
        return may_ask(breaker)

    with ThreadPoolExecutor(16) as threads:
        assert sum(threads.map(ask, range(16))) == 1
    assert breaker.health.refused == 15


def test_health_counts_and_names_the_last_error_by_its_class(breaker: Breaker) -> None:
    assert breaker.health.last_error == ""
    breaker.failed(TimeoutError(URL))
    fail(breaker, 2)
    may_ask(breaker)
    health = breaker.health
    assert (health.state, health.failures, health.opened, health.refused) == ("open", 3, 1, 1)
    assert health.last_error == "ConnectionError"


def test_it_logs_once_when_it_opens_and_once_when_it_closes(breaker: Breaker, clock: FrozenClock) -> None:
    with logged() as messages:
        fail(breaker, 10)
        may_ask(breaker)
        clock.move(0.25)
        may_ask(breaker)
        fail(breaker)
        breaker.succeeded()
        breaker.succeeded()
    assert messages == [
        "Redis failed 3 times in a row (ConnectionError): nobody asks it for 0.25 s, then one at a time",
        "Redis answers again; requests that were refused at once until now: 1",
    ]


def test_neither_errors_nor_logs_show_what_the_failure_said(breaker: Breaker) -> None:
    with logged() as messages:
        error = fail(breaker, 3)
    with pytest.raises(StoreUnavailableError) as refused:
        breaker.check()
    assert str(error) == "Redis could not be asked: ConnectionError"
    assert (
        str(refused.value) == "Redis is left alone for a moment: it failed, the last time by ConnectionError"
    )
    assert "swordfish" not in "".join(messages)


class Callers(RuleBasedStateMachine):
    """Callers come, succeed, fail and vanish in any order, at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = FrozenClock()
        self.breaker = Breaker("Redis", self.clock)
        self.asking = 0
        self.in_a_row = 0
        self.last_let_in: int | None = None
        self.logged = logged()
        self.messages = self.logged.__enter__()

    def teardown(self) -> None:
        self.logged.__exit__(None, None, None)

    @rule(seconds=st.floats(0, 2 * LONGEST_PAUSE))
    def time_passes(self, seconds: float) -> None:
        self.clock.move(seconds)

    @rule()
    def somebody_comes(self) -> None:
        was_open = state_of(self.breaker) != "closed"
        let_in = may_ask(self.breaker)
        assert let_in or was_open  # nobody is refused while it is closed
        if let_in:
            self.asking += 1
            if was_open:
                assert self.last_let_in is None or self.clock.now - self.last_let_in >= 250_000
                self.last_let_in = self.clock.now

    @rule()
    def somebody_succeeds(self) -> None:
        if self.asking:
            self.asking -= 1
            self.in_a_row = 0
            self.last_let_in = None
            self.breaker.succeeded()
            assert state_of(self.breaker) == "closed"

    @rule()
    def somebody_fails(self) -> None:
        if self.asking:
            self.asking -= 1
            self.in_a_row += 1
            fail(self.breaker)

    @rule()
    def somebody_vanishes(self) -> None:
        self.asking = max(self.asking - 1, 0)

    @rule()
    def after_the_longest_pause_somebody_is_let_in(self) -> None:
        self.clock.move(LONGEST_PAUSE)
        self.somebody_comes()
        assert state_of(self.breaker) in {"closed", "half_open"}

    @invariant()
    def it_is_open_exactly_after_three_failures_without_a_success(self) -> None:
        assert (state_of(self.breaker) == "closed") == (self.in_a_row < 3)

    @invariant()
    def the_log_tells_the_state(self) -> None:
        health = self.breaker.health
        assert len(self.messages) == 2 * health.opened - (health.state != "closed")


test_callers_in_any_order = Callers.TestCase


@given(st.integers(1, 5), st.floats(0.01, 1))
def test_failures_and_pause_are_what_was_declared(failures: int, pause: float) -> None:
    clock = FrozenClock()
    breaker = Breaker("SQL", clock, failures=failures, pause=pause)
    for _ in range(failures - 1):
        fail(breaker)
    assert may_ask(breaker)
    fail(breaker)
    clock.now += round(pause * 1_000_000) - 1
    assert not may_ask(breaker)
    clock.now += 1
    assert may_ask(breaker)
