"""The lock of an idempotent run: who takes over, what a cancelled task leaves, and adapters."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from failwell.answers import Answered, Refused
from failwell.guard.decisions.attempt import ABORTED, CLAIM, KEPT, RUNNING, SETTLE, TOO_LONG
from failwell.guard.idempotency import IdempotencyDenied
from failwell.store import Memory
from failwell.typing import Admission
from tests.unit.guard.flaky_store import FlakyStore
from tests.unit.guard.frozen_clock import FrozenClock
from tests.unit.guard.idempotent import JSON, KEY, REPLAYED, DeniedError, denied, facts, guard_of, order

# --------------------------------------------------------------------------- lock, takeover, fence, renewal


def test_who_asks_while_the_first_runs_is_told_to_wait_for_as_long_as_it_runs_already(
    clock: FrozenClock,
) -> None:
    guard = guard_of(clock, lock=60)
    order(guard)
    waits: list[int | None] = []
    for seconds in (0, 0.2, 4.8, 15, 35.5, 4.4):  # at 0, 0.2, 5, 20, 55.5 and 59.9 s
        clock.move(seconds)
        in_flight = denied(lambda: order(guard))
        assert in_flight.reason == "in_flight"
        waits.append(in_flight.retry_after)
    assert waits == [1, 1, 5, 20, 5, 1]


def test_when_the_lock_lapses_exactly_one_takes_over_with_a_larger_fence(clock: FrozenClock) -> None:
    guard = guard_of(clock, lock=60)
    first = order(guard)
    clock.move(60)
    second = order(guard)
    assert second.taken_over
    assert second.fence > first.fence
    assert denied(lambda: order(guard)).reason == "in_flight"


def test_case_16_a_late_owner_cannot_overwrite_what_came_after_it(
    clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    guard = guard_of(clock, lock=60)
    late = order(guard)
    clock.move(60)
    second = order(guard)
    assert not late.finish(201, (), b"late")
    assert "ran longer than its lock of 60 s" in caplog.text
    assert denied(lambda: order(guard)).reason == "in_flight"
    assert second.finish(201, (), b"second")
    replay = order(guard).replay
    assert replay
    assert replay.body == b"second"


def test_case_16_a_late_owner_can_neither_abort_nor_renew(clock: FrozenClock) -> None:
    guard = guard_of(clock, lock=60)
    first = order(guard)
    clock.move(60)
    second = order(guard)
    assert not first.abort()
    assert denied(lambda: order(guard)).reason == "in_flight"
    clock.move(60)
    third = order(guard)
    assert not second.renew()
    assert not second.finish(200, (), b"second")
    assert third.finish(200, (), b"third")


def test_case_16_a_late_owner_whom_nobody_followed_keeps_its_response(clock: FrozenClock) -> None:
    guard = guard_of(clock, lock=60)
    late = order(guard)
    clock.move(3_600)
    assert late.finish(201, (), b"late")
    assert order(guard).replay


def test_case_16_what_must_not_run_twice_has_an_unknown_outcome_until_the_first_is_over(
    clock: FrozenClock,
) -> None:
    guard = guard_of(clock, lock=60, restartable=False)
    first = order(guard)
    clock.move(60)
    for _ in range(2):
        assert denied(lambda: order(guard)) == IdempotencyDenied(reason="outcome_unknown")
    assert first.finish(201, (), b"at last")
    assert order(guard).replay


def test_a_renewed_claim_holds_for_another_lock(clock: FrozenClock) -> None:
    guard = guard_of(clock, lock=60)
    claim = order(guard)
    for _ in range(10):
        clock.move(59)
        assert claim.renew()
    clock.move(59)
    assert denied(lambda: order(guard)).reason == "in_flight"
    assert claim.finish(200)
    assert not claim.renew()
    assert order(guard).replay


def test_a_run_that_was_taken_over_is_told_so_once(
    clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    guard = guard_of(clock, lock=60)
    claim = order(guard)
    clock.move(60)
    order(guard)
    assert not claim.renew()
    assert not claim.renew()
    assert not claim.finish(200)
    assert len(caplog.records) == 1


def test_a_record_that_is_over_stands_in_nobodys_way(clock: FrozenClock) -> None:
    guard = guard_of(clock, lock=60, keep=100)
    first = order(guard)
    clock.move(60)
    assert order(guard).finish(200, (), b"second")
    clock.move(100)
    assert first.finish(200, (), b"first")


@pytest.mark.parametrize("ended", [ABORTED, KEPT, TOO_LONG])
def test_a_run_that_has_ended_is_not_settled_again(clock: FrozenClock, ended: int) -> None:
    store, key = Memory(clock=clock), ["idempotency:request:s:1"]
    _, fence, _ = store.run(CLAIM, key, [(60, 1, b"print", 100)])
    assert store.run(SETTLE, key, [(fence, ended, b"", 60, b"print", 100)]) == (1,)
    for state in (RUNNING, ABORTED, KEPT, TOO_LONG):
        assert store.run(SETTLE, key, [(fence, state, b"", 60, b"print", 100)]) == (0,)


def test_when_the_clock_goes_back_nobody_waits_for_longer_than_one_lock(clock: FrozenClock) -> None:
    guard = guard_of(clock, lock=60)
    first = order(guard)
    clock.move(-3_600)
    assert denied(lambda: order(guard)).reason == "in_flight"
    clock.move(60)
    second = order(guard)
    assert second.fence > first.fence
    assert not first.finish(200)


def test_a_shorter_lock_does_not_shorten_that_of_a_run_under_way(clock: FrozenClock) -> None:
    store = Memory(clock=clock)
    claim = order(guard_of(clock, store=store, lock=600))
    clock.move(300)
    assert denied(lambda: order(guard_of(clock, store=store, lock=60))) == IdempotencyDenied(
        reason="in_flight", retry_after=1
    )
    assert claim.finish(200)


def test_a_run_whose_record_the_store_lost_keeps_its_response(clock: FrozenClock) -> None:
    store = Memory(clock=clock)
    guard = guard_of(clock, store=store)
    claim = order(guard)
    store.clear()
    assert claim.finish(201)
    assert order(guard).replay


# ----------------------------------------------------------------------------------- outages, cancelled tasks


def test_while_the_store_is_down_nothing_runs(clock: FrozenClock) -> None:
    store = FlakyStore(clock)
    guard = guard_of(clock, store=store)
    store.is_down = True
    with pytest.raises(Refused) as caught:
        order(guard)
    assert caught.value.status == 503
    told = guard_of(clock, store=store, unavailable=lambda outage: OSError(outage.guard))
    with pytest.raises(OSError, match="Idempotency"):
        order(told)
    store.is_down = False
    assert order(guard).fence


def test_a_guard_that_is_open_runs_without_protection_while_the_store_is_down(clock: FrozenClock) -> None:
    store = FlakyStore(clock)
    guard = guard_of(clock, store=store, on_outage="open")
    store.is_down = True
    for _ in range(2):
        claim = order(guard)
        assert (claim.degraded, claim.fence, claim.replay) == (True, 0, None)
        assert not claim.finish(201)
    assert guard.admit(facts(idempotency_key=KEY), {"principal": "ann"}) == Admission()


def test_a_store_that_is_down_when_a_request_is_over_changes_nothing_for_its_caller(
    clock: FrozenClock,
) -> None:
    store = FlakyStore(clock)
    guard = guard_of(clock, store=store)
    claim = order(guard)
    store.is_down = True
    assert not claim.renew()
    assert not claim.finish(201)
    store.is_down = False
    claim.release()
    assert denied(lambda: order(guard)).reason == "in_flight"  # what has run is not given back
    clock.move(60)
    assert order(guard).taken_over


def _cancel(task: asyncio.Task[Any]) -> None:
    task.cancel()


@pytest.mark.anyio
async def test_a_task_cancelled_while_it_claims_holds_the_key_for_no_longer_than_one_lock(
    clock: FrozenClock,
) -> None:
    store = FlakyStore(clock)
    guard = guard_of(clock, store=store)
    request: dict[str, Any] = {"key": KEY, "principal": "ann", "method": "POST", "path": "/"}
    task = asyncio.create_task(guard.aclaim(**request))
    store.before = lambda: _cancel(task)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert denied(lambda: guard.claim(**request)).reason == "in_flight"
    clock.move(60)
    assert guard.claim(**request).taken_over


@pytest.mark.anyio
async def test_a_claim_is_given_back_however_often_its_task_is_cancelled(clock: FrozenClock) -> None:
    store = FlakyStore(clock)
    guard = guard_of(clock, store=store)
    begun = asyncio.Event()

    async def run() -> None:
        async with order(guard):
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(run())
    await begun.wait()
    while not task.done():  # as a scope of anyio does
        task.cancel()
        await asyncio.sleep(0)
    assert task.cancelled()
    assert order(guard).fence


@pytest.mark.anyio
async def test_a_task_cancelled_while_it_finishes_does_not_give_back_what_has_run(clock: FrozenClock) -> None:
    store = FlakyStore(clock)
    guard = guard_of(clock, store=store)

    async def handle() -> None:
        request: dict[str, Any] = {"key": KEY, "principal": "ann", "method": "POST", "path": "/"}
        async with await guard.aclaim(**request) as claim:
            store.before = lambda: _cancel(task)
            await claim.afinish(201, (), b"done")

    task = asyncio.create_task(handle())
    with pytest.raises(asyncio.CancelledError):
        await task
    replay = order(guard, path="/", body=b"").replay
    assert replay
    assert replay.body == b"done"


# ---------------------------------------------------------------------------------------------- in adapters


def test_an_admission_holds_the_claim_and_shows_it_the_response(clock: FrozenClock) -> None:
    guard = guard_of(clock)
    assert guard.needs_body
    admission = guard.admit(facts(idempotency_key=KEY, content_type="text/plain"), {"principal": "ann"})
    assert admission.keeper
    assert admission.held
    assert admission.keeper.max_body == 1_048_576
    admission.keeper.keep(201, JSON, b"x")
    admission.held.release()
    with pytest.raises(Answered) as caught:
        guard.admit(facts(idempotency_key=f'"{KEY}"', content_type="text/plain"), {"principal": "ann"})
    assert (caught.value.status, caught.value.headers, caught.value.body) == (201, JSON + REPLAYED, b"x")
    assert denied(lambda: guard.admit(facts(idempotency_key=KEY), {"principal": "ann"})).reason == "mismatch"


@pytest.mark.anyio
async def test_a_held_claim_is_given_back_when_no_response_was_shown(clock: FrozenClock) -> None:
    guard = guard_of(clock)
    request, values = facts(idempotency_key=KEY), {"principal": "ann"}
    for _ in range(2):
        admission = await guard.aadmit(request, values)
        assert admission.held
        await admission.held.arelease()
        await admission.held.arelease()
    admission = await guard.aadmit(request, values)
    assert admission.keeper
    await admission.keeper.akeep(200, (), None)
    with pytest.raises(DeniedError):
        await guard.aadmit(request, values)


def test_what_needs_no_protection_gets_an_empty_admission(clock: FrozenClock) -> None:
    guard = guard_of(clock)
    assert guard.admit(facts(), {"principal": None}) == Admission()
    assert guard.admit(facts("GET", idempotency_key=KEY), {"principal": None}) == Admission()


@pytest.mark.parametrize("values", [{}, {"user": "ann"}, {"principal": "ann", "token": "t"}])
def test_values_other_than_the_principal_are_a_mistake(clock: FrozenClock, values: dict[str, str]) -> None:
    with pytest.raises(TypeError, match="principal=…"):
        guard_of(clock).admit(facts(idempotency_key=KEY), values)


def test_a_principal_that_tells_nobody_apart_is_a_mistake(clock: FrozenClock) -> None:
    with pytest.raises(TypeError, match="all callers would share their keys"):
        order(guard_of(clock), principal=None)
    with pytest.raises(TypeError, match="cannot be a subject"):
        order(guard_of(clock), principal=1.5)


def test_case_18_who_may_no_longer_is_refused_before_a_replay_and_a_new_token_finds_the_old_key(
    clock: FrozenClock,
) -> None:
    guard = guard_of(clock)
    tokens = {"old": "ann"}

    def answer(token: str) -> bytes:
        if token not in tokens:
            raise Refused(403, "This token may not order.")
        try:
            admission = guard.admit(facts(idempotency_key=KEY), {"principal": tokens[token]})
        except Answered as answered:
            return answered.body
        assert admission.keeper
        admission.keeper.keep(201, (), b"first")
        return b"first"

    assert answer("old") == answer("old") == b"first"
    tokens.clear()
    with pytest.raises(Refused):
        answer("old")
    tokens["new"] = "ann"
    assert answer("new") == b"first"
