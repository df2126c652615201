"""The store in a database, on SQLite: what it can be made of, and what happens where nothing can be written.

What it promises on any database is in tests/stores.
"""

from __future__ import annotations

import logging
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, create_engine, event

from failwell.exceptions import DeclarationError, MissingExtraError
from failwell.guard import Bucket, RateLimit
from failwell.store import SQL, Memory
from failwell.typing import StoreUnavailableError
from tests.stores.counting import COUNT, no_more, one_more
from tests.unit.guard.frozen_clock import FrozenClock


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
def path(tmp_path: Path) -> Path:
    return tmp_path / "guards.db"


@pytest.fixture
def store(path: Path, opened: Callable[..., SQL]) -> SQL:
    return opened(f"sqlite:///{path}")


# ---------------------------------------------------------------------------- what it can be made of


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("mysql+pymysql://ops:swordfish@db/guards", "store-database"),
        ("postgresql+psycopg2://ops:swordfish@db/guards", "store-database"),
        ("postgresql+asyncpg://ops:swordfish@db/guards", "store-database"),
        ("sqlite+aiosqlite:///guards.db", "store-database"),
        ("sqlite://", "store-database"),
        ("sqlite:///:memory:", "store-database"),
        ("sqlite:///file:guards?mode=memory&uri=true", "store-database"),
        ("postgres://ops:swordfish@db/guards", "store-address"),
        ("nosuch://ops:swordfish@db/guards", "store-address"),
        ("ops:swordfish@db/guards", "store-address"),
    ],
)
def test_what_cannot_serve_is_refused_without_repeating_its_address(url: str, code: str) -> None:
    with pytest.raises(DeclarationError) as raised:
        SQL.from_url(url)
    assert raised.value.code == code
    assert "swordfish" not in str(raised.value)
    assert "sqlite:///guards.db" in str(raised.value)


def test_an_engine_that_cannot_serve_is_refused() -> None:
    engine = create_engine("sqlite://")
    with pytest.raises(DeclarationError, match="seen by a single connection"):
        SQL(engine)


def test_psycopg_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'psycopg\[binary\]'"):
        SQL.from_url("postgresql://localhost/guards")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"deadline": 0}, "store-deadline"),
        ({"deadline": -1.0}, "store-deadline"),
        ({"deadline": float("nan")}, "store-deadline"),
        ({"deadline": float("inf")}, "store-deadline"),
        ({"secret": "x"}, "store-secret"),
        ({"secret": b"x" * 65}, "store-secret"),
    ],
)
def test_options_that_make_no_sense_are_refused(path: Path, options: dict[str, Any], code: str) -> None:
    with pytest.raises(DeclarationError) as raised:
        SQL.from_url(f"sqlite:///{path}", **options)
    assert raised.value.code == code
    assert "xxx" not in str(raised.value)
    assert not path.exists()


def test_an_address_of_postgresql_needs_no_driver_and_nothing_is_connected_yet() -> None:
    store = SQL.from_url("postgresql://localhost/guards", deadline=0.5, connections=3)
    assert store._engine.dialect.driver == "psycopg"
    assert store._engine.pool.status().startswith("Pool size: 3")


def test_an_engine_of_the_application_serves_as_well(path: Path) -> None:
    engine = create_engine(f"sqlite:///{path}")
    store = SQL(engine)
    assert store.run(COUNT, *one_more("a"))[1:] == [1]
    assert store.run(COUNT, *one_more("a"))[1:] == [2]
    engine.dispose()


def test_the_table_can_be_taken_into_the_metadata_of_an_application(path: Path) -> None:
    metadata = MetaData()
    store = SQL(create_engine(f"sqlite:///{path}"), table="limits")
    store.table.to_metadata(metadata)
    assert list(metadata.tables) == ["limits"] == list(store.metadata.tables)


# ---------------------------------------------------------------------------- how it works


