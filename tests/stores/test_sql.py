"""The store in a database, on real ones: nothing is lost, nothing is done twice, and outages end."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any, LiteralString

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql
from sqlalchemy import create_engine, inspect, select

from failwell.answers import Refused
from failwell.guard import Bucket, RateLimit
from failwell.guard.decisions.gcra import TAKE
from failwell.store import SQL, Memory
from failwell.store.naming import name_of
from failwell.typing import Args, Entry, Key, Look, StoreUnavailableError, Transition, Value
from tests.parts.postgres import PostgresServer
from tests.parts.program import free_port, wait_until
from tests.stores.counting import COUNT, SPAN, key, no_more, one_more
from tests.unit.guard.frozen_clock import FrozenClock

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/guards.db"
    address: str = request.getfixturevalue("postgres_url")
    return address


@pytest.fixture
def opened() -> Iterator[Callable[..., SQL]]:
    """Opens stores, and closes them in the end."""
    stores: list[SQL] = []

    def open_store(url: str, **options: Any) -> SQL:
        stores.append(SQL.from_url(url, **options))
        return stores[-1]

    yield open_store
    for store in stores:
        store.close()


@pytest.fixture
def store(url: str, opened: Callable[..., SQL]) -> SQL:
    return opened(url)


def counts(store: SQL, *names: object) -> Sequence[Value]:
    return store.run(COUNT, *no_more(*names))[1:]


# ---------------------------------------------------------------------------- many at once


def test_no_update_of_threads_and_of_other_processes_is_lost(url: str, opened: Callable[..., SQL]) -> None:
    stores = [opened(url, deadline=30), opened(url, deadline=30)]  # each with connections of its own

    def add(number: int) -> None:
        names = ("a", "b") if number % 3 else ("b", "a")  # in opposite order: nobody waits in a circle
        for _ in range(25):
            stores[number % 2].run(COUNT, *one_more(*names))

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(add, range(16)))
    assert counts(stores[0], "a", "b") == [400, 400]


@pytest.mark.anyio
async def test_of_64_racing_tasks_exactly_as_many_are_admitted_as_there_are_units(url: str) -> None:
    store = SQL.from_url(url, deadline=30)
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
    store.close()


def test_cancelled_tasks_never_cross_replies(url: str, opened: Callable[..., SQL]) -> None:
    store = opened(url, deadline=30)

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


def test_processes_that_are_forked_take_connections_of_their_own(url: str, store: SQL) -> None:
    subprocess.run([sys.executable, "-c", _FORKING, url], cwd=ROOT, check=True)
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
def clocked(url: str, opened: Callable[..., SQL], monkeypatch: pytest.MonkeyPatch) -> tuple[SQL, FrozenClock]:
    """A store and its clock. What is over may be forgotten, yet is not, since memory does not forget it."""
    monkeypatch.setattr("failwell.store.sql._SWEEP_EVERY", 10**9)
    clock = FrozenClock()
    return opened(url, clock=clock), clock


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


def test_keys_in_the_table_say_nothing_of_subjects(url: str, opened: Callable[..., SQL]) -> None:
    store = opened(url, secret=b"pepper")
    subject = key("ada@example.org")
    store.run(COUNT, [subject], [(1, SPAN)])
    engine = create_engine(url)
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


def test_create_makes_the_table_and_its_index_once(url: str, store: SQL) -> None:
    store.create()
    store.create()
    engine = create_engine(url)
    known = inspect(engine)
    assert {column["name"] for column in known.get_columns("failwell_entries")} == {"key", "until", "entry"}
    assert [index["column_names"] for index in known.get_indexes("failwell_entries")] == [["until"]]
    engine.dispose()


def test_many_first_users_make_one_table(url: str, opened: Callable[..., SQL]) -> None:
    stores = [opened(url, deadline=30) for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda one: one.run(COUNT, *one_more("a")), stores))
    assert counts(stores[0], "a") == [8]


def test_stores_of_two_tables_know_nothing_of_each_other(url: str, opened: Callable[..., SQL]) -> None:
    one, other = opened(url, table="one"), opened(url, table='an "other"')
    one.run(COUNT, *one_more("a"))
    assert counts(other, "a") == [0]


def test_purge_takes_away_what_is_over_and_nothing_else(url: str, opened: Callable[..., SQL]) -> None:
    clock = FrozenClock()
    store = opened(url, clock=clock)
    short = [f"short{number}" for number in range(1_500)]
    store.run(COUNT, [key(name) for name in short], [(1, 1_000_000)] * len(short))
    store.run(COUNT, *one_more("long"))
    assert store.purge() == 0
    clock.move(1)
    assert store.purge() == 1_500
    assert counts(store, "long") == [1]


def test_what_is_over_goes_away_while_new_is_written(url: str, opened: Callable[..., SQL]) -> None:
    clock = FrozenClock()
    store = opened(url, clock=clock)
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


# ---------------------------------------------------------------------------- outages


def test_a_killed_postgresql_is_an_outage_that_ends_by_itself(
    postgres_server: PostgresServer, postgres_url: str, opened: Callable[..., SQL]
) -> None:
    store = opened(postgres_url)
    store.run(COUNT, *one_more("a"))
    postgres_server.kill()
    for _ in range(5):
        with pytest.raises(StoreUnavailableError):
            store.run(COUNT, *one_more("a"))
    assert store.health.opened == 1
    assert store.health.refused >= 1
    postgres_server.restart()

    def is_back() -> bool:
        try:
            return counts(store, "a") == [1]
        except StoreUnavailableError:
            return False

    wait_until(is_back, "the store is back")
    assert store.health.state == "closed"


def test_a_postgresql_that_was_restarted_meanwhile_is_no_outage(
    postgres_server: PostgresServer, postgres_url: str, opened: Callable[..., SQL]
) -> None:
    store = opened(postgres_url)
    store.run(COUNT, *one_more("a"))
    postgres_server.restart()
    assert store.run(COUNT, *one_more("a"))[1:] == [2]
    assert store.health.failures == 0


@pytest.mark.parametrize("is_known", [True, False], ids=["connected", "unconnected"])
def test_a_postgresql_that_never_answers_is_given_up_at_the_deadline(
    postgres_server: PostgresServer, postgres_url: str, opened: Callable[..., SQL], *, is_known: bool
) -> None:
    store = opened(postgres_url, deadline=0.2)
    if is_known:
        store.run(COUNT, *one_more("a"))
    postgres_server.pause()
    start = time.monotonic()
    with pytest.raises(StoreUnavailableError):
        store.run(COUNT, *one_more("a"))
    assert time.monotonic() - start < (1.5 if is_known else 4)
    postgres_server.resume()
    assert counts(store, "a") == [int(is_known)]


def test_a_postgresql_whose_table_is_locked_is_given_up_at_the_deadline(
    postgres_server: PostgresServer, postgres_url: str, opened: Callable[..., SQL]
) -> None:
    store = opened(postgres_url, deadline=0.2)
    store.create()
    with postgres_server.client(postgres_url.rpartition("/")[2]) as client, client.transaction():
        client.execute("LOCK TABLE failwell_entries IN ACCESS EXCLUSIVE MODE")
        start = time.monotonic()
        with pytest.raises(StoreUnavailableError, match=r"LockNotAvailable|QueryCanceled"):
            store.run(COUNT, *one_more("a"))
        assert 0.2 <= time.monotonic() - start < 1.5
    assert store.run(COUNT, *one_more("a"))[1:] == [1]


@pytest.mark.parametrize("rights", ["SELECT", "SELECT, INSERT, UPDATE, DELETE"])
def test_a_role_that_may_make_no_table_does_what_else_it_may(
    postgres_server: PostgresServer, postgres_url: str, opened: Callable[..., SQL], rights: LiteralString
) -> None:
    opened(postgres_url).run(COUNT, [key("a"), key("b")], [(1, SPAN), (1, 1)])
    name = postgres_url.rpartition("/")[2]
    role = sql.Identifier(f"role_{name}")
    with postgres_server.client(name) as client:
        client.execute(sql.SQL("REVOKE ALL ON SCHEMA public FROM PUBLIC"))
        client.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
        client.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role))
        client.execute(sql.SQL("GRANT {} ON failwell_entries TO {}").format(sql.SQL(rights), role))
    store = opened(postgres_url.replace("failwell@", f"role_{name}@"))
    assert counts(store, "a") == [1]
    if rights == "SELECT":
        with pytest.raises(StoreUnavailableError, match="InsufficientPrivilege"):
            store.run(COUNT, *one_more("a"))
    else:
        assert store.run(COUNT, *one_more("a"))[1:] == [2]
        assert store.purge() == 1
    store.close()
    with postgres_server.client(name) as client:
        client.execute(sql.SQL("DROP OWNED BY {}").format(role))
        client.execute(sql.SQL("DROP ROLE {}").format(role))


def test_nothing_shows_the_password(opened: Callable[..., SQL]) -> None:
    store = opened(f"postgresql://ops:swordfish@127.0.0.1:{free_port()}/guards")
    with pytest.raises(StoreUnavailableError) as raised:
        store.run(COUNT, *one_more("a"))
    assert "swordfish" not in "".join(traceback.format_exception(raised.value))
    assert store.health.last_error == "OperationalError"


def test_an_sqlite_that_is_locked_is_given_up_at_the_deadline(
    tmp_path: Path, opened: Callable[..., SQL]
) -> None:
    path = tmp_path / "guards.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    store = opened(f"sqlite:///{path}", deadline=0.2)
    for _ in range(2):
        start = time.monotonic()
        with pytest.raises(StoreUnavailableError, match="OperationalError"):
            store.run(COUNT, *one_more("a"))
        assert 0.2 <= time.monotonic() - start < 1.5
    other.execute("ROLLBACK")
    other.close()
    assert store.run(COUNT, *one_more("a"))[1:] == [1]


def test_however_many_wait_none_waits_much_longer_than_the_deadline(
    tmp_path: Path, postgres_server: PostgresServer, postgres_url: str, opened: Callable[..., SQL]
) -> None:
    path = tmp_path / "guards.db"
    stores = [opened(url, deadline=0.5) for url in (f"sqlite:///{path}", postgres_url)]
    for store in stores:
        store.run(COUNT, *one_more("a"))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    postgres_server.pause()

    def wait(number: int) -> float:
        start = time.monotonic()
        with pytest.raises(StoreUnavailableError):
            stores[number % 2].run(COUNT, *one_more(number))
        return time.monotonic() - start

    with ThreadPoolExecutor(48) as threads:
        assert max(threads.map(wait, range(48))) < 4  # and not 24 deadlines
    other.close()


# ---------------------------------------------------------------------------- kill -9

_LOAD = """
import os, sys, threading
from failwell.store import SQL
from tests.stores.counting import COUNT, one_more
store = SQL.from_url(sys.argv[1], deadline=30)
def load(name):
    while True:
        count = store.run(COUNT, *one_more(name, "all"))[1]
        os.write(1, b"%s %d\\n" % (name.encode(), count))
