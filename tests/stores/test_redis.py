"""The store on a real Redis: what it writes there, and that no reply ever reaches the wrong caller."""

from __future__ import annotations

import asyncio
import gc
import random
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import redis as redis_py
from hypothesis import given
from hypothesis import strategies as st

from failwell.guard import Bucket, RateLimit
from failwell.guard.subject import key_of
from failwell.store import Redis
from failwell.typing import Args, Entry, Key, Look, StoreUnavailableError, Transition, Value
from tests.parts.program import wait_until
from tests.parts.redis import RedisServer

ROOT = Path(__file__).parents[2]
PATIENT = 20.0  # seconds: most of these tests are about what is decided, not when
SPAN = 60_000_000


def _echo(
    look: Look, now: int, keys: Sequence[Key], args: Sequence[Args]
) -> tuple[dict[Key, Entry], list[Value]]:
    raise NotImplementedError("these tests run the Lua")


ECHO = Transition("echo", _echo, "return {args[1][1]}")
COUNT = Transition(
    "count",
    _echo,
    """
local result = {}
for i, arg in ipairs(args) do
  local count = (look(i) or {0, 0})[2] + arg[1]
  write(i, {now + arg[2], count})
  result[i] = count
end
return result
""",
)
LATE_FAILURE = Transition(
    "late-failure", _echo, "for i in ipairs(args) do write(i, {now + 60000000, 1}) end return nil + 1"
)
WASTE = Transition(  # of some thousandths of a second, so that callers are found waiting for their replies
    "waste", _echo, "local x = 0 for i = 1, 200000 do x = x + i % 7 end return {args[1][1]}"
)
A, B = "test:a:s:1", "test:b:s:2"


@pytest.fixture
def store(redis_url: str) -> Iterator[Redis]:
    made = Redis.from_url(redis_url, deadline=PATIENT)
    yield made
    made.close()


def connected(server: RedisServer) -> int:
    """Connections of others."""
    with server.client() as client:
        listed: list[dict[str, str]] = client.client_list()
        return len(listed) - 1


def calls(server: RedisServer) -> dict[str, int]:
    with server.client() as client:
        told: dict[str, Any] = client.info("commandstats")
    return {name.removeprefix("cmdstat_"): int(stats["calls"]) for name, stats in told.items()}


# ---------------------------------------------------------------------------- scripts


def test_a_transition_sees_what_was_written_and_the_time_that_it_is_given(redis_url: str) -> None:
    store = Redis.from_url(redis_url, deadline=PATIENT, clock=lambda: 10**15)
    assert store.run(COUNT, [A, B], [(1, SPAN), (2, SPAN)], "g") == [1, 2]
    assert store.run(COUNT, [B], [(5, SPAN)], "g") == [7]
    assert store.run(Transition("now", _echo, "return {now}"), [A], [(SPAN,)]) == [10**15]
    store.close()


def test_a_transition_is_one_command(redis_server: RedisServer, store: Redis) -> None:
    store.run(COUNT, [A], [(1, SPAN)])
    before = calls(redis_server)
    for _ in range(10):
        store.run(COUNT, [A], [(1, SPAN)])
    after = calls(redis_server)
    grown = {name: after[name] - before.get(name, 0) for name in after if after[name] > before.get(name, 0)}
    assert grown.pop("evalsha") == 10
    assert set(grown) <= {"get", "set", "time", "info", "hello", "client|setinfo"}  # the script's, the test's


@pytest.mark.anyio
async def test_scripts_that_were_flushed_are_sent_again_and_nothing_counts_twice(
    redis_server: RedisServer, store: Redis
) -> None:
    for expected in range(1, 20):
        with redis_server.client() as client:
            client.script_flush()
        result = (
            store.run(COUNT, [A], [(1, SPAN)]) if expected % 2 else await store.arun(COUNT, [A], [(1, SPAN)])
        )
        assert result == [expected]
    assert store.health.failures == 0
    await store.aclose()