def test_a_file_is_set_up_for_commits_that_last(store: SQL, path: Path) -> None:
    store.create()
    with store._engine.connect() as connection:
        settings = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout")
        ]
    assert settings == ["wal", 2, 2_000]


def test_a_store_is_usable_after_it_was_closed(store: SQL) -> None:
    store.run(COUNT, *one_more("a"))
    store.close()
    assert store.run(COUNT, *one_more("a"))[1:] == [2]


def test_the_clock_of_a_test_counts(path: Path, opened: Callable[..., SQL]) -> None:
    clock = FrozenClock()
    store = opened(f"sqlite:///{path}", clock=clock)
    assert store.run(COUNT, *no_more("a")) == [clock.now, 0]


@pytest.mark.anyio
async def test_coroutines_get_what_threads_get(store: SQL) -> None:
    store.run(COUNT, *one_more("a"))
    assert (await store.arun(COUNT, *one_more("a")))[1:] == [2]


def test_a_key_without_a_subject_is_a_mistake_and_no_outage(store: SQL) -> None:
    with pytest.raises(ValueError, match="kind:name:type:subject"):
        store.run(COUNT, ["rate"], [(1, 1)])
    assert store.health.failures == 0


# ---------------------------------------------------------------------------- where nothing can be written


def test_a_folder_that_is_not_there_is_an_outage(tmp_path: Path, opened: Callable[..., SQL]) -> None:
    store = opened(f"sqlite:///{tmp_path}/no/guards.db")
    with pytest.raises(StoreUnavailableError, match="SQL could not be asked: OperationalError") as raised:
        store.run(COUNT, *one_more("a"))
    assert isinstance(raised.value.__cause__, sqlite3.OperationalError)


def test_a_file_that_only_can_be_read_is_an_outage(
    store: SQL, path: Path, opened: Callable[..., SQL]
) -> None:
    store.run(COUNT, *one_more("a"))
    reading = opened(f"sqlite:///file:{path}?mode=ro&uri=true")
    with pytest.raises(StoreUnavailableError, match="OperationalError"):
        reading.run(COUNT, *one_more("a"))
    assert store.run(COUNT, *no_more("a"))[1:] == [1]


def test_a_full_disk_is_an_outage_that_ends_when_there_is_room(path: Path) -> None:
    engine = create_engine(f"sqlite:///{path}")
    store = SQL(engine)
    store.create()

    def limit(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA max_page_count = 6")

    engine.dispose()
    event.listen(engine, "connect", limit)
    written = 0

    def fill() -> None:
        nonlocal written
        while True:
            store.run(COUNT, *one_more(written))
            written += 1

    with pytest.raises(StoreUnavailableError, match="OperationalError") as raised:
        fill()
    assert "full" in str(raised.value.__cause__)
    assert written > 10
    event.remove(engine, "connect", limit)
    engine.dispose()
    assert store.run(COUNT, *one_more(written))[1:] == [1]  # what failed was not done
    assert store.run(COUNT, *no_more(0, written - 1))[1:] == [1, 1]
    engine.dispose()


def test_a_file_that_is_no_database_is_an_outage(store: SQL, path: Path) -> None:
    path.write_bytes(b"something else entirely" * 100)
    with pytest.raises(StoreUnavailableError, match="DatabaseError"):
        store.run(COUNT, *one_more("a"))


def test_guards_go_on_alone_meanwhile_and_say_so(
    tmp_path: Path, opened: Callable[..., SQL], caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "no"
    store = opened(f"sqlite:///{folder}/guards.db")
    assert isinstance(store.stand_in, Memory)
    limit = RateLimit(Bucket("token", 2, per="day"), store=store)
    with caplog.at_level(logging.WARNING, "failwell"):
        decisions = [limit.check(token="t") for _ in range(2)]
    assert [decision.degraded for decision in decisions] == [True, True]
    assert [record.name for record in caplog.records] == ["failwell.guard"]
    folder.mkdir()
    assert not limit.check(token="t").degraded