for name in "abcd":
    threading.Thread(target=load, args=[name]).start()
"""


@pytest.mark.parametrize("rounds", [3, pytest.param(100, marks=pytest.mark.soak)])
def test_what_was_returned_survives_kill_9_and_nothing_is_done_twice(
    url: str, opened: Callable[..., SQL], rounds: int
) -> None:
    store = opened(url, deadline=30)
    before: Counter[str] = Counter()
    for number in range(rounds):
        lines = _killed_after(url, 5 + number * 7 % 40)
        told = before.copy()
        for line in lines:
            name, told_count = line.split()
            assert int(told_count) == told[name] + 1  # nothing that was not asked for
            told[name] += 1
        *now, every = counts(store, *"abcd", "all")
        stored = Counter(dict(zip("abcd", map(int, now), strict=True)))
        assert all(told[name] <= stored[name] <= told[name] + 1 for name in "abcd")
        assert every == stored.total()
        before = stored


def _killed_after(url: str, lines: int) -> list[str]:
    """What a process under load told that it was answered, until it was killed after so many lines."""
    with subprocess.Popen(
        [sys.executable, "-c", _LOAD, url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        told = [process.stdout.readline() for _ in range(lines)]
        process.send_signal(signal.SIGKILL)
        told += process.stdout.readlines()
    assert all(line.endswith("\n") for line in told)
    return told
