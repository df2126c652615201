"""A Redis that refuses, hangs, dies and comes back: guards do as they declared, and nothing counts twice."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial

import pytest
import redis as redis_py

from failwell.answers import Refused
from failwell.clock import monotonic
from failwell.guard import Bucket, Decision, RateLimit
from failwell.store import Redis
from failwell.typing import StoreUnavailableError, Transition
from tests.parts.program import free_port, wait_until
from tests.parts.redis import RedisServer
from tests.parts.stopwatch import quickest

PATIENT = 20.0  # seconds: most of these tests are about what is decided, not when
SHORT = 0.2  # where a deadline is what is tested
SLACK = 2.5  # what a loaded machine may add; redis-py by itself would wait for five seconds and more
CALM = 1_000_000  # microseconds after which a guard believes that its store is back
SECRET = "hunter2"

ECHO = Transition("echo", lambda *_: ({}, []), "return {args[1][1]}")
KEYS = ["test:echo:s:1"]


def limits_of(store: Redis) -> dict[str, RateLimit]:
    """A limit of each kind."""
    bucket = Bucket("token", 3, per="day")
    return {
        "open": RateLimit(bucket, store=store, on_outage="open"),
        "closed": RateLimit(bucket, store=store, on_outage="closed"),
        "local": RateLimit(bucket, store=store, on_outage="local"),
    }


async def statuses(limit: RateLimit, token: str, times: int) -> list[int]:
    """What checks come to, one from a thread and one from the loop in turn."""
    found = []
    for number in range(times):
        try:
            decision = await limit.acheck(token=token) if number % 2 else limit.check(token=token)
        except Refused as refused:
            found.append(refused.status)
        else:
            assert decision.degraded
            found.append(200)
    return found


def answers(store: Redis, number: int = 0) -> bool:
    with suppress(StoreUnavailableError):
        return store.run(ECHO, KEYS, [(number, 1)]) == [number]
    return False


def comes_back(limit: RateLimit) -> None:
    """Waits until a limit decides with its store again, which it does by itself, and then a calm second."""

    def decides() -> bool:
        with suppress(Refused):
            return not limit.check(token="afterwards", cost=0).degraded
        return False

    wait_until(decides, "the limit asks its store again")
    limit._keeping._clock = lambda: monotonic() + CALM
    assert decides()
    assert not limit._keeping.is_down


# ---------------------------------------------------------------------------- a server that refuses

Ill = Callable[[RedisServer], AbstractContextManager[None]]


@contextmanager
def replica(server: RedisServer) -> Iterator[None]:
    with server.client() as client:
        client.execute_command("REPLICAOF", "127.0.0.1", free_port())
        yield
        client.execute_command("REPLICAOF", "NO", "ONE")


@contextmanager
def out_of_memory(server: RedisServer) -> Iterator[None]:
    with server.client() as client:
        client.config_set("maxmemory", 1)
        yield
        client.config_set("maxmemory", 0)


@contextmanager
def unable_to_save(server: RedisServer) -> Iterator[None]:
    (server.folder / "dump.rdb").mkdir()
    with server.client() as client:
        client.config_set("save", "3600 1000000")
        client.bgsave()

        def failed() -> bool:
            return bool(client.info("persistence")["rdb_last_bgsave_status"] == "err")

        wait_until(failed, "Redis finds that it cannot save")
        yield
        client.config_set("save", "")
    (server.folder / "dump.rdb").rmdir()


@contextmanager
def busy(server: RedisServer) -> Iterator[None]:
    with server.client() as client, server.client() as other, ThreadPoolExecutor(1) as threads:
        client.config_set("lua-time-limit", 10)
        other.connection_pool.connection_kwargs["socket_timeout"] = None
        endless = threads.submit(other.eval, "while true do end", 0)

        def is_busy() -> bool:
            try:
                client.ping()
            except redis_py.ResponseError as error:
                return str(error).startswith("BUSY")
            return False

        wait_until(is_busy, "the script runs")
        yield
        client.script_kill()
        assert isinstance(endless.exception(), redis_py.ResponseError)


@contextmanager
def locked(server: RedisServer) -> Iterator[None]:
    """It asks for a password that the store does not have; connections that it knows are cut."""
    with server.client() as client:
        client.config_set("requirepass", "another")
        client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        yield
        client.config_set("requirepass", "")


@contextmanager
def without_scripts(server: RedisServer) -> Iterator[None]:
    with server.client() as client:
        client.execute_command("ACL", "SETUSER", "default", "-evalsha", "-eval")
        yield
        client.execute_command("ACL", "SETUSER", "default", "+@all")


@pytest.fixture(scope="module")
def ill_server() -> Iterator[RedisServer]:
    """One whose settings are changed and changed back."""
    with RedisServer() as server:
        yield server


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("illness", "cause"),
    [
        (replica, "ReadOnlyError"),
        (out_of_memory, "OutOfMemoryError"),
        (unable_to_save, "ResponseError"),
        (busy, "ResponseError"),
        (locked, "AuthenticationError"),
        (without_scripts, "NoPermissionError"),
    ],
)
async def test_guards_of_a_server_that_refuses_do_what_they_declare_and_come_back(
    ill_server: RedisServer, caplog: pytest.LogCaptureFixture, illness: Ill, cause: str
) -> None:
    with ill_server.client() as client:
        client.flushall()
    url = (
        ill_server.url.replace("redis://", f"redis://default:{SECRET}@")
        if illness is locked
        else ill_server.url
    )
    store = Redis.from_url(url, deadline=PATIENT)
    limits = limits_of(store)
    if illness is not locked:
        limits["open"].check(token="a")
    with caplog.at_level(logging.DEBUG, "failwell"), illness(ill_server):
        assert await statuses(limits["open"], "a", 5) == [200] * 5
        assert await statuses(limits["closed"], "a", 5) == [503] * 5
        assert await statuses(limits["local"], "a", 5) == [200] * 3 + [429] * 2
        assert store.health.last_error == cause
        assert store.health.opened == 1
        assert [limit.degraded for limit in limits.values()] == [5, 5, 5]
    with caplog.at_level(logging.DEBUG, "failwell"):
        for limit in limits.values():
            comes_back(limit)
    said = [message.partition(":")[0] for message in caplog.messages if message.startswith("RateLimit")]
    assert said == ["RateLimit"] * 6  # each limit says once that the store is down, and once that it is back
    assert len(caplog.messages) == 8  # and so does the store
    for hidden in (SECRET, "another", str(ill_server.port), "127.0.0.1", "redis://"):
        assert hidden not in caplog.text
    assert limits["closed"].check(token="a").limits[0].remaining == (2 if illness is locked else 1)
    store.close()
    await store.aclose()


@pytest.mark.anyio
async def test_a_server_that_still_loads_is_down_until_it_has_loaded() -> None:
    # It answers after each kilobyte that it has loaded, and takes a tenth of a second for each key, until it
    # is told to make haste.
    slow = {
        "loading-process-events-interval-bytes": "1024",
        "key-load-delay": "100000",
        "rdbcompression": "no",
    }
    with RedisServer(settings=slow) as server:
        with server.client() as client:
            for number in range(300):
                client.set(f"a{number}", "x" * 1_000)
            client.save()
        server.kill()
        restart = asyncio.create_task(asyncio.to_thread(server.restart))

        def is_loading() -> bool:
            fresh = Redis.from_url(server.url, deadline=PATIENT)
            answers(fresh)
            fresh.close()
            return fresh.health.last_error == "BusyLoadingError"

        await asyncio.to_thread(wait_until, is_loading, "Redis says that it is loading")
        store = Redis.from_url(server.url, deadline=PATIENT)
        limit = limits_of(store)["open"]
        assert limit.check(token="a").degraded
        with server.client() as client:
            client.config_set("key-load-delay", 0)
        await restart
        await asyncio.to_thread(comes_back, limit)
        store.close()


@pytest.mark.anyio
async def test_a_server_that_became_a_replica_is_looked_for_on_new_connections(
    ill_server: RedisServer,
) -> None:
    """After a failover its name may lead to another server, which old connections would never see."""
    store = Redis.from_url(ill_server.url, deadline=PATIENT)
    limit = limits_of(store)["open"]

    def used() -> set[str]:
        with ill_server.client() as client:
            listed: list[dict[str, str]] = client.client_list()
            return {one["id"] for one in listed if one["cmd"] == "evalsha"}

    limit.check(token="b", cost=0)
    await limit.acheck(token="b", cost=0)
    before = used()
    assert len(before) == 2
    with replica(ill_server):
        assert limit.check(token="b").degraded
        assert (await limit.acheck(token="b")).degraded
    await asyncio.to_thread(comes_back, limit)
    await limit.acheck(token="b", cost=0)
    assert len(used() - before) == 2
    store.close()
    await store.aclose()


# ---------------------------------------------------------------------------- a server that hangs


@pytest.mark.anyio
async def test_a_server_that_accepts_and_never_answers_keeps_nobody_waiting(
    redis_server: RedisServer, redis_url: str
) -> None:
    stores = [Redis.from_url(redis_url, deadline=SHORT) for _ in range(3)]
    limits = [limits_of(store)["open"] for store in stores]
    for limit in limits:
        limit.check(token="a", cost=0)  # connections exist, or do not: both hang
    redis_server.pause()

    loop = asyncio.get_running_loop()

    def ask(limit: RateLimit) -> None:
        assert limit.check(token="a").degraded

    def ask_in_loop(limit: RateLimit) -> None:
        assert asyncio.run_coroutine_threadsafe(limit.acheck(token="a"), loop).result().degraded

    def ask_as_crowd(limit: RateLimit) -> None:
        with ThreadPoolExecutor(100) as threads:  # more than connections
            list(threads.map(ask, [limit] * 100))

    for way in (ask, ask_in_loop, ask_as_crowd):
        took = await asyncio.to_thread(quickest, *(partial(way, limit) for limit in limits))
        assert took < 3 * SHORT + SLACK, way
    for store, limit in zip(stores, limits, strict=True):
        assert store.health.opened == 1
        before = store.health.failures
        for _ in range(50):
            assert (await limit.acheck(token="a")).degraded
            assert limit.check(token="a").degraded
        assert store.health.failures - before < 20  # one at a time still looks whether it is back
    redis_server.resume()
    await asyncio.to_thread(comes_back, limits[0])
    for store in stores:
        store.close()
        await store.aclose()


@pytest.mark.anyio
async def test_late_replies_reach_nobody(redis_server: RedisServer, redis_url: str) -> None:
    store = Redis.from_url(redis_url, deadline=SHORT, connections=4)
    number = 0

    async def right_or_nothing(times: int) -> int:
        nonlocal number
        right = 0
        for _ in range(times):
            number += 1
            asked = number
            with suppress(StoreUnavailableError):
                assert await store.arun(ECHO, KEYS, [(asked, 1)]) == [asked]
                right += 1
            number += 1
            asked = number
            with suppress(StoreUnavailableError):
                reply = await asyncio.to_thread(store.run, ECHO, KEYS, [(asked, 1)])
                assert reply == [asked]
                right += 1
        return right

    await asyncio.gather(*(right_or_nothing(3) for _ in range(4)))
    for _ in range(3):
        redis_server.pause()
        resume = threading.Timer(SHORT * 1.5, redis_server.resume)  # when some replies are awaited, some late
        resume.start()
        await asyncio.gather(*(right_or_nothing(4) for _ in range(8)))
        await asyncio.to_thread(resume.join)
        await asyncio.to_thread(wait_until, lambda: answers(store), "the store answers again")
    right = 0
    async with asyncio.timeout(PATIENT):
        while right < 50:
            right += await right_or_nothing(5)
    with redis_server.client() as client:
        wait_until(lambda: len(client.client_list()) <= 1 + 2 * 4, "no connections are left over")
    store.close()
    await store.aclose()


# ---------------------------------------------------------------------------- a server that dies

# By default Redis puts off what it hands to the system while the disk is slow, for up to two seconds, but
# answers all the same. Then kill -9 takes back what was spent, which is not what these tests are about.
FAITHFUL = {"appendfsync": "no"}


class Load:
    """Checks from threads and tasks at once, as long as there are units."""

    def __init__(self, store: Redis, units: int) -> None:
        bucket = Bucket("token", units, per=10 * 365 * 86_400)  # no unit comes back meanwhile
        self.limit = RateLimit(bucket, store=store, on_outage="closed", remember_denials=0)
        self.admitted = self.denied = self.refused = 0
        self._count = threading.Lock()
        self.is_over = False

    def note(self, outcome: object) -> None:
        with self._count:
            if isinstance(outcome, Decision):
                self.admitted += 1
            elif isinstance(outcome, Refused) and outcome.status == 503:
                self.refused += 1
            else:
                assert isinstance(outcome, Refused)
                self.denied += 1

    def in_thread(self) -> None:
        while not self.is_over:
            try:
                self.note(self.limit.check(token="a"))
            except Refused as refused:
                self.note(refused)
                time.sleep(0.001)  # as a client that was refused does at least

    async def _task(self) -> None:
        while not self.is_over:
            try:
                self.note(await self.limit.acheck(token="a"))
            except Refused as refused:
                self.note(refused)
                await asyncio.sleep(0.001)

    async def _tasks(self, store: Redis) -> None:
        await asyncio.gather(*(self._task() for _ in range(16)))
        await store.aclose()

    @contextmanager
    def running(self, store: Redis) -> Iterator[None]:
        with ThreadPoolExecutor(9) as threads:
            workers = [threads.submit(self.in_thread) for _ in range(8)]
            workers.append(threads.submit(asyncio.run, self._tasks(store)))
            try:
                yield
            finally:
                self.is_over = True
            for worker in workers:
                worker.result()


def _survives(server: RedisServer, kills: int) -> None:
    units = 150 * (kills + 1)
    store = Redis.from_url(server.url, deadline=PATIENT)
    load = Load(store, units)
    with load.running(store):
        for kill in range(1, kills + 1):
            wait_until(lambda: load.admitted >= 100 * kill, "the load goes on")  # noqa: B023 - waited for
            server.kill()
            refused = load.refused
            wait_until(lambda: load.refused > refused + 20, "requests are refused meanwhile")  # noqa: B023
            server.restart()
        denied = load.denied
        wait_until(lambda: load.denied > denied + 50, "all units are spent")
    # What was spent without being admitted are units of which the reply was lost, at most one each.
    assert units - store.health.failures <= load.admitted <= units
    assert 0 < load.limit.degraded <= load.refused
    comes_back(load.limit)  # if failures came in late
    assert load.limit.check(token="another").limits[0].remaining == units - 1
    assert store.health.state == "closed"
    store.close()


def test_kill_9_in_the_middle_of_a_load_spends_nothing_twice_and_locks_nobody_out() -> None:
    with RedisServer(appendonly=True, settings=FAITHFUL) as server:
        _survives(server, kills=2)


@pytest.mark.soak
def test_kill_9_a_hundred_times_in_the_middle_of_a_load_spends_nothing_twice() -> None:
    with RedisServer(appendonly=True, settings=FAITHFUL) as server:
        _survives(server, kills=100)


@pytest.mark.anyio
async def test_guards_of_a_server_that_died_do_what_they_declare_and_come_back(
    redis_server: RedisServer, redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = Redis.from_url(redis_url, deadline=PATIENT)
    limits = limits_of(store)
    for limit in limits.values():
        limit.check(token="a", cost=0)
    with caplog.at_level(logging.DEBUG, "failwell"):
        redis_server.kill()
        assert await statuses(limits["open"], "a", 6) == [200] * 6
        assert await statuses(limits["closed"], "a", 6) == [503] * 6
        assert await statuses(limits["local"], "a", 6) == [200] * 3 + [429] * 3
        redis_server.restart()
        for limit in limits.values():
            comes_back(limit)
    assert [limit.degraded for limit in limits.values()][2] == 6
    said = [record.getMessage() for record in caplog.records if record.name == "failwell.guard"]
    assert sum(" is down" in line for line in said) == sum(" is back" in line for line in said) == 3
    assert [record.name for record in caplog.records].count("failwell.store") == 2
    assert "redis://" not in caplog.text
    assert limits["open"].check(token="a").limits[0].remaining == 2
    store.close()
    await store.aclose()


def test_idle_connections_that_a_restart_cut_are_made_anew_and_fail_nobody(
    redis_server: RedisServer, redis_url: str
) -> None:
    store = Redis.from_url(redis_url, deadline=PATIENT)
    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(lambda number: answers(store, number), range(100)))
        redis_server.restart()
        assert all(threads.map(lambda number: answers(store, number), range(100)))
    assert store.health.failures == 0

    async def ask() -> None:
        for _ in range(2):
            for number in range(3):
                assert await store.arun(ECHO, KEYS, [(number, 1)]) == [number]
            await asyncio.to_thread(redis_server.restart)
        await store.aclose()

    asyncio.run(ask())
    assert store.health.failures == 0
    store.close()
