"""What stores are given: arguments that make none are refused where it is declared, and not repeated."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
import redis
import redis.asyncio
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import create_async_engine

from failwell.exceptions import DeclarationError
from failwell.guard.decisions.gcra import TAKE
from failwell.store import SQL, Redis
from failwell.store.given import verify_connections, verify_text

URL = "redis://ops:swordfish@localhost:1"
QUESTION = TAKE, ["rate:token:s:tok_1"], [(1, 60)]


def redis_here() -> redis.Redis:
    return redis.Redis()


def redis_at(host: str) -> redis.Redis:
    return redis.Redis(host)


def refusal(declare: Any, *given: Any, **options: Any) -> DeclarationError:
    with pytest.raises(DeclarationError) as caught:
        declare(*given, **options)
    assert caught.value.hint
    assert "swordfish" not in str(caught.value)
    return caught.value


def test_connections_are_counted() -> None:
    verify_connections(1, where="Redis", usual=8)
    for connections in (0, -1, 1.0, True, "8", None):
        error = refusal(verify_connections, connections, where="Redis", usual=8)
        assert (error.code, error.where) == ("store-connections", "Redis")


def test_what_becomes_a_part_of_names_is_text() -> None:
    verify_text("a", "prefix", where="Redis", usual="failwell:")
    for text in (7, b"a", None):
        error = refusal(verify_text, text, "prefix", where="Redis", usual="failwell:")
        assert error.code == "store-prefix"
        assert "prefix='failwell:'" in error.hint


# ---------------------------------------------------------------------------- addresses


@pytest.mark.parametrize("declare", [Redis, SQL])
def test_an_address_is_for_from_url(declare: Any) -> None:
    error = refusal(declare, URL)
    assert "from_url" in error.hint
    assert error.code in {"store-client", "store-engine"}


@pytest.mark.parametrize("url", [7, None, URL.encode(), Path("guards.db"), True])
@pytest.mark.parametrize("declare", [Redis.from_url, SQL.from_url])
def test_an_address_is_text(declare: Any, url: object) -> None:
    assert refusal(declare, url).code == "store-address"


# ---------------------------------------------------------------------------- options


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"deadline": "50ms"}, "store-deadline"),
        ({"deadline": None}, "store-deadline"),
        ({"deadline": True}, "store-deadline"),
        ({"connections": "8"}, "store-connections"),
        ({"connections": 0}, "store-connections"),
        ({"clock": time.time}, "clock"),
        ({"clock": 7}, "clock"),
    ],
)
@pytest.mark.parametrize(("declare", "url"), [(Redis.from_url, URL), (SQL.from_url, "sqlite:///guards.db")])
def test_options_that_no_store_could_keep_to_are_refused(
    declare: Any, url: str, options: dict[str, Any], code: str
) -> None:
    assert refusal(declare, url, **options).code == code


@pytest.mark.parametrize("prefix", [7, b"shop:", None])
def test_the_prefix_of_redis_is_text(prefix: object) -> None:
    assert refusal(Redis.from_url, URL, prefix=prefix).code == "store-prefix"


@pytest.mark.parametrize("table", [7, b"limits", None, ""])
def test_the_table_is_named_by_text(table: object) -> None:
    assert refusal(SQL.from_url, "sqlite:///guards.db", table=table).code == "store-table"


@pytest.mark.parametrize("clock", [time.time, lambda: None, 7, "now"])
def test_a_clock_counts_whole_microseconds(clock: Any) -> None:
    makers = redis.Redis, redis.asyncio.Redis
    engine = create_engine("sqlite:///guards.db")
    for error in refusal(Redis, *makers, clock=clock), refusal(SQL, engine, clock=clock):
        assert error.code == "clock"
        assert "time.time_ns() // 1_000" in error.hint


@pytest.mark.parametrize(
    ("url", "options"),
    [
        (URL, {"conections": 8}),
        (URL, {"ssl_ca_certs": "ca.pem"}),  # only of rediss://
        (f"{URL}?foo=1", {}),
    ],
)
def test_options_that_redis_py_does_not_take_are_found_before_anything_is_asked(
    url: str, options: dict[str, Any]
) -> None:
    error = refusal(Redis.from_url, url, **options)
    assert error.code == "store-option"
    assert "unexpected keyword argument" in error.what


def test_an_option_that_is_nearly_one_of_the_store_is_told_so() -> None:
    assert refusal(Redis.from_url, URL, conections=8).hint == "did you mean connections?"
    assert refusal(SQL.from_url, "sqlite:///guards.db", conections=8).hint == "did you mean connections?"


@pytest.mark.parametrize("options", [{"prefix": "shop:"}, {"connect_args": [1]}, {"echo": "loud"}])
def test_options_that_sqlalchemy_does_not_take_are_refused(options: dict[str, Any]) -> None:
    assert refusal(SQL.from_url, "sqlite:///guards.db", **options).code == "store-option"


# ---------------------------------------------------------------------------- engines and makers of clients


def test_an_engine_is_one_of_sqlalchemy_for_threads(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'guards.db'}")
    with engine.connect() as connection:
        assert refusal(SQL, connection).code == "store-engine"
    engine.dispose()
    slow = create_async_engine("postgresql+psycopg://ops:swordfish@localhost/guards")
    assert refusal(SQL, slow).code == "store-engine"
    assert refusal(SQL, 7).code == "store-engine"


@pytest.mark.parametrize(
    "makers",
    [
        (redis.Redis(decode_responses=True), redis.asyncio.Redis),
        (redis.Redis, redis.asyncio.Redis()),
        (redis.Redis, None),
        (redis.Redis,),
        (redis_at, redis.asyncio.Redis),
    ],
)
def test_clients_are_made_by_functions(makers: tuple[Any, ...]) -> None:
    error = refusal(Redis, *makers)
    assert error.code == "store-client"
    assert "from_url" in error.hint


class Wrapped:
    """A client of another library, or of the application's own."""

    def execute_command(self, *_: object) -> list[int]:
        return [7]


