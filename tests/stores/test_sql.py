"""The store in a database, on real ones: nothing is lost, nothing is done twice."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, inspect, select

from failwell.answers import Refused
from failwell.guard import Bucket, Cap, Concurrency, Quota, RateLimit
from failwell.guard.decisions.gcra import TAKE
from failwell.store import SQL, Memory
from failwell.store.naming import name_of
from failwell.typing import Args, Entry, Key, Look, StoreUnavailableError, Transition, Value
from tests.stores.counting import COUNT, SPAN, counts, key, no_more, one_more
from tests.unit.guard.frozen_clock import FrozenClock

ROOT = Path(__file__).parents[2]


@pytest.fixture
def store(database_url: str, open_sql: Callable[..., SQL]) -> SQL:
    return open_sql(database_url)


# ---------------------------------------------------------------------------- many at once


def test_no_update_of_threads_and_of_other_processes_is_lost(
    database_url: str, open_sql: Callable[..., SQL]
) -> None:
    stores = [open_sql(database_url), open_sql(database_url)]  # each with connections of its own

    def add(number: int) -> None:
        names = ("a", "b") if number % 3 else ("b", "a")  # in opposite order: nobody waits in a circle
        for _ in range(25):
            stores[number % 2].run(COUNT, *one_more(*names))

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(add, range(16)))
    assert counts(stores[0], "a", "b") == [400, 400]


@pytest.mark.anyio
async def test_of_64_racing_tasks_exactly_as_many_are_admitted_as_there_are_units(store: SQL) -> None:
    limit = RateLimit(
        Bucket("token", 20, per="day"), Bucket("org", 1_000, per="day"), store=store, on_outage="closed"
    )
    statuses: list[int] = []

    async def ask() -> None:
        try:
            await limit.acheck(token="t", org="o")
            statuses.append(200)
        except Refused as denied:
            statuses.append(denied.status)

    async with anyio.create_task_group() as tasks:
        for _ in range(64):
            tasks.start_soon(ask)
    assert Counter(statuses) == {200: 20, 429: 44}
    assert (await limit.apeek(org="o")).limits[0].remaining == 980


def test_cancelled_tasks_never_cross_replies(database_url: str, open_sql: Callable[..., SQL]) -> None:
    store = open_sql(database_url)

    async def own(number: int) -> list[Value]:
        return [(await store.arun(COUNT, *one_more(number)))[1] for _ in range(3)]

    async def cancel_half() -> None:
        cancelled = [asyncio.create_task(own(100 + number)) for number in range(8)]
        kept = [asyncio.create_task(own(number)) for number in range(8)]
        await asyncio.wait(kept, return_when=asyncio.FIRST_COMPLETED)
        for task in cancelled:
            task.cancel()
        assert await asyncio.gather(*kept) == [[1, 2, 3]] * 8

    asyncio.run(cancel_half())  # and waits for the threads, which are not cancelled
    assert all(value in {0, 1, 2, 3} for value in counts(store, *range(100, 108)))
    assert counts(store, *range(8)) == [3] * 8


def slots(store: SQL) -> Concurrency:
    return Concurrency(Cap("account", 1), store=store, on_outage="closed")


def calls(store: SQL) -> Quota:
    return Quota("calls", limit=1, per="month", store=store)


@pytest.mark.parametrize(
    ("take", "is_free"),
    [
        (
            lambda store: slots(store).aacquire(account="a"),
            lambda store: not slots(store).acquire(account="a").degraded,
        ),
        (
            lambda store: calls(store).areserve(1, account="a"),
            lambda store: calls(store).peek(account="a").reserved == 0,
        ),
    ],
    ids=["slot", "reservation"],
)
def test_what_a_cancelled_task_was_about_to_take_is_given_back(
    store: SQL,
    monkeypatch: pytest.MonkeyPatch,
    take: Callable[[SQL], Coroutine[Any, Any, object]],
    is_free: Callable[[SQL], bool],
) -> None:
    """Its thread takes all the same, so that nothing may be given back before that."""
    store.create()
    begun, gate = Event(), Event()
    step = store._step

    def slow_step(*asked: Any) -> Any:
        if not begun.is_set():
            begun.set()
            assert gate.wait(30)
        return step(*asked)

    monkeypatch.setattr(store, "_step", slow_step)

    async def cancel() -> None:
        task = asyncio.create_task(take(store))
        await asyncio.to_thread(begun.wait, 30)
        task.cancel()
        await asyncio.wait([task], timeout=0.1)  # long enough to give back too early
        gate.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    assert is_free(store)


_FORKING = """
import os, sys
from failwell.store import SQL
from tests.stores.counting import COUNT, one_more
store = SQL.from_url(sys.argv[1], deadline=30)
store.run(COUNT, *one_more("a"))
children = []
for _ in range(3):
    child = os.fork()
    if not child:
        for number in range(20):
            result = store.run(COUNT, *one_more("a", os.getpid()))
            assert result[2] == number + 1, result
        os._exit(0)
    children.append(child)