def test_racing_threads_that_all_find_scripts_flushed_count_each_once(
    redis_server: RedisServer, store: Redis
) -> None:
    with ThreadPoolExecutor(16) as threads, redis_server.client() as client:
        futures = [threads.submit(store.run, COUNT, [A], [(1, SPAN)]) for _ in range(320)]
        while not all(future.done() for future in futures):
            client.script_flush()
        assert sorted(future.result()[0] for future in futures) == list(range(1, 321))


def test_a_restarted_redis_gets_its_scripts_again() -> None:
    with RedisServer(appendonly=True, settings={"appendfsync": "no"}) as server:
        store = Redis.from_url(server.url, deadline=PATIENT)
        assert store.run(COUNT, [A], [(1, SPAN)]) == [1]
        server.restart()
        assert store.run(COUNT, [A], [(1, SPAN)]) == [2]
        assert store.health.failures == 0
        store.close()


def test_a_transition_that_fails_writes_nothing(redis_server: RedisServer, store: Redis) -> None:
    with pytest.raises(StoreUnavailableError):
        store.run(LATE_FAILURE, [A, B], [(1, SPAN), (1, SPAN)], "g")
    with redis_server.client() as client:
        assert client.dbsize() == 0
    assert store.run(COUNT, [A], [(1, SPAN)]) == [1]


# ---------------------------------------------------------------------------- what is written

CANARIES = "canary@example.com", "203.0.113.77", "tok_canary_4711", "Ada Canary"


@pytest.mark.parametrize("secret", [b"", b"s" * 32])
def test_whom_entries_are_for_is_nowhere_in_redis(
    redis_server: RedisServer, redis_url: str, secret: bytes
) -> None:
    store = Redis.from_url(redis_url, deadline=PATIENT, secret=secret)
    limit = RateLimit(Bucket("token", 9, per="hour"), Bucket("ip", 9, per="hour"), store=store)
    spread = RateLimit(Bucket("org", 9, per="hour"), store=store, spread_by="org")
    for canary in CANARIES:
        limit.check(token=canary, ip=canary.encode())
        limit.check(token=canary * 20, ip=UUID("c0ffee00-0000-4000-8000-00000000beef"))
        spread.check(org=canary)
    with redis_py.Redis.from_url(redis_url) as client:
        kept = b"".join(key + (client.dump(key) or b"") for key in client.scan_iter())
    for canary in [*CANARIES, "c0ffee00"]:
        assert canary.encode() not in kept
        assert canary.encode().hex().encode() not in kept
    assert b"failwell:{rate}rate:token.9.3600.0:" in kept
    store.close()


@given(seed=st.integers(0, 2**32))
def _spend(store: Redis, limit: RateLimit, seed: int) -> None:
    chance = random.Random(seed)
    plan = (Bucket("token", 3, per="day", burst=chance.randrange(1, 9)),)
    for _ in range(20):
        subjects = {"token": f"{seed}:{chance.randrange(3)}", "org": chance.choice([None, 1, "1", b"1"])}
        with suppress(Exception):
            limit.check(cost=chance.randrange(4), plan=chance.choice([(), plan]), **subjects)
        if chance.random() < 0.1:
            limit.reset(org=1)


def test_every_key_expires(redis_server: RedisServer, store: Redis) -> None:
    limit = RateLimit(Bucket("token", 5, per="minute"), Bucket("org", 100, per="hour"), store=store)
    _spend(store, limit)
    with redis_server.client() as client:
        left = [client.pttl(key) for key in client.scan_iter(count=1000)]
    assert len(left) > 100
    assert all(0 < time <= 3 * 86_400_000 or time == -2 for time in left)  # -2: it is gone by now
    assert limit.degraded == 0


def test_what_is_over_takes_no_room(redis_server: RedisServer, redis_url: str) -> None:
    now = 10**15
    store = Redis.from_url(redis_url, deadline=PATIENT, clock=lambda: now)
    limit = RateLimit(Bucket("token", 5, per="hour"), store=store)
    limit.check(token="a")
    limit.reset(token="a")
    with redis_server.client() as client:
        assert client.dbsize() == 0
    store.close()


