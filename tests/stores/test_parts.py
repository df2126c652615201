"""The real parts themselves: they start, die, come back and pause as tests of stores ask them to."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis
from redis.cluster import RedisCluster as ClusterClient

from tests.parts.cluster import RedisCluster
from tests.parts.postgres import PostgresServer
from tests.parts.program import wait_until
from tests.parts.redis import RedisServer

ROOT = Path(__file__).parents[2]


def test_redis_is_empty_for_every_test(redis_server: RedisServer, redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.set("a", "1")
        assert client.keys() == [b"a"]
    redis_server.flush()
    with redis_server.client() as client:
        assert client.dbsize() == 0


def test_redis_comes_back_empty_on_the_same_port_after_kill_9(
    redis_server: RedisServer, redis_url: str
) -> None:
    with redis_server.client() as client:
        client.set("a", "1")
    redis_server.kill()
    assert not redis_server.is_running
    with redis_server.client() as client, pytest.raises(redis.ConnectionError):
        client.ping()
    redis_server.restart()
    assert redis_server.url == redis_url
    with redis_server.client() as client:
        assert client.get("a") is None


def test_redis_with_appendonly_keeps_over_kill_9_what_it_was_told(redis_server: RedisServer) -> None:
    with RedisServer(appendonly=True) as server:
        with server.client() as client:
            client.set("a", "1")
        server.kill()
        server.restart()
        with server.client() as client:
            assert client.get("a") == "1"


def test_a_paused_redis_accepts_and_never_answers_until_it_is_resumed(redis_server: RedisServer) -> None:
    redis_server.pause()
    with redis.Redis.from_url(redis_server.url, socket_timeout=0.05) as client:
        with pytest.raises(redis.TimeoutError):
            client.ping()
        redis_server.resume()
    with redis_server.client() as client:
        assert client.ping()


def test_what_a_test_paused_or_killed_is_mended_for_the_next(
    redis_server: RedisServer, postgres_server: PostgresServer
) -> None:
    redis_server.pause()
    redis_server.mend()
    redis_server.kill()
    redis_server.mend()
    redis_server.mend()
    with redis_server.client() as client:
        assert client.ping()
    postgres_server.pause()
    postgres_server.kill()
    postgres_server.mend()
    with postgres_server.client() as connection:
        assert connection.execute("SELECT 42").fetchone() == (42,)


def test_a_redis_that_does_not_start_says_why(redis_server: RedisServer) -> None:
    with (
        pytest.raises(RuntimeError, match="no-such"),
        RedisServer(settings={"no-such": "1"}),
    ):
        pass


def test_the_cluster_has_three_nodes_which_share_the_keys(
    redis_cluster: RedisCluster, redis_cluster_url: str
) -> None:
    with ClusterClient.from_url(redis_cluster_url) as client:
        for number in range(100):
            client.set(f"key{number}", number)
        assert client.get("key7") == b"7"
    sizes = []
    for node in redis_cluster.nodes:
        with node.client() as alone:
            sizes.append(alone.dbsize())
    assert len(sizes) == 3
    assert sum(sizes) == 100
    assert all(sizes)


def test_every_test_has_a_database_of_its_own(postgres_server: PostgresServer, postgres_url: str) -> None:
    name = postgres_url.rpartition("/")[2]
    with postgres_server.client(name) as client:
        client.execute("CREATE TABLE entries (key text)")
    with postgres_server.database() as other, postgres_server.client(other.rpartition("/")[2]) as client:
        found = client.execute("SELECT to_regclass('entries')").fetchone()
        assert other != postgres_url
        assert found == (None,)


def test_postgresql_keeps_over_kill_9_what_was_committed(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    name = postgres_url.rpartition("/")[2]
    with postgres_server.client(name) as client:
        client.execute("CREATE TABLE entries (key text)")
        client.execute("INSERT INTO entries VALUES ('a')")
        postgres_server.kill()
        with pytest.raises(psycopg.OperationalError):
            client.execute("SELECT 1")
    postgres_server.restart()
    with postgres_server.client(name) as client:
        assert client.execute("SELECT key FROM entries").fetchall() == [("a",)]


def test_a_paused_postgresql_goes_on_where_it_was(postgres_server: PostgresServer) -> None:
    with postgres_server.client() as client:
        postgres_server.pause()
        client.pgconn.send_query(b"SELECT 42")
        assert client.pgconn.flush() == 0
        assert client.pgconn.is_busy()
        postgres_server.resume()
        result = client.pgconn.get_result()
        assert result is not None
        assert result.get_value(0, 0) == b"42"
        assert client.pgconn.get_result() is None


_PROCESS_OF_TESTS = """
from tests.parts.redis import RedisServer
with RedisServer() as server:
    print(server.port, server.folder, flush=True)
    input()
"""


def test_nothing_outlives_a_process_of_tests_that_is_killed(redis_server: RedisServer) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _PROCESS_OF_TESTS],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout
        port, folder = process.stdout.readline().split()
        process.send_signal(signal.SIGKILL)
    wait_until(lambda: not Path(folder).exists(), "the folder is gone")
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
        probe.connect(("127.0.0.1", int(port)))