for number in range(20):
    store.run(COUNT, *one_more("a"))
for child in children:
    assert os.waitpid(child, 0)[1] == 0
"""


def test_processes_that_are_forked_take_connections_of_their_own(database_url: str, store: SQL) -> None:
    subprocess.run([sys.executable, "-c", _FORKING, database_url], cwd=ROOT, check=True)
    assert counts(store, "a") == [81]


# ---------------------------------------------------------------------------- the same as in memory

STEPS = st.lists(
    st.tuples(
        st.integers(-SPAN, SPAN) | st.integers(-2_000_000, 2_000_000),
        st.tuples(st.integers(-3, 3), st.integers(-3, 3)),
    ),
    max_size=8,
)
_numbers = count()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS, spans=st.tuples(st.integers(1, SPAN), st.integers(1, 5_000_000)))
def test_counters_are_the_same_as_in_memory_whatever_the_clock_does(
    clocked: tuple[SQL, FrozenClock], steps: list[tuple[int, tuple[int, int]]], spans: tuple[int, int]
) -> None:
    store, clock = clocked
    memory = Memory(clock=clock)
    number = next(_numbers)
    keys = [key(f"{number}/a"), key(f"{number}/b")]
    for move, adds in [(0, (1, 1)), *steps]:
        clock.now = max(clock.now + move, 0)
        args = list(zip(adds, spans, strict=True))
        assert store.run(COUNT, keys, args) == memory.run(COUNT, keys, args)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS, intervals=st.tuples(st.integers(1, 10_000_000), st.integers(1, 10_000_000)))
def test_rates_are_the_same_as_in_memory_whatever_the_clock_does(
    clocked: tuple[SQL, FrozenClock], steps: list[tuple[int, tuple[int, int]]], intervals: tuple[int, int]
) -> None:
    store, clock = clocked
    memory = Memory(clock=clock)
    number = next(_numbers)
    keys = [f"rate:token:s:{number}", f"rate:org:s:{number}"]
    for move, (cost, _) in [(0, (1, 1)), *steps]:
        clock.now = max(clock.now + move, 0)
        args = [(abs(cost) * interval, 5 * interval) for interval in intervals]
        assert store.run(TAKE, keys, args) == memory.run(TAKE, keys, args)


@pytest.fixture
def clocked(
    database_url: str, open_sql: Callable[..., SQL], monkeypatch: pytest.MonkeyPatch
) -> tuple[SQL, FrozenClock]:
    """A store and its clock. What is over may be forgotten, yet is not, since memory does not forget it."""
    monkeypatch.setattr("failwell.store.sql._SWEEP_EVERY", 10**9)
    clock = FrozenClock()
    return open_sql(database_url, clock=clock), clock


# ---------------------------------------------------------------------------- entries


def _keep(
    _: Look, now: int, keys: Sequence[Key], args: Sequence[Args]
) -> tuple[dict[Key, Entry], list[Value]]:
    return {one: (now + SPAN, *values) for one, (*values, _) in zip(keys, args, strict=True)}, []


def _show(
    look: Look, _: int, keys: Sequence[Key], __: Sequence[Args]
) -> tuple[dict[Key, Entry], list[Value]]:
    shown: list[Value] = []
    for one in keys:
        entry = look(one)
        assert isinstance(entry, tuple)
        shown.extend(entry[1:])
    return {}, shown


KEEP, SHOW = Transition("keep", _keep, ""), Transition("show", _show, "")


@pytest.mark.parametrize(
    "values",
    [
        (b"", b"\0", b"\0a\0", b"\xff\xfe", bytes(range(256))),
        (0, -1, 2**53 - 1, -(2**53) + 1),
        (os.urandom(1 << 20), 7, b"\0" * (1 << 20)),
        (),
    ],
    ids=["bytes", "numbers", "megabytes", "nothing"],
)
def test_values_come_back_as_they_were(store: SQL, values: tuple[Value, ...]) -> None:
    store.run(KEEP, [key("a"), key("b")], [(*values, SPAN), (1, SPAN)])
    assert store.run(SHOW, [key("b"), key("a")], [(SPAN,), (SPAN,)]) == [1, *values]


def test_a_decision_that_raises_writes_nothing_and_is_passed_on(store: SQL) -> None:
    def fail(look: Look, now: int, keys: Sequence[Key], args: Sequence[Args]) -> Any:
        COUNT.decide(look, now, keys, args)
        raise RuntimeError("a bug")

    store.run(COUNT, *one_more("a"))
    with pytest.raises(RuntimeError, match="a bug"):
        store.run(Transition("fail", fail, ""), *one_more("a"))
    assert counts(store, "a") == [1]
    assert store.health.failures == 0


def test_keys_in_the_table_say_nothing_of_subjects(database_url: str, open_sql: Callable[..., SQL]) -> None:
    store = open_sql(database_url, secret=b"pepper")
    subject = key("ada@example.org")
    store.run(COUNT, [subject], [(1, SPAN)])
    engine = create_engine(database_url)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(select(store.table))]
    engine.dispose()
    assert [row[0] for row in rows] == [name_of(subject, b"pepper")]
    assert "ada" not in repr(rows)


def test_the_time_is_the_databases_own_in_microseconds(store: SQL) -> None:
    before = time.time_ns() // 1_000
    first, second = (store.run(COUNT, *no_more("a"))[0] for _ in range(2))
    assert isinstance(first, int)
    assert isinstance(second, int)
    assert before <= first <= second <= time.time_ns() // 1_000


# ---------------------------------------------------------------------------- the table


def test_create_makes_the_table_and_its_index_once(database_url: str, store: SQL) -> None:
    store.create()
    store.create()
    engine = create_engine(database_url)
    known = inspect(engine)
    assert {column["name"] for column in known.get_columns("failwell_entries")} == {"key", "until", "entry"}
    assert [index["column_names"] for index in known.get_indexes("failwell_entries")] == [["until"]]
    engine.dispose()


def test_many_first_users_make_one_table(database_url: str, open_sql: Callable[..., SQL]) -> None:
    stores = [open_sql(database_url) for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda one: one.run(COUNT, *one_more("a")), stores))
    assert counts(stores[0], "a") == [8]


def test_stores_of_two_tables_know_nothing_of_each_other(
    database_url: str, open_sql: Callable[..., SQL]
) -> None:
    one, other = open_sql(database_url, table="one"), open_sql(database_url, table='an "other"')
    one.run(COUNT, *one_more("a"))
    assert counts(other, "a") == [0]


def test_purge_takes_away_what_is_over_and_nothing_else(
    database_url: str, open_sql: Callable[..., SQL]
) -> None:
    clock = FrozenClock()
    store = open_sql(database_url, clock=clock)
    short = [f"short{number}" for number in range(1_500)]
    store.run(COUNT, [key(name) for name in short], [(1, 1_000_000)] * len(short))
    store.run(COUNT, *one_more("long"))
    assert store.purge() == 0
    clock.move(1)
    assert store.purge() == 1_500
    assert counts(store, "long") == [1]


def test_what_is_over_goes_away_while_new_is_written(database_url: str, open_sql: Callable[..., SQL]) -> None:
    clock = FrozenClock()
    store = open_sql(database_url, clock=clock)
    for number in range(250):
        store.run(COUNT, [key(number)], [(1, 1_000_000)])
        clock.move(0.1)
    clock.move(1)
    assert 10 <= store.purge() <= 110


def test_a_counter_that_goes_away_leaves_no_row(store: SQL) -> None:
    store.run(COUNT, *one_more("a"))
    store.run(COUNT, [key("a")], [(-5, SPAN)])
    with store._engine.connect() as connection:
        assert connection.execute(select(store.table)).all() == []


def test_a_table_that_is_dropped_is_made_again(store: SQL) -> None:
    store.run(COUNT, *one_more("a"))
    with store._engine.connect() as connection:
        store.metadata.drop_all(connection)
    with pytest.raises(StoreUnavailableError):
        store.run(COUNT, *one_more("a"))
    assert store.run(COUNT, *one_more("a"))[1:] == [1]
