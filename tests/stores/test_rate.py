"""The rate limit on a real Redis: it decides as in memory, and once for all who ask at the same time."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from failwell.guard import Bucket, Decision, Denied, RateLimit
from failwell.guard.denials import Denials
from failwell.store import Memory, Redis
from failwell.typing import Store
from tests.parts.redis import RedisServer
from tests.unit.guard.frozen_clock import FrozenClock

ROOT = Path(__file__).parents[2]
PATIENT = 20.0  # seconds: these tests are about what is decided, not when


class DeniedError(Exception):
    """The limit denied."""

    def __init__(self, denied: Denied) -> None:
        super().__init__(denied)
        self.denied = denied


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def store(redis_url: str) -> Iterator[Redis]:
    """At the server's own time."""
    made = Redis.from_url(redis_url, deadline=PATIENT)
    yield made
    made.close()


def limit_of(store: Store, *buckets: Bucket, remember_denials: float = 0) -> RateLimit:
    return RateLimit(*buckets, store=store, problem=DeniedError, remember_denials=remember_denials)


def remaining(limit: RateLimit, **subjects: Any) -> list[int]:
    return [state.remaining for state in limit.peek(**subjects).limits]


# ---------------------------------------------------------------------------- twins

# A unit takes ten seconds or more, and an example some milliseconds. So nothing expires in Redis, where that
# follows real time, while the clock of the test says that it is still there.
BUCKETS = Bucket("token", 5, per="minute"), Bucket("org", 8, per="hour", burst=10)
PLANS: Sequence[tuple[Bucket, ...]] = (
    (),
    (Bucket("token", 6, per="minute", burst=20),),  # raised
    (Bucket("token", 1, per="minute"),),  # lowered
    (Bucket("token", 0, per="minute"),),
    (Bucket("token", 5, per="day"), Bucket("org", 0, per="day")),  # another period
    (Bucket("org", 3, per=45.5),),
)
TOKENS, ORGS = st.sampled_from(["a", "b", None]), st.sampled_from(["x", "y", None])
MOVES = st.sampled_from([0.0, 0.000001, 0.4, 9.999999, 12.0, 61.0, 450.0, 4_000.0])
BACK = st.sampled_from([-0.000001, -1.0, -30.0, -3_600.0, -90_000.0])

Operation = tuple[str, dict[str, Any]]
CHECKS: st.SearchStrategy[Operation] = st.tuples(
    st.just("check"),
    st.fixed_dictionaries(
        {"token": TOKENS, "org": ORGS, "cost": st.integers(-1, 6), "plan": st.sampled_from(PLANS)}
    ),
)
PEEKS: st.SearchStrategy[Operation] = st.tuples(
    st.just("peek"), st.fixed_dictionaries({"plan": st.sampled_from(PLANS)}, optional={"token": TOKENS})
)
RESETS: st.SearchStrategy[Operation] = st.tuples(
    st.just("reset"), st.fixed_dictionaries({}, optional={"token": TOKENS, "org": ORGS})
)
FORWARD = st.lists(st.tuples(MOVES, CHECKS | CHECKS | PEEKS | RESETS), max_size=30)
BOTH_WAYS = st.lists(st.tuples(MOVES | BACK, CHECKS | CHECKS | PEEKS | RESETS), max_size=30)
_EXAMPLE = count()


def outcome(call: Callable[[], Any]) -> Any:
    """What comes of a check, comparable."""
    try:
        return call()
    except DeniedError as error:
        return error.denied
    except ValueError as error:
        return str(error)


def named(said: dict[str, Any], example: int) -> dict[str, Any]:
    """The arguments with subjects of this example's own, for there is one Redis for all examples."""
    own = {name: said[name] and f"{said[name]}{example}" for name in ("token", "org") if name in said}
    return said | own


