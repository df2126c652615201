"""Rate limits over a store in memory: what is admitted, what is told, what is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.answers import Refused
from failwell.exceptions import DeclarationError
from failwell.guard import Bucket, Denied, RateLimit
from failwell.headers import ietf_rate_limit, x_rate_limit
from failwell.store import Memory
from failwell.typing import Facts, LimitState
from tests.unit.guard.flaky_store import FlakyStore
from tests.unit.guard.frozen_clock import FrozenClock


class DeniedError(Exception):
    def __init__(self, denied: Denied) -> None:
        super().__init__(denied)
        self.denied = denied


def limit_of(clock: FrozenClock, *buckets: Bucket) -> RateLimit:
    return RateLimit(*buckets, store=Memory(clock=clock), problem=DeniedError)


def denied(check: Callable[[], object]) -> Denied:
    with pytest.raises(DeniedError) as caught:
        check()
    return caught.value.denied


def remaining(states: tuple[LimitState, ...]) -> dict[str, int]:
    return {state.name: state.remaining for state in states}


# ---------------------------------------------------------------------------- several buckets together


def test_a_bucket_that_denies_leaves_the_others_as_they_were(clock: FrozenClock) -> None:
    limit = limit_of(clock, Bucket("token", 100, per="minute"), Bucket("org", 5, per="minute"))
    outcomes = []
    for _ in range(50):
        try:
            outcomes.append(limit.check(token="t", org="o") is not None)
        except DeniedError:
            outcomes.append(False)
    assert outcomes == [True] * 5 + [False] * 45
    assert remaining(limit.peek(token="t", org="o").limits) == {"token": 95, "org": 0}


def test_a_denial_names_the_bucket_with_the_longest_wait_and_tells_what_is_left(clock: FrozenClock) -> None:
    limit = limit_of(
        clock, Bucket("token", 2, per="second"), Bucket("org", 3, per="hour"), Bucket("ip", 9, 9)
    )
    for token in ("a", "a", "b"):
        limit.check(token=token, org="o", ip="i")
    clock.move(0.1)
    both = denied(lambda: limit.check(token="a", org="o", ip="i", cost=2))
    assert both.bucket == Bucket("org", 3, per="hour")
    assert both.retry_after == 2_400
    assert remaining(both.limits) == {"token": 0, "org": 0, "ip": 6}
    assert not both.degraded
    assert remaining(limit.peek(token="a", org="o", ip="i").limits) == remaining(both.limits)


async def _race(limit: RateLimit, tasks: int) -> list[bool]:
    async def one() -> bool:
        await asyncio.sleep(0)
        try:
            await limit.acheck(token="t", org="o")
        except DeniedError:
            return False
        return True

    return await asyncio.gather(*(one() for _ in range(tasks)))


def test_of_racing_tasks_exactly_the_limit_is_admitted(clock: FrozenClock) -> None:
    limit = limit_of(clock, Bucket("token", 100, per="minute"), Bucket("org", 17, per="minute"))
    assert sum(asyncio.run(_race(limit, 64))) == 17
    assert remaining(limit.peek(token="t", org="o").limits) == {"token": 83, "org": 0}


def test_of_racing_threads_exactly_the_limit_is_admitted(clock: FrozenClock) -> None:
    limit = limit_of(clock, Bucket("token", 10_000, per="minute"), Bucket("org", 1_000, per="minute"))
    start = Barrier(64)

    def many() -> int:
        start.wait()
        admitted = 0
        for _ in range(50):
            try:
                limit.check(token="t", org="o")
            except DeniedError:
                continue
            admitted += 1
        return admitted

    with ThreadPoolExecutor(64) as threads:
        assert sum(job.result() for job in [threads.submit(many) for _ in range(64)]) == 1_000
    assert remaining(limit.peek(token="t", org="o").limits) == {"token": 9_000, "org": 0}


# ---------------------------------------------------------------------------- what the caller is told


def test_success_tells_the_state_of_each_bucket(clock: FrozenClock) -> None:
    limit = limit_of(clock, Bucket("token", 60, per="minute"), Bucket("org", 600, per="minute", burst=2))
    decision = limit.check(token="t", org="o", cost=2)
    assert decision.limits == (
        LimitState(name="token", limit=60, window=60, remaining=58, reset=2, next_unit=0),
        LimitState(name="org", limit=600, window=60, remaining=0, reset=0.2, next_unit=0.1),
    )
    assert not decision.degraded


def test_limits_show_in_header_fields(clock: FrozenClock) -> None:
    limit = limit_of(clock, Bucket("token", 60, per="minute"), Bucket("org", 2, per="second"))
    limits = limit.check(token="t", org="o").limits
    assert x_rate_limit(limits) == (
        ("X-RateLimit-Limit", "2"),
        ("X-RateLimit-Remaining", "1"),
        ("X-RateLimit-Reset", "1"),
    )
    assert ietf_rate_limit(limits)[0] == ("RateLimit-Policy", '"token";q=60;w=60, "org";q=2;w=1')


def test_time_brings_units_back_one_by_one(clock: FrozenClock) -> None:
    limit = limit_of(clock, Bucket("token", 4, per="minute"))
    limit.check(token="t", cost=4)
    seen = []
    for _ in range(6):
        (state,) = limit.peek(token="t").limits
        seen.append((state.remaining, state.reset, state.next_unit))
        clock.move(12)
    assert seen == [(0, 60, 15), (0, 48, 3), (1, 36, 0), (2, 24, 0), (3, 12, 0), (4, 0, 0)]


@pytest.mark.parametrize(
    ("per", "retry_after"), [(0.2, 1), (1, 1), (1.000_001, 2), (59.5, 60), ("hour", 3_600)]
)
def test_retry_after_is_whole_seconds_rounded_up(clock: FrozenClock, per: Any, retry_after: int) -> None:
    limit = limit_of(clock, Bucket("token", 1, per=per))
    limit.check(token="t")
    assert denied(lambda: limit.check(token="t")).retry_after == retry_after


@given(
    st.integers(1, 50), st.sampled_from([0.2, "second", 7.3, "minute"]), st.integers(1, 50), st.floats(0, 20)
)
def test_retry_after_honoured_exactly_admits(count: int, per: Any, cost: int, elapsed: float) -> None:
    clock = FrozenClock()
    limit = limit_of(clock, Bucket("token", count, per=per), Bucket("org", 2 * count, per="minute"))
    cost = min(cost, count)
    check = partial(limit.check, token="t", org="o", cost=cost)
    for _ in range(2 * count // cost):  # more than both hold, were it not for the time that passes
        clock.move(elapsed / count)
        try:
            check()
        except DeniedError as error:
            wait = error.denied.retry_after
            assert wait >= 1
            clock.move(wait)
            check()


# ---------------------------------------------------------------------------- cost, peek, skipped buckets


def test_peek_and_a_cost_of_nothing_spend_nothing(clock: FrozenClock) -> None:
    store = Memory(clock=clock)
    limit = RateLimit(Bucket("token", 2, per="minute"), store=store, problem=DeniedError)
    for _ in range(5):
        assert limit.check(token="t", cost=0) == limit.peek(token="t") == asyncio.run(limit.apeek(token="t"))
    assert remaining(limit.peek(token="t").limits) == {"token": 2}
    assert store.size == 0
    limit.check(token="t", cost=2)
    assert remaining(limit.check(token="t", cost=0).limits) == {"token": 0}


def test_peek_looks_at_the_buckets_that_are_named(clock: FrozenClock) -> None:
    limit = limit_of(clock, Bucket("token", 2, per="minute"), Bucket("org", 5, per="minute"))
    limit.check(token="t", org="o")
    assert remaining(limit.peek(org="o").limits) == {"org": 4}
    assert limit.peek().limits == ()
    with pytest.raises(TypeError, match="'team' is not a bucket"):
        limit.peek(team="x")


def test_none_skips_a_bucket_in_one_call(clock: FrozenClock) -> None:
    limit = limit_of(clock, Bucket("token", 1, per="minute"), Bucket("org", 9, per="minute"))
    assert remaining(limit.check(token=None, org="o", cost=5).limits) == {"org": 4}
    assert remaining(limit.check(token="t", org=None).limits) == {"token": 0}
    assert limit.check(token=None, org=None).limits == ()
    assert remaining(limit.peek(token="t", org="o").limits) == {"token": 0, "org": 4}


def test_a_call_that_skips_every_bucket_asks_nobody(clock: FrozenClock) -> None:
    store = FlakyStore(clock)
    limit = RateLimit(Bucket("token", 1, per="minute"), store=store, on_outage="closed")
    store.is_down = True
    for decision in (limit.check(token=None), limit.peek(), asyncio.run(limit.acheck(token=None))):
        assert (decision.limits, decision.degraded) == ((), False)
    limit.reset()
    asyncio.run(limit.areset(token=None))


def test_a_denial_without_the_store_names_the_bucket_with_the_longest_wait(clock: FrozenClock) -> None:
    store = FlakyStore(clock)
    buckets = Bucket("token", 8, per="minute"), Bucket("org", 4, per="minute")
    limit = RateLimit(*buckets, store=store, problem=DeniedError, processes=4)
    store.is_down = True
    limit.check(token="x", org="o")  # the one of this process, which is back in a minute
    clock.move(20)
    for _ in range(2):  # both of this process; one of them is back in ten seconds when it is asked for
        limit.check(token="t", org=None)
    clock.move(20)
    both = denied(lambda: limit.check(token="t", org="o"))
    assert (both.bucket.name, both.retry_after, both.degraded) == ("org", 20, True)


def test_subjects_count_for_themselves(clock: FrozenClock) -> None:
    limit = limit_of(clock, Bucket("token", 1, per="minute"))
    for subject in ("1", 1, b"1", UUID(int=1), "", "x" * 1_000_000, "x" * 1_000_001):
        assert remaining(limit.check(token=subject).limits) == {"token": 0}
        denied(partial(limit.check, token=subject))


def test_limits_with_one_store_and_the_same_bucket_share_what_was_spent(clock: FrozenClock) -> None:
    store = Memory(clock=clock)
    first, second = (
        RateLimit(Bucket("token", 60, per=per), store=store, problem=DeniedError) for per in ("minute", 60)
    )
    first.check(token="t", cost=30)
    assert remaining(second.peek(token="t").limits) == {"token": 30}


@pytest.mark.parametrize(
    "other",
    [Bucket("ip", 600, per="minute"), Bucket("ip", 5, per="minute"), Bucket("ip", 5, per="hour", burst=4)],
)
def test_limits_of_other_numbers_have_nothing_to_do_with_each_other(
    clock: FrozenClock, other: Bucket
) -> None:
    """Else whoever asks one endpoint would change what is left at another."""
    store = Memory(clock=clock)
    logins = RateLimit(Bucket("ip", 5, per="hour"), store=store, problem=DeniedError)
    rest = RateLimit(other, store=store, problem=DeniedError)
    admitted = 0
    for _ in range(60):
        with suppress(DeniedError):
            rest.check(ip="i")
        clock.move(60)
        with suppress(DeniedError):
            logins.check(ip="i")
            admitted += 1
    assert admitted <= 5 + 5


def test_a_bucket_that_became_smaller_locks_nobody_out_for_longer_than_its_own_span(
    clock: FrozenClock,
) -> None:
    limit = limit_of(clock, Bucket("token", 10, per="minute"))
    small = [Bucket("token", 10, per="minute", burst=1)]
    limit.check(token="t", cost=10)
    assert denied(lambda: limit.check(token="t", plan=small)).retry_after == 6
    clock.move(6)
    assert remaining(limit.check(token="t", plan=small).limits) == {"token": 0}


# ---------------------------------------------------------------------------- clocks that jump


@pytest.mark.parametrize("ahead", [0, 3_600])
def test_a_clock_that_goes_back_locks_nobody_out_for_longer_than_one_burst(
    clock: FrozenClock, ahead: float
) -> None:
    limit = limit_of(clock, Bucket("token", 60, per="minute"), Bucket("org", 600, per="minute"))
    clock.move(ahead)
    limit.check(token="t", org="o", cost=60)
    clock.move(-3_600)
    assert remaining(limit.peek(token="t", org="o").limits) == {"token": 0, "org": 0}
    wait = denied(lambda: limit.check(token="t", org="o")).retry_after
    assert wait == 1
    clock.move(wait)
    limit.check(token="t", org="o")
    clock.move(60)
    assert remaining(limit.peek(token="t", org="o").limits) == {"token": 60, "org": 600}


def test_a_clock_that_runs_ahead_only_refills(clock: FrozenClock) -> None:
    limit = limit_of(clock, Bucket("token", 60, per="minute"))
    limit.check(token="t", cost=60)
    clock.move(3_600)
    assert remaining(limit.check(token="t", cost=60).limits) == {"token": 0}
    denied(lambda: limit.check(token="t"))


# ---------------------------------------------------------------------------- wrong calls


@pytest.mark.parametrize(
    ("subjects", "fault"),
    [
        ({}, "no subject for the bucket 'token', no subject for the bucket 'org'"),
        ({"token": "t"}, "no subject for the bucket 'org'"),
        ({"token": "t", "org": "o", "team": "x"}, "'team' is not a bucket"),
        ({"token": "t", "orgs": "o"}, "no subject for the bucket 'org', 'orgs' is not a bucket"),
        ({"token": "t", "orgs": None}, "no subject for the bucket 'org', 'orgs' is not a bucket"),
    ],
)
def test_subjects_are_those_of_the_buckets(clock: FrozenClock, subjects: dict[str, Any], fault: str) -> None:
    limit = limit_of(clock, Bucket("token", 1, per="minute"), Bucket("org", 9, per="minute"))
    for check in (limit.check, lambda **given: asyncio.run(limit.acheck(**given))):
        with pytest.raises(TypeError, match=fault) as caught:
            check(**subjects)
        assert "pass token=…, org=…; None skips" in str(caught.value)
    assert remaining(limit.peek(token="t", org="o").limits) == {"token": 1, "org": 9}


@pytest.mark.parametrize("subject", [True, 1.5, ["t"]])
def test_a_subject_of_a_wrong_type_is_refused(clock: FrozenClock, subject: Any) -> None:
    with pytest.raises(TypeError, match="cannot be a subject"):
        limit_of(clock, Bucket("token", 1, per="minute")).check(token=subject)


@pytest.mark.parametrize("cost", [True, False, 1.0, float("nan"), float("inf"), "1", None])
def test_a_cost_is_an_int(clock: FrozenClock, cost: Any) -> None:
    with pytest.raises(TypeError, match=r"cost is .* not an int") as caught:
        limit_of(clock, Bucket("token", 1, per="minute")).check(token="t", cost=cost)
    assert "To mend it" in str(caught.value)


@pytest.mark.parametrize("cost", [-1, -(2**63), 11, 2**63, 10**100])
def test_a_cost_that_can_never_pass_is_refused_and_costs_nothing(clock: FrozenClock, cost: int) -> None:
    limit = limit_of(clock, Bucket("token", 100, per="minute"), Bucket("org", 10, per="minute"))
    with pytest.raises(ValueError, match=f"cost is {cost}") as caught:
        limit.check(token="t", org="o", cost=cost)
    assert "To mend it" in str(caught.value)
    assert remaining(limit.peek(token="t", org="o").limits) == {"token": 100, "org": 10}


def test_a_cost_above_a_skipped_bucket_is_fine(clock: FrozenClock) -> None:
    limit = limit_of(clock, Bucket("token", 100, per="minute"), Bucket("org", 10, per="minute"))
    assert remaining(limit.check(token="t", org=None, cost=100).limits) == {"token": 0}


@pytest.mark.parametrize("made", [None, "text", DeniedError, KeyboardInterrupt()])
def test_a_problem_must_be_an_exception(clock: FrozenClock, made: Any) -> None:
    limit = RateLimit(
        Bucket("token", 1, per="minute"), store=Memory(clock=clock), problem=lambda _denied: made
    )
    limit.check(token="t")
    with pytest.raises(TypeError, match="not an exception to raise"):
        limit.check(token="t")


# ---------------------------------------------------------------------------- wrong declarations


def test_a_limit_needs_buckets() -> None:
    wrong: list[tuple[Any, ...]] = [(), ("token",), (Bucket("a", 1, per="minute"), 60)]
    for buckets in wrong:
        with pytest.raises(DeclarationError) as caught:
            RateLimit(*buckets, store=Memory(), problem=DeniedError)
        assert caught.value.code == "rate-limit-buckets"


def test_buckets_have_names_of_their_own() -> None:
    with pytest.raises(DeclarationError, match="'ip'") as caught:
        RateLimit(Bucket("ip", 1, 1), Bucket("ip", 9, 60), store=Memory(), problem=DeniedError)
    assert caught.value.code == "rate-limit-duplicate-bucket"


@pytest.mark.parametrize("seconds", [-1, float("nan"), 10**6, "1", True])
def test_denials_are_remembered_for_a_time(seconds: Any) -> None:
    with pytest.raises(DeclarationError) as caught:
        RateLimit(Bucket("ip", 1, 1), store=Memory(), remember_denials=seconds)
    assert caught.value.code == "rate-limit-remember-denials"


@pytest.mark.parametrize("store", [None, Memory, {}, "redis://localhost"])
def test_a_store_must_be_one(store: Any) -> None:
    with pytest.raises(DeclarationError, match="not a store") as caught:
        RateLimit(Bucket("ip", 1, 1), store=store, problem=DeniedError)
    assert caught.value.code == "guard-store"


def test_a_problem_must_be_a_function() -> None:
    with pytest.raises(DeclarationError, match="cannot be called") as caught:
        RateLimit(Bucket("ip", 1, 1), store=Memory(), problem=DeniedError(None))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert caught.value.code == "guard-problem"


def test_keys_are_spread_by_one_of_the_buckets() -> None:
    with pytest.raises(DeclarationError, match="none of the buckets") as caught:
        RateLimit(Bucket("ip", 1, 1), store=Memory(), spread_by="org")
    assert caught.value.code == "rate-limit-spread-by"


def test_what_to_do_without_the_store_is_one_of_three_words() -> None:
    with pytest.raises(DeclarationError, match="none of 'open', 'closed', 'local'"):
        RateLimit(Bucket("ip", 1, 1), store=Memory(), on_outage="maybe")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


# ---------------------------------------------------------------------------- plans


FREE = Bucket("token", 2, per="minute")
PAID = Bucket("token", 60, per="minute")
NONE = Bucket("token", 0, per="minute")


def test_the_next_check_obeys_another_plan_and_what_was_spent_stays_spent(clock: FrozenClock) -> None:
    limit = limit_of(clock, PAID)
    limit.check(token="t", cost=45)
    first = denied(lambda: limit.check(token="t", plan=[FREE]))  # three quarters of a minute are spent
    assert (first.bucket, first.retry_after) == (FREE, 15)
    assert remaining(limit.check(token="t").limits) == {"token": 14}
    clock.move(60)
    limit.check(token="t", cost=2, plan=[FREE])
    assert denied(lambda: limit.check(token="t")).retry_after == 1


def test_a_plan_may_replace_some_of_the_buckets(clock: FrozenClock) -> None:
    limit = limit_of(clock, PAID, Bucket("org", 9, per="minute"))
    decision = limit.check(token="t", org="o", plan=[Bucket("org", 5, per="minute")])
    assert [(state.name, state.limit) for state in decision.limits] == [("token", 60), ("org", 5)]
    assert [state.limit for state in limit.peek(token="t", plan=[FREE]).limits] == [2]


def test_a_plan_is_made_of_buckets_that_were_declared(clock: FrozenClock) -> None:
    for plan in ([Bucket("org", 5, per="minute")], ["token"], PAID, {"token": 5}):
        with pytest.raises(TypeError, match="plan") as caught:
            limit_of(clock, PAID).check(token="t", plan=plan)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        assert "pass a list of buckets that are named token" in str(caught.value)


def test_another_window_counts_apart(clock: FrozenClock) -> None:
    """In one entry, each check by the shorter window would forgive what the longer one has counted."""
    limit, hourly = limit_of(clock, PAID), [Bucket("token", 5, per="hour")]
    for left in (4, 3, 2, 1, 0):
        assert remaining(limit.check(token="t", plan=hourly).limits) == {"token": left}
        limit.check(token="t")
    denied(lambda: limit.check(token="t", plan=hourly))
    limit.reset(token="t", plan=hourly)
    assert remaining(limit.peek(token="t", plan=hourly).limits) == {"token": 5}
    assert remaining(limit.peek(token="t").limits) == {"token": 55}


def test_a_limit_of_zero_admits_nothing_and_costs_nothing(clock: FrozenClock) -> None:
    limit = limit_of(clock, PAID, Bucket("org", 9, per="minute"))
    limit.check(token="t", org="o")
    shut = denied(lambda: limit.check(token="t", org="o", plan=[NONE]))
    assert (shut.bucket, shut.retry_after) == (NONE, 60)
    assert [(state.name, state.limit, state.remaining) for state in shut.limits] == [("token", 0, 0)]
    assert remaining(limit.check(token="t", org="o").limits) == {"token": 58, "org": 7}


def test_a_declared_limit_of_zero_is_lifted_by_a_plan(clock: FrozenClock) -> None:
    limit = limit_of(clock, NONE)
    assert denied(lambda: limit.check(token="t")).bucket == NONE
    assert remaining(limit.check(token="t", plan=[FREE]).limits) == {"token": 1}


def test_the_numbers_of_endless_plans_are_not_kept(clock: FrozenClock) -> None:
    limit = limit_of(clock, PAID)
    for number in range(1, 3_000):
        limit.check(token=number, plan=[Bucket("token", number, per="minute")])
    assert len(limit._plans) <= 1_024


# ---------------------------------------------------------------------------- resets and defaults


def test_a_reset_fills_the_buckets_that_are_named(clock: FrozenClock) -> None:
    limit = limit_of(clock, FREE, Bucket("org", 9, per="minute"))
    limit.check(token="t", org="o", cost=2)
    limit.reset(token="t")
    assert remaining(limit.peek(token="t", org="o").limits) == {"token": 2, "org": 7}
    asyncio.run(limit.areset(org="o"))
    assert remaining(limit.peek(token="t", org="o").limits) == {"token": 2, "org": 9}


def test_without_a_problem_a_denial_is_refused_with_429(clock: FrozenClock) -> None:
    limit = RateLimit(FREE, store=Memory(clock=clock))
    limit.check(token="t", cost=2)
    with pytest.raises(Refused, match="Too many requests for this token") as caught:
        limit.check(token="t")
    refused = caught.value
    assert (refused.status, refused.headers) == (429, (("Retry-After", "30"),))
    assert isinstance(refused.denied, Denied)


def test_a_limit_admits_requests_for_adapters(clock: FrozenClock) -> None:
    facts = Facts(method="GET", path="/", query="", field=lambda _: "")
    limit = limit_of(clock, FREE)
    assert limit.needs_body is False
    assert remaining(limit.admit(facts, {"token": "t"}).limits) == {"token": 1}
    assert remaining(asyncio.run(limit.aadmit(facts, {"token": "t"})).limits) == {"token": 0}
    denied(lambda: limit.admit(facts, {"token": "t"}))


def test_keys_that_are_spread_need_the_subject_by_which(clock: FrozenClock) -> None:
    limit = RateLimit(FREE, Bucket("org", 9, per="minute"), store=Memory(clock=clock), spread_by="org")
    assert remaining(limit.check(token="t", org="o").limits) == {"token": 1, "org": 8}
    assert remaining(limit.peek(org="o").limits) == {"org": 8}
    with pytest.raises(TypeError, match="spread by 'org'"):
        limit.check(token="t", org=None)
    with pytest.raises(TypeError, match="spread by 'org'"):
        limit.peek(token="t")
