"""What one subject of one limit costs in bytes, after a hundred requests of each.

In memory it is what Python's allocator handed out for 20,000 subjects, their keys and the limiter's own books
included; in Redis what the server's memory grew by. Subjects are ids of 26 characters.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing

import redis
import throttled
from limits import parse
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter, RateLimiter

from bench.limiters import OURS
from bench.measure import Row
from failwell.guard import Bucket, RateLimit
from failwell.store import Memory, Redis
from failwell.typing import Store
from tests.parts.redis import RedisServer, redis_program

SUBJECTS = 20_000
HITS = 100
GOAL = 200.0
Hit = Callable[[str], object]


def by_failwell(store: Store) -> Hit:
    limit = RateLimit(Bucket("token", 10_000, per="day"), store=store)
    return lambda subject: limit.check(token=subject)


def by_limits(strategy: type[RateLimiter], storage: MemoryStorage | RedisStorage) -> Hit:
    limiter, rate = strategy(storage), parse("10000/day")
    return lambda subject: limiter.hit(rate, "token", subject)


def by_throttled(store: throttled.MemoryStore | throttled.RedisStore) -> Hit:
    limiter = throttled.Throttled(using="gcra", quota=throttled.per_day(10_000), store=store)
    return limiter.limit


def subjects(count: int) -> Iterator[str]:
    return (f"tok_{number:022}" for number in range(count))


def in_memory(make: Callable[[], Hit], count: int, hits: int) -> float:
    """Bytes a subject."""
    gc.collect()
    tracemalloc.start()
    hit = make()
    before = tracemalloc.get_traced_memory()[0]
    for subject in subjects(count):
        for _ in range(hits):
            hit(subject)
    gc.collect()
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return used / count


def in_redis(client: redis.Redis, hit: Hit, count: int, hits: int) -> float:
    """Bytes a subject."""
    client.flushall()
    hit("warm")
    before = client.info("memory")["used_memory"]
    for subject in subjects(count):
        for _ in range(hits):
            hit(subject)
    after = client.info("memory")["used_memory"]
    assert isinstance(before, int)
    assert isinstance(after, int)
    return (after - before) / count


def rows(rounds: int) -> list[Row]:
    hits = HITS if rounds > 10 else 10
    makers: dict[str, Callable[[], Hit]] = {
        OURS: lambda: by_failwell(Memory(max_subjects=2 * SUBJECTS)),
        "throttled, GCRA": lambda: by_throttled(throttled.MemoryStore(options={"MAX_SIZE": 2 * SUBJECTS})),
        "limits, fixed window": lambda: by_limits(FixedWindowRateLimiter, MemoryStorage()),
    }
    result = [_row(name, "in memory", in_memory(make, SUBJECTS, hits)) for name, make in makers.items()]
    moving = in_memory(lambda: by_limits(MovingWindowRateLimiter, MemoryStorage()), SUBJECTS // 20, hits)
    result.append(_row("limits, moving window", "in memory", moving))
    return result + (_redis_rows(hits) if redis_program() else [])


def _redis_rows(hits: int) -> list[Row]:
    count, few = SUBJECTS // 10, min(hits, 10)
    with (
        RedisServer() as server,
        redis.Redis.from_url(server.url) as client,
        closing(_store(server)) as store,
    ):
        ways: dict[str, Hit] = {
            OURS: by_failwell(store),
            "throttled, GCRA": by_throttled(throttled.RedisStore(server=server.url)),
            "limits, fixed window": by_limits(FixedWindowRateLimiter, RedisStorage(server.url)),
        }
        return [_row(name, "in Redis", in_redis(client, hit, count, few)) for name, hit in ways.items()]


def _store(server: RedisServer) -> Redis:
    return Redis.from_url(server.url, deadline=10)


def _row(name: str, where: str, size: float) -> Row:
    goal = GOAL if name == OURS else None
    return Row(f"a subject {where}", name, f"{size:.0f} bytes", "", size, "bytes", goal)
