"""Probing through real stores: several processes see together what none sees alone, and the twins agree."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis as Client

from failwell.answers import Refused
from failwell.guard.decisions.suspicion import _NOTHING, FORGET, REMAINING_BLOCK, WEIGH
from failwell.guard.probing import Probing
from failwell.store import SQL, Memory, Redis
from tests.parts.redis import RedisServer
from tests.unit.guard.frozen_clock import FrozenClock

KEY = "probing:subject:s:a"
SPAN = 3_600_000_000
BLOCK = 600_000_000
PATIENT = 20.0  # seconds: these tests are about what is decided, not when

kinds = st.integers(0, 3)
successes = st.one_of(st.just(0), st.integers(0, 10), st.integers(0, 10_000))
thresholds = st.tuples(
    st.integers(1, 100),  # share
    *[st.integers(1, 12)] * 3,  # marks of credentials, targets and routes
    st.integers(1, 100),  # slow: share
    st.integers(1, 20),  # marks
    st.integers(1, 12),  # misconfiguration: errors
    st.integers(1, 100),  # share
    st.integers(1, 6),  # marks
    st.integers(0, 63),  # the verdicts that block
)
errors = st.tuples(kinds, successes, st.integers(1, 8), st.integers(0, 47))
moves = st.one_of(
    st.integers(0, 60_000_000),
    st.integers(0, 2_000_000_000),
    st.integers(-5_000_000_000, 10_000_000_000),
)
words = st.sampled_from(["blocked", "forget"])
steps = st.lists(st.one_of(errors, errors, errors, moves, words), max_size=60)


class Shared(NamedTuple):
    """A store outside of the process."""

    store: Redis | SQL
    clock: FrozenClock
    clear: Callable[[], object]
    kept: Callable[[], list[bytes]]


@pytest.fixture
def in_redis(redis_url: str) -> Iterator[Shared]:
    clock = FrozenClock()
    client: Any = Client.from_url(redis_url)
    store = Redis.from_url(redis_url, clock=clock, deadline=PATIENT)

    def kept() -> list[bytes]:
        return [client.get(name) for name in client.keys("*")]

    yield Shared(store, clock, client.flushdb, kept)
    store.close()
    client.close()


@pytest.fixture
def in_sqlite(
    tmp_path: Path, open_sql: Callable[..., SQL], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Shared]:
    monkeypatch.setattr("failwell.store.sql._SWEEP_EVERY", 10**9)  # memory keeps what is over, too
    clock, file = FrozenClock(), tmp_path / "guards.db"
    store = open_sql(f"sqlite:///{file}", clock=clock)
    store.create()
    with closing(sqlite3.connect(file, isolation_level=None)) as database:

        def kept() -> list[bytes]:
            return [entry for (entry,) in database.execute("SELECT entry FROM failwell_entries")]

        yield Shared(store, clock, lambda: database.execute("DELETE FROM failwell_entries"), kept)


@pytest.fixture(params=["redis", "sqlite"])
def shared(request: pytest.FixtureRequest) -> Shared:
    found: Shared = request.getfixturevalue(f"in_{request.param}")
    return found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(thresholds, steps)
def test_all_stores_agree_whatever_the_clock_does(
    shared: Shared, thresholds: tuple[int, ...], steps: list[tuple[int, int, int, int] | int | str]
) -> None:
    clock = shared.clock
    clock.now = 1_795_000_000_000_000  # microseconds of our days: large numbers have to survive the way
    memory = Memory(clock=clock)
    shared.clear()
    for step in steps:
        if isinstance(step, int):
            clock.now += step
            continue
        transition, args = WEIGH, (*(step if isinstance(step, tuple) else ()), *thresholds, BLOCK, SPAN)
        if isinstance(step, str):
            transition, args = (REMAINING_BLOCK if step == "blocked" else FORGET), (BLOCK, SPAN)
        told = [list(store.run(transition, [KEY], [args])) for store in (memory, shared.store)]
        assert told[0] == told[1]
        entry = memory._entries.get(KEY, _NOTHING)
        kept = [msgspec.msgpack.decode(one, type=tuple[int, ...]) for one in shared.kept()]
        assert kept == ([] if entry == _NOTHING else [entry])


def test_what_processes_see_of_a_subject_counts_together(redis_url: str) -> None:
    processes = [Probing(store=Redis.from_url(redis_url, deadline=PATIENT)) for _ in range(4)]
    told = [
        processes[number % 4].observe(subject="192.0.2.1", outcome="credential", credential=f"guess {number}")
        for number in range(20)
    ]
    verdicts = [verdict for verdict in told if verdict is not None]
    assert [verdict.kind for verdict in verdicts] == ["credential_guessing"]
    assert verdicts[0].credentials in range(6, 10)
    assert verdicts[0].subject == processes[3].name_of("192.0.2.1")


def test_a_block_holds_in_all_processes_until_it_is_over_or_lifted(redis_url: str) -> None:
    clock = FrozenClock()
    one, other = (
        Probing(store=store, blocks={"credential_guessing"})
        for store in [Redis.from_url(redis_url, clock=clock, deadline=PATIENT) for _ in range(2)]
    )
    for number in range(20):
        one.observe(subject="192.0.2.1", outcome="credential", credential=f"guess {number}")
    with pytest.raises(Refused) as refused:
        other.check(subject="192.0.2.1")
    assert refused.value.headers == (("Retry-After", "600"),)
    other.check(subject="key_1")
    clock.move(600)
    one.check(subject="192.0.2.1")


@pytest.mark.anyio
async def test_coroutines_see_the_same(redis_url: str) -> None:
    store = Redis.from_url(redis_url, deadline=PATIENT)
    probing = Probing(store=store, blocks={"scanning"})
    told = [
        await probing.aobserve(subject="192.0.2.1", outcome="unrouted", target=f"/{chr(0x4E00 + number)}")
        for number in range(30)
    ]
    assert [verdict.kind for verdict in told if verdict is not None] == ["scanning"]
    with pytest.raises(Refused):
        await probing.acheck(subject="192.0.2.1")
    await probing.apardon(subject="192.0.2.1")
    await probing.acheck(subject="192.0.2.1")
    await store.aclose()


def test_nothing_personal_or_secret_reaches_the_store(redis_url: str) -> None:
    probing = Probing(store=Redis.from_url(redis_url, deadline=PATIENT), secret=b"s" * 32)
    for number in range(20):
        probing.observe(subject="192.0.2.77", outcome="credential", credential=f"hunter{number}")
        probing.observe(subject="192.0.2.77", outcome="absent", target=f"/users/jane{number}")
    client: Any
    with Client.from_url(redis_url) as client:
        (name,) = client.keys("*")
        kept = name + client.get(name)
        assert 0 < client.ttl(name) <= 3_600
    for planted in (b"192.0.2.77", b"hunter", b"jane", b"users"):
        assert planted not in kept


def test_while_the_store_is_down_nobody_is_accused_and_nobody_refused(
    redis_server: RedisServer, redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = Redis.from_url(redis_url, deadline=PATIENT)
    probing = Probing(store=store, blocks={"credential_guessing"})
    shut = Probing(store=store, blocks={"credential_guessing"}, on_outage="closed")
    alone = Probing(store=store, blocks={"credential_guessing"}, on_outage="local")
    redis_server.kill()
    for number in range(20):
        assert probing.observe(subject="a", outcome="credential", credential=f"guess {number}") is None
        assert shut.observe(subject="a", outcome="credential", credential=f"guess {number}") is None
    probing.check(subject="a")
    with pytest.raises(Refused) as refused:
        shut.check(subject="a")
    assert refused.value.status == 503
    told = [
        alone.observe(subject="a", outcome="credential", credential=f"guess {number}") for number in range(20)
    ]
    assert [verdict.degraded for verdict in told if verdict is not None] == [True]
    with pytest.raises(Refused) as refused:
        alone.check(subject="a")
    assert refused.value.status == 429
    assert "the store is down, so it is open" in caplog.text