def test_a_client_of_another_library_is_taken_as_it_is() -> None:
    assert Redis(Wrapped, redis.asyncio.Redis).run(*QUESTION) == [7]


@pytest.mark.parametrize("cluster", [True, "localhost:7000", ("localhost",), ("localhost", "7000")])
def test_a_cluster_is_found_by_host_and_port(cluster: Any) -> None:
    error = refusal(Redis, redis.Redis, redis.asyncio.Redis, cluster=cluster)
    assert (error.code, "('localhost', 7000)" in error.hint) == ("store-cluster", True)


def test_the_clients_of_a_cluster_are_made_of_host_and_port() -> None:
    error = refusal(Redis, redis_here, redis.asyncio.Redis, cluster=("localhost", 7000))
    assert (error.code, "host" in error.what) == ("store-client", True)


@pytest.mark.parametrize(
    ("maker", "fault"),
    [
        (lambda: None, "NoneType"),
        (redis.asyncio.Redis, "asyncio"),
        (lambda: redis.Redis(decode_responses=True), "decode_responses"),
    ],
)
def test_what_a_maker_makes_for_threads_is_looked_at_once(maker: Any, fault: str) -> None:
    store = Redis(maker, redis.asyncio.Redis)
    error = refusal(store.run, *QUESTION)
    assert error.code == "store-client"
    assert fault in error.what


@pytest.mark.parametrize(
    ("maker", "fault"),
    [
        (lambda: None, "NoneType"),
        (redis.Redis, "asyncio"),
        (lambda: redis.asyncio.Redis(decode_responses=True), "decode_responses"),
    ],
)
def test_what_a_maker_makes_for_coroutines_is_looked_at_once(maker: Any, fault: str) -> None:
    store = Redis(redis.Redis, maker)
    error = refusal(lambda: asyncio.run(store.arun(*QUESTION)))
    assert error.code == "store-client"
    assert fault in error.what
