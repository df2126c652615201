"""The store on a real Redis Cluster: what is decided together lies together, and each node fails alone."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

import pytest

from failwell.answers import Refused
from failwell.guard import Bucket, Decision, RateLimit
from failwell.store import Redis
from failwell.store.slots import slot_of
from failwell.typing import StoreUnavailableError, Transition
from tests.parts.cluster import RedisCluster
from tests.parts.program import wait_until
from tests.parts.redis import RedisServer
from tests.parts.stopwatch import quickest

PATIENT = 20.0  # seconds: most of these tests are about what is decided, not when
SHORT = 0.2  # where a deadline is what is tested
SLACK = 2.5  # what a loaded machine may add; redis-py by itself would wait for five seconds and more
SPAN = 600_000_000

COUNT = Transition(
    "count",
    lambda *_: ({}, []),
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


@pytest.fixture
def store(redis_cluster_url: str) -> Iterator[Redis]:
    made = Redis.from_url(redis_cluster_url, cluster=True, deadline=PATIENT)
    yield made
    made.close()


@pytest.fixture(scope="module")
def lenient_cluster() -> Iterator[RedisCluster]:
    """One whose nodes go on while another is down."""
    with RedisCluster() as cluster:
        for node in cluster.nodes:
            with node.client() as client:
                client.config_set("cluster-require-full-coverage", "no")
        yield cluster


def sizes(cluster: RedisCluster) -> list[int]:
    found = []
    for node in cluster.nodes:
        with node.client() as client:
            found.append(int(client.dbsize()))
    return found


def key(number: int) -> str:
    return f"test:count:i:{number}"


def owner(cluster: RedisCluster, store: Redis, number: int) -> RedisServer:
    """The node that has a key, slots being dealt out in thirds."""
    slot = slot_of(store._words([key(number)], [(1, SPAN)], None)[1])
    return next(node for place, node in enumerate(cluster.nodes) if slot < (place + 1) * 16_384 // 3)


def count(store: Redis, number: int) -> int | None:
    with suppress(StoreUnavailableError):
        return int(store.run(COUNT, [key(number)], [(1, SPAN)])[0])
    return None


# ---------------------------------------------------------------------------- where keys lie


@pytest.mark.anyio
async def test_keys_that_are_decided_alone_spread_over_the_nodes(
    redis_cluster: RedisCluster, store: Redis
) -> None:
    for number in range(60):
        assert store.run(COUNT, [key(number)], [(1, SPAN)]) == [1]
        assert await store.arun(COUNT, [key(number)], [(1, SPAN)]) == [2]
    assert sum(sizes(redis_cluster)) == 60
    assert min(sizes(redis_cluster)) > 5
    assert store.health.failures == 0
    await store.aclose()


@pytest.mark.anyio
async def test_buckets_that_are_decided_together_lie_on_one_node(
    redis_cluster: RedisCluster, store: Redis
) -> None:
    limit = RateLimit(Bucket("token", 9, per="day"), Bucket("org", 9, per="day"), store=store)
    for number in range(20):
        limit.check(token=f"t{number}", org=f"o{number}")
        assert [
            state.remaining for state in (await limit.acheck(token=f"t{number}", org=f"o{number}")).limits
        ] == [
            7,
            7,
        ]
    assert sorted(sizes(redis_cluster)) == [0, 0, 40]
    assert limit.degraded == 0
    await store.aclose()


@pytest.mark.anyio
async def test_keys_spread_by_a_bucket_spread_over_the_nodes_and_stay_indivisible(
    redis_cluster: RedisCluster, store: Redis
) -> None:
    limit = RateLimit(
        Bucket("token", 100, per="day"),
        Bucket("org", 5, per="day"),
        store=store,
        spread_by="org",
        remember_denials=0,
    )
    questions: list[dict[str, Any]] = [
        {"token": f"t{number % 12}", "org": f"o{number % 12}"} for number in range(12 * 16)
    ]
    results = await asyncio.gather(*(limit.acheck(**one) for one in questions), return_exceptions=True)
    assert sum(isinstance(one, Decision) for one in results) == 12 * 5
    assert sum(isinstance(one, Refused) for one in results) == 12 * 11
    for number in range(12):
        left = limit.peek(token=f"t{number}", org=f"o{number}").limits
        assert [state.remaining for state in left] == [95, 0]
    assert sum(sizes(redis_cluster)) == 24
    assert min(sizes(redis_cluster)) > 0
    assert limit.degraded == 0
    await store.aclose()


def test_racing_threads_admit_exactly_as_many_as_there_are_units(store: Redis) -> None:
    limit = RateLimit(Bucket("org", 50, per="day"), store=store, spread_by="org", remember_denials=0)

    def admitted(number: int) -> bool:
        try:
            return not limit.check(org=f"o{number % 3}").degraded
        except Refused:
            return False

    with ThreadPoolExecutor(64) as threads:
        assert sum(threads.map(admitted, range(300))) == 150


def test_keys_of_several_nodes_in_one_step_are_refused_not_halved(
    redis_cluster: RedisCluster, store: Redis
) -> None:
    with pytest.raises(StoreUnavailableError, match="ClusterCrossSlotError"):
        store.run(COUNT, [key(1), key(2)], [(1, SPAN)] * 2)
    assert sizes(redis_cluster) == [0, 0, 0]


@pytest.mark.anyio
async def test_scripts_that_were_flushed_are_sent_again_to_each_node(
    redis_cluster: RedisCluster, store: Redis
) -> None:
    for expected in range(1, 4):
        redis_cluster.nodes[expected % 3].flush()
        for node in redis_cluster.nodes:
            with node.client() as client:
                client.script_flush()
                client.flushall()
        assert [count(store, number) for number in range(12)] == [1] * 12
        assert [await store.arun(COUNT, [key(number)], [(1, SPAN)]) for number in range(12)] == [[2]] * 12
    assert store.health.failures == 0
    await store.aclose()


@pytest.mark.anyio
async def test_cancelled_tasks_leave_no_reply_to_another(store: Redis) -> None:
    chance, echo = random.Random(7), Transition("echo", lambda *_: ({}, []), "return {args[1][1]}")

    async def is_right(number: int) -> bool:
        task = asyncio.create_task(store.arun(echo, [key(number % 9)], [(number, 1)]))
        asyncio.get_running_loop().call_later(chance.choice([0, 0.0005, 0.002, 0.01, PATIENT]), task.cancel)
        with suppress(asyncio.CancelledError):
            return await task == [number]
        return True

    for start in range(0, 600, 100):
        assert all(await asyncio.gather(*(is_right(number) for number in range(start, start + 100))))
    assert [await store.arun(echo, [key(number)], [(number, 1)]) for number in range(9)] == [
        [n] for n in range(9)
    ]
    assert store.health.failures == 0
    await store.aclose()


# ---------------------------------------------------------------------------- slots that move


def _migrate(source: Any, target: Any, slot: int) -> Iterator[str]:
    """Moves a slot as redis-cli does, and says after each step how far it is."""
    ids = [client.execute_command("CLUSTER MYID") for client in (source, target)]
    target.execute_command("CLUSTER SETSLOT", slot, "IMPORTING", ids[0])
    source.execute_command("CLUSTER SETSLOT", slot, "MIGRATING", ids[1])
    yield "on its way"
    port = target.connection_pool.connection_kwargs["port"]
    for name in source.execute_command("CLUSTER GETKEYSINSLOT", slot, 100):
        source.execute_command("MIGRATE", "127.0.0.1", port, name, 0, 5_000)
    yield "its keys are there"
    for client in target, source:
        client.execute_command("CLUSTER SETSLOT", slot, "NODE", ids[1])
    yield "moved"


@pytest.mark.anyio
async def test_keys_are_found_and_counted_once_while_and_after_their_slot_moves(
    lenient_cluster: RedisCluster,
) -> None:
    lenient_cluster.mend()
    lenient_cluster.flush()
    store = Redis.from_url(lenient_cluster.url, cluster=True, deadline=PATIENT)
    assert [count(store, number) for number in range(10)] == [1] * 10
    place = owner(lenient_cluster, store, 0)
    other = next(node for node in lenient_cluster.nodes if node is not place)
    slot, expected = slot_of(store._words([key(0)], [(1, SPAN)], None)[1]), 1
    for source, target in (place, other), (other, place):  # and back, as it was
        with source.client() as one, target.client() as another:
            for _ in _migrate(one, another, slot):
                for _ in range(3):
                    expected += 2
                    assert store.run(COUNT, [key(0)], [(1, SPAN)]) == [expected - 1]
                    assert await store.arun(COUNT, [key(0)], [(1, SPAN)]) == [expected]
    assert [count(store, number) for number in range(1, 10)] == [2] * 9
    assert store.health.failures == 0
    store.close()
    await store.aclose()


# ---------------------------------------------------------------------------- nodes that fail


def get_under_way(store: Redis) -> None:
    """Lets a store of a short deadline connect to all nodes, however long a loaded machine takes for it."""
    wait_until(lambda: all(count(store, number) for number in range(30)), "all nodes answer in time")


@pytest.mark.anyio
@pytest.mark.parametrize("failure", ["kill", "pause"])
async def test_while_a_node_is_down_its_keys_are_and_the_others_go_on(
    lenient_cluster: RedisCluster, failure: str
) -> None:
    lenient_cluster.mend()
    lenient_cluster.flush()
    url = lenient_cluster.nodes[0].url
    stores = [Redis.from_url(url, cluster=True, deadline=SHORT) for _ in range(3)]
    for store in stores:
        get_under_way(store)
    down = lenient_cluster.nodes[0]  # the one of the address
    lost = [number for number in range(30) if owner(lenient_cluster, stores[0], number) is down]
    loop = asyncio.get_running_loop()
    getattr(down, failure)()

    def fails(store: Redis) -> None:
        assert count(store, lost[0]) is None

    def fails_in_loop(store: Redis) -> None:
        step = store.arun(COUNT, [key(lost[0])], [(1, SPAN)])
        with pytest.raises(StoreUnavailableError):
            asyncio.run_coroutine_threadsafe(step, loop).result()

    for way in (fails, fails_in_loop):
        took = await asyncio.to_thread(quickest, *(partial(way, store) for store in stores))
        assert took < 4 * SHORT + SLACK, way
    store = stores[0]
    for number in lost:
        assert count(store, number) is None
    assert store.health.state in ("open", "half_open")

    def others_go_on() -> bool:  # the others never failed; a loaded machine may let one miss its deadline
        return all(count(store, number) for number in range(30) if number not in lost)

    wait_until(others_go_on, "the other nodes answer")
    before = store.health.refused
    for _ in range(20):
        for number in lost:
            assert count(store, number) is None
    assert store.health.refused - before > 10 * len(lost)  # one at a time still looks whether it is back
    fresh = Redis.from_url(lenient_cluster.nodes[1].url, cluster=True, deadline=PATIENT)
    assert all(count(fresh, number) for number in range(30) if number not in lost)
    fresh.close()
    lenient_cluster.mend()
    wait_until(lambda: all(count(store, number) for number in range(30)), "all nodes are asked again")
    wait_until(lambda: store.health.state == "closed", "the store is as before")
    for store in stores:
        store.close()
        await store.aclose()


@pytest.mark.anyio
async def test_a_cluster_that_is_down_as_a_whole_keeps_nobody_waiting_and_comes_back(
    redis_cluster: RedisCluster, redis_cluster_url: str
) -> None:
    store = Redis.from_url(redis_cluster_url, cluster=True, deadline=SHORT)
    limit = RateLimit(Bucket("org", 5, per="day"), store=store, spread_by="org", on_outage="open")
    for node in redis_cluster.nodes:
        node.pause()
    start = time.monotonic()
    for number in range(20):
        assert limit.check(org=number).degraded
        assert (await limit.acheck(org=number)).degraded
    assert time.monotonic() - start < 4 * SLACK  # three failures would be longer without the deadline
    redis_cluster.mend()
    wait_until(lambda: not limit.check(org="b", cost=0).degraded, "the cluster is asked again")
    store.close()
    await store.aclose()


@pytest.mark.anyio
async def test_a_failover_is_followed_by_itself() -> None:
    """Another node takes over the slots of one that died, as its replica does."""
    with RedisCluster() as cluster:
        bystander, heir, dead = cluster.nodes
        with heir.client() as client:
            client.config_set("cluster-require-full-coverage", "no")
        store = Redis.from_url(heir.url, cluster=True, deadline=PATIENT)
        assert [count(store, number) for number in range(30)] == [1] * 30
        lost = [number for number in range(30) if owner(cluster, store, number) is dead]
        dead.kill()
        assert count(store, lost[0]) is None
        with heir.client() as client:
            own = client.execute_command("CLUSTER MYID")
        for node in heir, bystander:  # or the bystander would go on naming the dead one, whose epoch is later
            with node.client() as client, client.pipeline(transaction=False) as told:
                for slot in range(2 * 16_384 // 3, 16_384):
                    told.execute_command("CLUSTER SETSLOT", slot, "NODE", own)
                told.execute()
        wait_until(lambda: all(count(store, number) for number in lost), "the heir is asked")
        assert all([await store.arun(COUNT, [key(number)], [(1, SPAN)]) for number in lost])
        assert store.health.state == "closed"  # the dead node is none of the cluster's any more
        assert store.health.failures >= 3
        store.close()
        await store.aclose()
