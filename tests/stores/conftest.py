"""The real parts that stores are tested on: started once per worker, and clean for every test.

A test may kill or pause them: they are mended before the next. One that changes settings starts its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from failwell.store import SQL, Redis
from tests.parts import cluster, postgres, redis
from tests.parts.program import PATIENCE
from tests.unit.guard.frozen_clock import FrozenClock


@pytest.fixture(scope="session")
def redis_server() -> Iterator[redis.RedisServer]:
    """A Redis."""
    if redis.redis_program() is None:
        pytest.skip(redis.ABSENT)
    with redis.RedisServer() as server:
        yield server


@pytest.fixture
def redis_url(redis_server: redis.RedisServer) -> str:
    """The address of the Redis, which is empty."""
    redis_server.mend()
    redis_server.flush()
    return redis_server.url


@pytest.fixture(scope="session")
def redis_cluster() -> Iterator[cluster.RedisCluster]:
    """A Redis Cluster of three nodes."""
    if redis.redis_program() is None:
        pytest.skip(redis.ABSENT)
    with cluster.RedisCluster() as nodes:
        yield nodes


@pytest.fixture
def redis_cluster_url(redis_cluster: cluster.RedisCluster) -> str:
    """The address of the first node of the Redis Cluster, which is empty."""
    redis_cluster.mend()
    redis_cluster.flush()
    return redis_cluster.url


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.PostgresServer]:
    """A PostgreSQL."""
    if postgres.postgres_programs() is None:
        pytest.skip(postgres.ABSENT)
    with postgres.PostgresServer() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: postgres.PostgresServer) -> Iterator[str]:
    """The address of a fresh database in the PostgreSQL, as SQLAlchemy takes it."""
    postgres_server.mend()
    with postgres_server.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/guards.db"
    address: str = request.getfixturevalue("postgres_url")
    return address


@pytest.fixture
def open_sql() -> Iterator[Callable[..., SQL]]:
    """Opens stores in databases, which are patient unless told otherwise, and closes them in the end."""
    stores: list[SQL] = []

    def open_store(url: str, *, deadline: float = PATIENCE, **options: Any) -> SQL:
        stores.append(SQL.from_url(url, deadline=deadline, **options))
        return stores[-1]

    yield open_store
    for store in stores:
        store.close()


@pytest.fixture(params=["redis", "sqlite"])
def shared(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    open_sql: Callable[..., SQL],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[tuple[Redis | SQL, FrozenClock]]:
    """A store outside of the process, and its clock. What is over is not swept away: memory keeps it, too."""
    clock = FrozenClock()
    if request.param == "sqlite":
        monkeypatch.setattr("failwell.store.sql._SWEEP_EVERY", 10**9)
        yield open_sql(f"sqlite:///{tmp_path}/guards.db", clock=clock), clock
        return
    with closing(
        Redis.from_url(request.getfixturevalue("redis_url"), deadline=PATIENCE, clock=clock)
    ) as store:
        yield store, clock
