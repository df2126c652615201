"""A two-bucket decision with header state on Redis, over one Lua call of redis-py that does the same by hand.

Time is the wall's, for most of it passes in the server, which is on this machine. The script written by hand
has its numbers in the call and keeps plain numbers; it validates nothing, and its keys are the subjects.
*64 tasks* ask at the same time. A denial that is remembered is not asked for again for a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import perf_counter_ns

import redis
import redis.asyncio

from bench.limiters import ENOUGH, OURS, Check, TooManyError, on_redis, rate_limit
from bench.measure import Race, Row, UnavailableError, Work
from failwell.store import Redis
from tests.parts.redis import ABSENT, RedisServer, redis_program

CALLS = 300
TASKS = 64
GOAL = 1.2
LUA = "one Lua call"
ACheck = Callable[..., Awaitable[object]]

SCRIPT = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local full, ahead = {}, {}
for i = 1, 2 do
  local at = tonumber(redis.call('GET', KEYS[i])) or now
  if at < now then at = now end
  full[i] = at + ARGV[i * 2 - 1]
  ahead[i] = full[i] - now
  if ahead[i] > tonumber(ARGV[i * 2]) then return {-1, ahead[i]} end
end
for i = 1, 2 do
  redis.call('SET', KEYS[i], string.format('%d', full[i]), 'PX', math.ceil(ahead[i] / 1000))
end
return ahead
"""
INTERVAL, SPAN = 60_000_000 // 600_000, 60_000_000


def by_hand(client: redis.Redis) -> Check:
    script = client.register_script(SCRIPT)

    def check(*, token: str, org: str) -> object:
        return script(keys=[f"{{hand}}token:{token}", f"{{hand}}org:{org}"], args=[INTERVAL, SPAN] * 2)

    return check


def by_hand_async(client: redis.asyncio.Redis) -> ACheck:
    script = client.register_script(SCRIPT)

    async def check(*, token: str, org: str) -> object:
        return await script(keys=[f"{{hand}}token:{token}", f"{{hand}}org:{org}"], args=[INTERVAL, SPAN] * 2)

    return check


def asked(check: Check) -> Work:
    def work(calls: int) -> None:
        for number in range(calls):
            check(token=f"token_{number}", org="org_1")

    return work


def denied(check: Check) -> Work:
    with suppress(TooManyError):  # another one may have spent it before
        check(token="token_1", org="org_1")

    def work(calls: int) -> None:
        for _ in range(calls):
            try:
                check(token="token_1", org="org_1")
            except TooManyError:
                continue
            raise AssertionError("admitted, so this measures something else")

    return work


def asked_at_once(check: ACheck, runner: asyncio.Runner, tasks: int) -> Work:
    async def one_after_the_other(calls: int) -> None:
        for number in range(calls):
            await check(token=f"token_{number}", org="org_1")

    async def all_tasks(calls: int) -> None:
        await asyncio.gather(*(one_after_the_other(calls // tasks) for _ in range(tasks)))

    return lambda calls: runner.run(all_tasks(max(calls, tasks)))


def rows(rounds: int) -> list[Row]:
    if redis_program() is None:
        raise UnavailableError(ABSENT)
    with RedisServer() as server, redis.Redis.from_url(server.url) as client:
        # What is measured is how long it takes, so nobody gives up meanwhile.
        store = Redis.from_url(server.url, deadline=10)
        result = [*_one_by_one(server.url, client, store, rounds), *_in_tasks(server.url, store, rounds)]
        store.close()
    return result


def _one_by_one(url: str, client: redis.Redis, store: Redis, rounds: int) -> list[Row]:
    checks = {LUA: by_hand(client), OURS: rate_limit(store, ENOUGH, ENOUGH).check, **on_redis(url, client)}
    race = Race(
        {name: asked(check) for name, check in checks.items()},
        calls=CALLS,
        rounds=rounds,
        timer=perf_counter_ns,
    )
    result = [
        race.ratio(name, LUA, work="two buckets admit", goal=GOAL if name == OURS else None)
        for name in checks
        if name != LUA
    ]
    denials = {
        LUA: asked(by_hand(client)),
        OURS: denied(rate_limit(store, 1, 1, remember_denials=0).check),
        "RateLimit, remembered": denied(rate_limit(store, 1, 1).check),
    }
    race = Race(denials, calls=CALLS, rounds=rounds, timer=perf_counter_ns)
    return result + [race.ratio(name, LUA, work="two buckets deny") for name in denials if name != LUA]


def _in_tasks(url: str, store: Redis, rounds: int) -> list[Row]:
    result: list[Row] = []
    with asyncio.Runner() as runner:
        client = redis.asyncio.Redis.from_url(url)
        for tasks in (1, TASKS):
            ways = {
                LUA: asked_at_once(by_hand_async(client), runner, tasks),
                OURS: asked_at_once(rate_limit(store, ENOUGH, ENOUGH).acheck, runner, tasks),
            }
            work = f"… by asyncio, {tasks} task{'s' if tasks > 1 else ''}"
            result.append(
                Race(ways, calls=CALLS, rounds=rounds, timer=perf_counter_ns).ratio(
                    OURS, LUA, work=work, goal=GOAL
                )
            )
        runner.run(client.aclose())
        runner.run(store.aclose())
    return result
