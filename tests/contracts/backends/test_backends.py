"""All scenarios again: on PostgreSQL and Redis, by two processes of each service behind one address."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

import pytest
from rich.console import Console

from examples.catalogs import EXAMPLES
from examples.stage.playing import play_all, show
from examples.stage.services import Service, services
from tests.parts import postgres, redis

SERVICES = services(example.name for example in EXAMPLES)


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[postgres.PostgresServer, redis.RedisServer]]:
    if postgres.postgres_programs() is None:
        pytest.skip(postgres.ABSENT)
    if redis.redis_program() is None:
        pytest.skip(redis.ABSENT)
    with postgres.PostgresServer() as database, redis.RedisServer() as cache:
        yield database, cache


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_every_code_is_provoked_where_two_processes_share_everything(
    service: Service, servers: tuple[postgres.PostgresServer, redis.RedisServer]
) -> None:
    database, cache = servers
    console = Console(file=StringIO(), width=140)
    with (
        database.database() as url,
        service.world.start(backends=f"{url} {cache.url}", processes=2) as world,
    ):
        outcomes = play_all(world, [*service.scenarios, *service.variants], console)
    show((outcome for outcome in outcomes if outcome.faults), console)
    assert isinstance(console.file, StringIO)
    assert [outcome.scenario.code for outcome in outcomes if outcome.faults] == [], console.file.getvalue()