NASTY: list[str | int | bytes] = [
    "",
    "{}",
    "{a}",
    "}{",
    "a/b",
    "a:b",
    "a:s:b",
    "\x00",
    "a\x00b",
    "x" * 1_000_000,
    "x" * 999_999 + "y",
    "\u202egnp.exe",
    "gnp.exe",
    "\ud800",
    "\udfff",
    "1",
    1,
    b"1",
    -1,
    2**70,
    b"",
    b"\xff\xfe",
    "é",
    "e\u0301",
    "\r\nFLUSHALL\r\n",
    "*",
]


def test_no_two_subjects_share_an_entry_however_nasty(redis_server: RedisServer, store: Redis) -> None:
    limit = RateLimit(Bucket("token", 100, per="day"), store=store)
    for number, subject in enumerate(NASTY, 1):
        limit.check(token=subject, cost=number)
    left = [limit.peek(token=subject).limits[0].remaining for subject in NASTY]
    assert left == [100 - number for number in range(1, len(NASTY) + 1)]
    with redis_server.client() as client:
        assert client.dbsize() == len(NASTY)
        assert max(len(key) for key in client.scan_iter()) < 100


def test_stores_of_other_prefixes_or_secrets_share_nothing(redis_server: RedisServer, redis_url: str) -> None:
    stores = [
        Redis.from_url(redis_url, deadline=PATIENT, prefix=prefix, secret=secret)
        for prefix, secret in [("a:", b""), ("b:", b""), ("", b""), ("a:", b"s"), ("a", b"")]
    ]
    key = key_of("test:a", "1")
    for store in stores:
        assert store.run(COUNT, [key], [(1, SPAN)]) == [1]
    with redis_server.client() as client:
        assert client.dbsize() == len(stores)
    for store in stores:
        store.close()


def test_numbers_and_bytes_come_back_as_they_were(store: Redis) -> None:
    keep = Transition("keep", _echo, "write(1, {now + args[1][2], args[1][1]}) return {args[1][1]}")
    read = Transition("read", _echo, "return {look(1)[2]}")
    sizes = [2**exponent + more for exponent in (0, 5, 7, 8, 16, 31, 32, 52) for more in (-1, 0, 1)]
    for value in *sizes, *(-size for size in sizes), 2**53 - 1, b"", b"\x00\xff{}", b"a" * 31, b"x" * 100_000:
        assert store.run(keep, [A], [(value, SPAN)]) == [value]
        assert store.run(read, [A], [(SPAN,)]) == [value]


# ---------------------------------------------------------------------------- replies and connections