def test_redis_decides_as_memory_does_whatever_the_clock_and_the_plans_do(
    redis_url: str, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is long over memory forgets as the test's clock goes, Redis as its own does, which hardly moves.
    monkeypatch.setattr(Memory, "_look_over", lambda *_: None)
    sync, runs = Redis.from_url(redis_url, deadline=PATIENT, clock=clock), asyncio.Runner()
    other = Redis.from_url(redis_url, deadline=PATIENT, clock=clock, prefix="async:")

    @given(BOTH_WAYS)
    @example(
        [
            (0.0, ("check", {"token": "b", "org": "x", "cost": 1, "plan": ()})),
            (450.0, ("check", {"token": "a", "org": None, "cost": 1, "plan": ()})),
            (-3_600.0, ("peek", {"plan": (), "token": "b"})),
        ]
    )
    def agree(steps: list[tuple[float, Operation]]) -> None:
        clock.now, example = 10**15, next(_EXAMPLE)
        memory, shared, ashared = (limit_of(at, *BUCKETS) for at in (Memory(clock=clock), sync, other))
        for seconds, (operation, said) in steps:
            clock.move(seconds)
            own = named(said, example)
            expected = outcome(lambda: getattr(memory, operation)(**own))  # noqa: B023 - called at once
            assert outcome(lambda: getattr(shared, operation)(**own)) == expected  # noqa: B023
            coroutine = getattr(ashared, f"a{operation}")(**own)
            assert outcome(lambda: runs.run(coroutine)) == expected  # noqa: B023
        assert shared.degraded == ashared.degraded == 0

    with runs:
        agree()
        runs.run(other.aclose())
    sync.close()


def test_remembered_denials_admit_and_deny_as_the_store_would(redis_url: str, clock: FrozenClock) -> None:
    store = Redis.from_url(redis_url, deadline=PATIENT, clock=clock)

    @given(FORWARD)
    def agree(steps: list[tuple[float, Operation]]) -> None:
        example = next(_EXAMPLE)
        asking, remembering = limit_of(Memory(clock=clock), *BUCKETS), limit_of(store, *BUCKETS)
        remembering._denials = Denials(1_000_000, clock)
        for seconds, (operation, said) in steps:
            clock.move(seconds)
            own = named(said, example)
            expected = outcome(lambda: getattr(asking, operation)(**own))  # noqa: B023 - called at once
            assert type(outcome(lambda: getattr(remembering, operation)(**own))) is type(expected)  # noqa: B023

    agree()
    store.close()


def test_remembered_denials_are_exact_as_long_as_nobody_spends(redis_url: str, clock: FrozenClock) -> None:
    store = Redis.from_url(redis_url, deadline=PATIENT, clock=clock)

    @given(st.integers(1, 5), st.lists(MOVES, max_size=40))
    def agree(cost: int, moves: list[float]) -> None:
        subjects: dict[str, Any] = named({"token": "a", "org": "x"}, next(_EXAMPLE))
        asking, remembering = limit_of(Memory(clock=clock), *BUCKETS), limit_of(store, *BUCKETS)
        remembering._denials = Denials(1_000_000, clock)
        for seconds in moves:
            clock.move(seconds)
            expected = outcome(lambda: asking.check(cost=cost, **subjects))
            assert outcome(lambda: remembering.check(cost=cost, **subjects)) == expected

    agree()
    store.close()


def test_a_denial_is_answered_without_redis_until_the_hold_is_over(
    redis_server: RedisServer, store: Redis
) -> None:
    limit = limit_of(store, Bucket("token", 1, per="hour"), remember_denials=1)
    clock = FrozenClock()
    limit._denials = Denials(1_000_000, clock)
    limit.check(token="a")

    def scripts_run() -> int:
        with redis_server.client() as client:
            calls: dict[str, Any] = client.info("commandstats")
        return int(calls["cmdstat_evalsha"]["calls"])

    assert isinstance(outcome(lambda: limit.check(token="a")), Denied)
    before = scripts_run()
    for _ in range(5):
        assert isinstance(outcome(lambda: limit.check(token="a")), Denied)
    assert scripts_run() == before
    limit_of(store, Bucket("token", 1, per="hour")).reset(token="a")  # in another process
    assert isinstance(outcome(lambda: limit.check(token="a")), Denied)
    clock.move(1)
    assert isinstance(outcome(lambda: limit.check(token="a")), Decision)


# ---------------------------------------------------------------------------- races

HUNDRED = Bucket("token", 100, per="day"), Bucket("org", 5, per="day")


@pytest.mark.anyio
async def test_64_racing_tasks_admit_exactly_as_many_as_there_are_units(store: Redis) -> None:
    limit = limit_of(store, Bucket("token", 20, per="day"))
    outcomes = await asyncio.gather(*(limit.acheck(token="a") for _ in range(64)), return_exceptions=True)
    assert sum(isinstance(one, Decision) for one in outcomes) == 20
    assert sum(isinstance(one, DeniedError) for one in outcomes) == 44
    assert limit.degraded == 0
    await store.aclose()


def test_64_racing_threads_admit_exactly_as_many_as_there_are_units(store: Redis) -> None:
    limit = limit_of(store, Bucket("token", 100, per="day"))
    with ThreadPoolExecutor(64) as threads:
        outcomes = list(threads.map(lambda _: outcome(lambda: limit.check(token="a")), range(256)))
    assert sum(isinstance(one, Decision) for one in outcomes) == 100
    assert limit.degraded == 0


_PROCESS = """
import sys
from failwell.answers import Refused
from failwell.guard import Bucket, RateLimit
from failwell.store import Redis
store = Redis.from_url(sys.argv[1], deadline=20)
limit = RateLimit(Bucket("token", 100, per="day"), store=store, remember_denials=0)
admitted = 0
for _ in range(60):
    try:
        limit.check(token="a")
        admitted += 1
    except Refused as refused:
        assert refused.status == 429
assert limit.degraded == 0
print(admitted)
store.close()
"""


def test_four_racing_processes_admit_exactly_as_many_as_there_are_units(redis_url: str) -> None:
    words = [sys.executable, "-c", _PROCESS, redis_url]
    processes = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(4)]
    outputs = [process.communicate()[0] for process in processes]
    assert sum(map(int, outputs)) == 100


