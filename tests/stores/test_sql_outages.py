"""The store in a database that hangs, dies and comes back: none waits for long, nothing is done twice."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import LiteralString

import pytest
from psycopg import sql

from failwell.store import SQL
from failwell.typing import StoreUnavailableError
from tests.parts.postgres import PostgresServer
from tests.parts.program import free_port, wait_until
from tests.parts.stopwatch import quickest, seconds
from tests.stores.counting import COUNT, SPAN, counts, key, one_more

ROOT = Path(__file__).parents[2]
SHORT = 0.2  # seconds: where a deadline is what is tested
LONG = 10.0  # less than who waits for a server that hangs, more than a loaded machine makes of a deadline


# ---------------------------------------------------------------------------- outages


def answers(store: SQL) -> bool:
    with suppress(StoreUnavailableError):
        return bool(counts(store, "a"))
    return False


def gives_up(store: SQL, name: object = "a") -> None:
    with pytest.raises(StoreUnavailableError):
        store.run(COUNT, *one_more(name))


def test_a_killed_postgresql_is_an_outage_that_ends_by_itself(
    postgres_server: PostgresServer, postgres_url: str, open_sql: Callable[..., SQL]
) -> None:
    store = open_sql(postgres_url)
    store.run(COUNT, *one_more("a"))
    postgres_server.kill()

    def is_left_alone() -> bool:
        gives_up(store)
        return store.health.refused > 0

    wait_until(is_left_alone, "the store is left alone")
    assert store.health.opened == 1
    postgres_server.restart()
    wait_until(partial(answers, store), "the store is back")
    assert counts(store, "a") == [1]
    assert store.health.state == "closed"


def test_a_postgresql_that_was_restarted_meanwhile_is_no_outage(
    postgres_server: PostgresServer, postgres_url: str, open_sql: Callable[..., SQL]
) -> None:
    store = open_sql(postgres_url)
    store.run(COUNT, *one_more("a"))
    postgres_server.restart()
    assert store.run(COUNT, *one_more("a"))[1:] == [2]
    assert store.health.failures == 0


@pytest.mark.parametrize("is_known", [True, False], ids=["connected", "unconnected"])
def test_a_postgresql_that_never_answers_is_given_up_at_the_deadline(
    postgres_server: PostgresServer, postgres_url: str, open_sql: Callable[..., SQL], *, is_known: bool
) -> None:
    patient, store = open_sql(postgres_url), open_sql(postgres_url, deadline=SHORT)
    patient.run(COUNT, *one_more("a"))
    if is_known:
        wait_until(partial(answers, store), "a loaded machine answers in time")
    postgres_server.pause()
    assert seconds(partial(gives_up, store)) < LONG
    postgres_server.resume()
    wait_until(partial(answers, store), "the store is back")
    assert counts(patient, "a") == [1]


def test_a_postgresql_whose_table_is_locked_is_given_up_at_the_deadline(
    postgres_server: PostgresServer, postgres_url: str, open_sql: Callable[..., SQL]
) -> None:
    patient, store = open_sql(postgres_url), open_sql(postgres_url, deadline=SHORT)
    patient.create()

    def is_told_by_the_server() -> bool:  # and not, as on a machine that stands still, cut a moment later
        gives_up(store)
        return store.health.last_error in ("LockNotAvailable", "QueryCanceled")

    with postgres_server.client(postgres_url.rpartition("/")[2]) as client, client.transaction():
        client.execute("LOCK TABLE failwell_entries IN ACCESS EXCLUSIVE MODE")
        assert SHORT <= seconds(partial(gives_up, store)) < LONG
        wait_until(is_told_by_the_server, "the server ends the wait by itself")
    wait_until(partial(answers, store), "the store is back")
    assert patient.run(COUNT, *one_more("a"))[1:] == [1]


@pytest.mark.parametrize("rights", ["SELECT", "SELECT, INSERT, UPDATE, DELETE"])
def test_a_role_that_may_make_no_table_does_what_else_it_may(
    postgres_server: PostgresServer, postgres_url: str, open_sql: Callable[..., SQL], rights: LiteralString
) -> None:
    open_sql(postgres_url).run(COUNT, [key("a"), key("b")], [(1, SPAN), (1, 1)])
    name = postgres_url.rpartition("/")[2]
    role = sql.Identifier(f"role_{name}")
    with postgres_server.client(name) as client:
        client.execute(sql.SQL("REVOKE ALL ON SCHEMA public FROM PUBLIC"))
        client.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
        client.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role))
        client.execute(sql.SQL("GRANT {} ON failwell_entries TO {}").format(sql.SQL(rights), role))
    store = open_sql(postgres_url.replace("failwell@", f"role_{name}@"))
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


def test_nothing_shows_the_password(open_sql: Callable[..., SQL]) -> None:
    store = open_sql(f"postgresql://ops:swordfish@127.0.0.1:{free_port()}/guards")
    with pytest.raises(StoreUnavailableError) as raised:
        store.run(COUNT, *one_more("a"))
    assert "swordfish" not in "".join(traceback.format_exception(raised.value))
    assert store.health.last_error == "OperationalError"


def test_an_sqlite_that_is_locked_is_given_up_at_the_deadline(
    tmp_path: Path, open_sql: Callable[..., SQL]
) -> None:
    path = tmp_path / "guards.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    store = open_sql(f"sqlite:///{path}", deadline=SHORT)
    took = quickest(*[partial(gives_up, store)] * 2)
    assert SHORT <= took < 2.5  # SQLite by itself would wait for five seconds
    assert store.health.last_error == "OperationalError"
    other.execute("ROLLBACK")
    other.close()
    assert store.run(COUNT, *one_more("a"))[1:] == [1]


def test_however_many_wait_none_waits_much_longer_than_the_deadline(
    tmp_path: Path, postgres_server: PostgresServer, postgres_url: str, open_sql: Callable[..., SQL]
) -> None:
    path = tmp_path / "guards.db"
    stores = [open_sql(url, deadline=0.5) for url in (f"sqlite:///{path}", postgres_url)]
    for store in stores:
        wait_until(partial(answers, store), "a loaded machine answers in time")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    postgres_server.pause()
    with ThreadPoolExecutor(96) as threads:
        waits = threads.map(lambda number: seconds(partial(gives_up, stores[number % 2], number)), range(96))
        assert max(waits) < LONG  # and not 48 deadlines
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
    database_url: str, open_sql: Callable[..., SQL], rounds: int
) -> None:
    store = open_sql(database_url)
    before: Counter[str] = Counter()
    for number in range(rounds):
        lines = _killed_after(database_url, 5 + number * 7 % 40)
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


def _killed_after(database_url: str, lines: int) -> list[str]:
    """What a process under load told that it was answered, until it was killed after so many lines."""
    with subprocess.Popen(
        [sys.executable, "-c", _LOAD, database_url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        told = [process.stdout.readline() for _ in range(lines)]
        process.send_signal(signal.SIGKILL)
        told += process.stdout.readlines()
    assert all(line.endswith("\n") for line in told)
    return told