@pytest.mark.anyio
@pytest.mark.parametrize("outside", [False, True])
async def test_cancelled_tasks_leave_no_reply_to_another_and_no_connection_behind(
    redis_server: RedisServer,
    redis_url: str,
    outside: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    store = Redis.from_url(redis_url, deadline=PATIENT, connections=8)
    chance = random.Random(7)

    async def ask(number: int) -> bool:
        transition = WASTE if number % 3 == 0 else ECHO
        patience = chance.choice([0.0, 0.0002, 0.001, 0.004, 0.02, PATIENT])
        try:
            if outside:
                async with asyncio.timeout(patience):
                    return await store.arun(transition, [A], [(number, SPAN)]) == [number]
            task = asyncio.create_task(store.arun(transition, [A], [(number, SPAN)]))
            asyncio.get_running_loop().call_later(patience, task.cancel)
            return await task == [number]
        except (asyncio.CancelledError, TimeoutError):
            return True

    for round_ in range(12):
        numbers = range(round_ * 50, round_ * 50 + 50)
        assert all(await asyncio.gather(*(ask(number) for number in numbers)))
    replies = await asyncio.gather(*(store.arun(ECHO, [A], [(number, SPAN)]) for number in range(50)))
    assert replies == [[number] for number in range(50)]
    wait_until(lambda: connected(redis_server) <= 8, "the connections of cancelled tasks are closed or kept")
    assert store.health.failures == 0
    await store.aclose()
    wait_until(lambda: connected(redis_server) == 0, "no connections are left")


@pytest.mark.anyio
async def test_more_tasks_than_connections_wait_for_each_other(
    redis_server: RedisServer, redis_url: str
) -> None:
    store = Redis.from_url(redis_url, deadline=PATIENT, connections=3)
    replies = await asyncio.gather(*(store.arun(ECHO, [A], [(number, SPAN)]) for number in range(200)))
    assert replies == [[number] for number in range(200)]
    assert connected(redis_server) <= 3
    await store.aclose()


def test_more_threads_than_connections_wait_for_each_other(redis_server: RedisServer, redis_url: str) -> None:
    store = Redis.from_url(redis_url, deadline=PATIENT, connections=3)
    with ThreadPoolExecutor(32) as threads:
        replies = list(threads.map(lambda number: store.run(ECHO, [A], [(number, SPAN)]), range(300)))
    assert replies == [[number] for number in range(300)]
    assert connected(redis_server) <= 3
    store.close()
    wait_until(lambda: connected(redis_server) == 0, "no connections are left")


@pytest.mark.anyio
async def test_a_store_that_was_closed_can_be_used_again(redis_server: RedisServer, store: Redis) -> None:
    for _ in range(3):
        assert store.run(ECHO, [A], [(1, SPAN)]) == await store.arun(ECHO, [A], [(1, SPAN)]) == [1]
        store.close()
        store.close()
        await store.aclose()
        await store.aclose()
    wait_until(lambda: connected(redis_server) == 0, "no connections are left")


# ---------------------------------------------------------------------------- event loops and processes


def test_loops_of_several_threads_each_have_connections_of_their_own(
    redis_server: RedisServer, store: Redis
) -> None:
    both = threading.Barrier(2, timeout=PATIENT)

    async def ask(start: int) -> list[Any]:
        await asyncio.to_thread(both.wait)
        replies = [await store.arun(ECHO, [A], [(number, SPAN)]) for number in range(start, start + 100)]
        await store.aclose()
        return replies

    with ThreadPoolExecutor(2) as threads:
        replies = list(threads.map(lambda start: asyncio.run(ask(start)), [0, 1_000]))
    assert replies == [[[number] for number in range(start, start + 100)] for start in (0, 1_000)]
    wait_until(lambda: connected(redis_server) == 0, "no connections are left")


def test_a_loop_that_closed_the_store_leaves_nothing_open(redis_server: RedisServer, store: Redis) -> None:
    async def ask() -> None:
        await store.arun(ECHO, [A], [(1, SPAN)])
        await store.aclose()

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(3):
            asyncio.run(ask())
        gc.collect()
    assert caught == []
    wait_until(lambda: connected(redis_server) == 0, "no connections are left")


def test_loops_that_ended_without_a_word_do_not_pile_up(redis_server: RedisServer, store: Redis) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # for whom Python warns of that
        for number in range(20):
            assert asyncio.run(store.arun(ECHO, [A], [(number, SPAN)])) == [number]
        gc.collect()
        wait_until(lambda: connected(redis_server) <= 1, "the connections of ended loops are closed")
        store._lanes.clear()
        gc.collect()


_FORK = """
import asyncio, os, sys
from failwell.store import Redis
from failwell.typing import Transition
echo = Transition("echo", lambda *_: ({}, []), "return {args[1][1]}")
store = Redis.from_url(sys.argv[1], deadline=20)

def right(start):
    return all(store.run(echo, ["test:a:s:1"], [(n, 1)]) == [n] for n in range(start, start + 300))

async def aright(start):
    fine = all([await store.arun(echo, ["test:a:s:1"], [(n, 1)]) == [n] for n in range(start, start + 300)])
    await store.aclose()
    return fine

assert right(0) and asyncio.run(aright(0))
child = os.fork()
start = 2_000 if child else 1_000
assert right(start) and asyncio.run(aright(start))
if child:
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
"""


def test_a_process_that_was_forked_asks_on_connections_of_its_own(redis_url: str) -> None:
    done = subprocess.run([sys.executable, "-c", _FORK, redis_url], cwd=ROOT, check=False)
    assert done.returncode == 0


@pytest.mark.anyio
async def test_a_loop_and_threads_share_what_they_decide(store: Redis) -> None:
    assert store.run(COUNT, [A], [(1, SPAN)]) == [1]
    assert await store.arun(COUNT, [A], [(1, SPAN)]) == [2]
    assert await asyncio.to_thread(store.run, COUNT, [A], [(1, SPAN)]) == [3]
    await store.aclose()