@pytest.mark.anyio
async def test_a_bucket_is_not_charged_when_another_denies(store: Redis) -> None:
    limit = limit_of(store, *HUNDRED)
    outcomes = await asyncio.gather(
        *(limit.acheck(token="a", org="x") for _ in range(50)), return_exceptions=True
    )
    assert sum(isinstance(one, Decision) for one in outcomes) == 5
    denied = [one.denied for one in outcomes if isinstance(one, DeniedError)]
    assert {one.bucket.name for one in denied} == {"org"}
    assert {tuple(state.remaining for state in one.limits) for one in denied} == {(95, 0)}
    assert remaining(limit, token="a", org="x") == [95, 0]
    await store.aclose()


def test_full_bursts_admit_their_last_unit(redis_url: str, clock: FrozenClock) -> None:
    store = Redis.from_url(redis_url, deadline=PATIENT, clock=clock)
    # In Redis an entry lives for real time, which goes on meanwhile: so intervals of many seconds.
    for units, per in (3, 100), (7, 6_000), (9, 3_600), (11, 5_930.1), (49, 86_400):
        limit, token = limit_of(store, Bucket("token", units, per=per)), f"{units} per {per}"
        for _ in range(units):
            limit.check(token=token)
        assert isinstance(outcome(lambda: limit.check(token=token)), Denied)  # noqa: B023 - called at once
    store.close()


# ---------------------------------------------------------------------------- Retry-After


def test_retry_after_honoured_exactly_admits(redis_url: str, clock: FrozenClock) -> None:
    store = Redis.from_url(redis_url, deadline=PATIENT, clock=clock)

    @given(st.integers(1, 50), st.sampled_from([60, 90, 3_600.5, 86_400]), st.integers(0, 10**7))
    def admits(units: int, per: float, passes: int) -> None:
        limit, token = limit_of(store, Bucket("token", units, per=per)), f"token{next(_EXAMPLE)}"
        limit.check(token=token, cost=units)
        clock.now += passes
        before = outcome(lambda: limit.check(token=token))
        if isinstance(before, Denied):
            assert before.retry_after >= 1
            clock.move(before.retry_after)
            assert isinstance(outcome(lambda: limit.check(token=token)), Decision)

    admits()
    store.close()


def test_retry_after_honoured_exactly_admits_at_the_servers_own_time(store: Redis) -> None:
    limit = limit_of(store, Bucket("token", 1, per=0.9), remember_denials=1)
    limit.check(token="a")
    denied = outcome(lambda: limit.check(token="a"))
    if isinstance(denied, Denied):  # on a machine that stood still for a second it is admitted
        assert denied.retry_after == 1
        time.sleep(denied.retry_after)  # as a client does
        assert isinstance(limit.check(token="a"), Decision)


@pytest.mark.parametrize("hours", [1, -1, -100])
def test_a_clock_that_jumps_locks_nobody_out_for_longer_than_a_burst(
    redis_url: str, clock: FrozenClock, hours: int
) -> None:
    store = Redis.from_url(redis_url, deadline=PATIENT, clock=clock)
    limit = limit_of(store, Bucket("token", 6, per="minute"))
    clock.now = 10**15
    limit.check(token="a", cost=6)
    clock.move(hours * 3_600)
    first = outcome(lambda: limit.check(token="a"))
    assert isinstance(first, Denied) == (hours < 0)
    assert hours > 0 or first.retry_after == 10
    clock.move(60)
    limit.check(token="a", cost=5)
    store.close()


# ---------------------------------------------------------------------------- limits that change


def test_limits_that_change_are_obeyed_by_the_next_decision(redis_url: str, clock: FrozenClock) -> None:
    store = Redis.from_url(redis_url, deadline=PATIENT, clock=clock)
    limit = limit_of(store, Bucket("token", 5, per="minute"), remember_denials=60)
    limit.check(token="a", cost=5)
    assert isinstance(outcome(lambda: limit.check(token="a")), Denied)
    raised = (Bucket("token", 5, per="minute", burst=6),)
    limit.check(token="a", plan=raised)  # what was denied a moment ago was another question
    nothing = (Bucket("token", 0, per="minute"),)
    assert isinstance(outcome(lambda: limit.check(token="a", plan=nothing)), Denied)
    clock.move(120)
    assert isinstance(outcome(lambda: limit.check(token="a", plan=nothing)), Denied)
    limit.check(token="a", cost=5)
    store.close()
