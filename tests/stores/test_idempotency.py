"""Idempotency on real stores: the twins agree, races have one winner, outages double nothing unasked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from itertools import count
from pathlib import Path
from threading import Barrier, Event, Thread
from typing import Any, cast

import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import failwell.asgi
import failwell.wsgi
from failwell import Catalog, Contract, dialects
from failwell.answers import Refused
from failwell.guard.claim import Claim, KeptResponse
from failwell.guard.decisions.attempt import ABORTED, CLAIM, KEPT, RUN, RUNNING, SETTLE, TAKEOVER, TOO_LONG
from failwell.guard.idempotency import Idempotency, IdempotencyDenied
from failwell.store import SQL, Memory, Redis
from failwell.typing import Headers
from tests.parts.program import wait_until
from tests.parts.redis import RedisServer
from tests.unit.guard.frozen_clock import FrozenClock
from tests.unit.guard.slots import turn_until

SECOND, HOUR, DAY = 1_000_000, 3_600_000_000, 86_400_000_000
PATIENCE = 20.0
"""Seconds to wait for an answer where that is not what is tested: a busy machine is not a finding."""

REPLAYED: Headers = (("Idempotency-Replayed", "true"),)
REQUEST: dict[str, Any] = {
    "key": '"8e03978e"',
    "principal": "ann@example.com",
    "method": "POST",
    "path": "/orders",
    "body": b"{}",
}


@pytest.fixture
def store(redis_url: str) -> Iterator[Redis]:
    with closing(Redis.from_url(redis_url, deadline=PATIENCE)) as store:
        yield store


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture(params=["redis", "sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest, clock: FrozenClock, tmp_path: Path) -> Iterator[Redis | SQL]:
    """Each store that processes can share, at a time that stands still."""
    said: dict[str, Any] = {"deadline": PATIENCE, "clock": clock}
    if request.param == "redis":
        store: Redis | SQL = Redis.from_url(request.getfixturevalue("redis_url"), **said)
    elif request.param == "sqlite":
        store = SQL.from_url(f"sqlite:///{tmp_path}/guards.db", **said)
    else:
        store = SQL.from_url(request.getfixturevalue("postgres_url"), **said)
    with closing(store):
        yield store


@pytest.fixture
async def astore(redis_url: str) -> AsyncIterator[Redis]:
    store = Redis.from_url(redis_url, deadline=PATIENCE)
    yield store
    await store.aclose()


def order(guard: Idempotency, **other: Any) -> Claim:
    """Claims the run of one and the same request, but for what is said of it."""
    return guard.claim(**{**REQUEST, **other})


def refused(check: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        check()
    return caught.value


def reason(error: Refused) -> str:
    assert isinstance(error.denied, IdempotencyDenied)
    return error.denied.reason


# ------------------------------------------------------------------------------------------- the twins agree

_LOCK, _KEEP = 60 * SECOND, HOUR
_SAME, _OTHER = b"\x00\xff" * 16, b"a" * 32

_prints = st.sampled_from([_SAME, _SAME, _SAME, _OTHER])
_locks = st.sampled_from([_LOCK, _LOCK, 2 * _LOCK])
_keeps = st.sampled_from([_KEEP, _KEEP, DAY])
_moves = st.sampled_from([0, 0, 1, _LOCK, _LOCK - 1, _KEEP, -1, -_LOCK, -_KEEP, -DAY])
_steps = st.one_of(
    st.tuples(_moves, st.just(CLAIM), _locks, st.sampled_from([1, 1, 0]), _prints, _keeps),
    st.tuples(
        _moves,
        st.just(SETTLE),
        st.sampled_from([1, 1, 1, 2, 3]),  # whose fence: that of the last run, or of one before
        st.sampled_from([RUNNING, RUNNING, ABORTED, KEPT, TOO_LONG]),
        st.binary(max_size=300),
        _locks,
        _prints,
        _keeps,
    ),
)
_numbers = count()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(_steps, min_size=10, max_size=40))
def test_memory_and_redis_agree_whatever_is_asked_and_however_the_clock_goes(
    redis_url: str, steps: list[tuple[Any, ...]]
) -> None:
    clock = FrozenClock()
    clock.now = 1_000 * DAY
    memory, fences, keys = Memory(clock=clock), [1, 2, 3], ["idempotency:request:s:1"]
    prefix = f"agree{next(_numbers)}:"
    with closing(Redis.from_url(redis_url, prefix=prefix, deadline=PATIENCE, clock=clock)) as shared:
        for move, transition, *words in steps:
            clock.now += move
            if transition is SETTLE:
                words[0] = fences[-words[0]]
            result = list(memory.run(transition, keys, [tuple(words)]))
            assert list(shared.run(transition, keys, [tuple(words)])) == result
            if transition is CLAIM and result[0] in (RUN, TAKEOVER):
                fences.append(cast("int", result[1]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    body=st.binary(max_size=300),
    status=st.integers(200, 499),
    header=st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=20),
)
def test_what_redis_gives_back_is_what_it_was_given(
    redis_url: str, body: bytes, status: int, header: str
) -> None:
    with closing(Redis.from_url(redis_url, prefix=f"bytes{next(_numbers)}:", deadline=PATIENCE)) as store:
        guard = Idempotency(store=store)
        kept = order(guard).finish(status, (("Link", header),), body)
        assert kept == (status not in {401, 403, 408, 425, 429})
        replay = order(guard).replay
    assert replay == (KeptResponse(status, (("Link", header), *REPLAYED), body) if kept else None)


# ------------------------------------------------------------------------------------------------------ races


@pytest.mark.anyio
async def test_of_64_tasks_with_one_key_one_runs_and_afterwards_all_get_the_same_bytes(
    astore: Redis,
) -> None:
    guard = Idempotency(store=astore)

    async def race() -> Claim | Refused:
        try:
            return await guard.aclaim(**REQUEST)
        except Refused as error:
            return error

    outcomes = await asyncio.gather(*[race() for _ in range(64)])
    claims = [one for one in outcomes if isinstance(one, Claim)]
    assert [reason(one) for one in outcomes if isinstance(one, Refused)] == ["in_flight"] * 63
    assert await claims[0].afinish(201, (), b"\x00\xffonce")
    outcomes = await asyncio.gather(*[race() for _ in range(64)])
    replays = [one.replay for one in outcomes if isinstance(one, Claim)]
    assert replays == [KeptResponse(201, REPLAYED, b"\x00\xffonce")] * 64


def test_of_64_threads_one_runs_and_when_its_lock_lapses_one_takes_over(
    shared: Redis | SQL, clock: FrozenClock
) -> None:
    guard = Idempotency(store=shared)
    barrier = Barrier(64)

    def race() -> Claim | Refused:
        barrier.wait()
        try:
            return order(guard)
        except Refused as error:
            return error

    def raced(threads: ThreadPoolExecutor) -> Claim:
        outcomes = [one.result() for one in [threads.submit(race) for _ in range(64)]]
        assert [reason(one) for one in outcomes if isinstance(one, Refused)] == ["in_flight"] * 63
        (claim,) = (one for one in outcomes if isinstance(one, Claim))
        return claim

    with ThreadPoolExecutor(64) as threads:
        first = raced(threads)
        clock.move(60)
        second = raced(threads)
    assert second.taken_over
    assert second.fence > first.fence
    assert not first.finish(201)
    assert second.finish(201)


# ------------------------------------------------------------------------------------- runs that take long

LOCK = 0.06
"""Seconds. The store's time stands still while the tests wait, so that no machine is too slow for it."""

_contract = Contract(Catalog("charges", base="https://errors.charges.example/"), dialect=dialects.PROBLEM)


class Charges:
    """An app over WSGI, and the same over ASGI: it is at work until it is told to stop."""

    def __init__(self, store: Redis | SQL) -> None:
        self.guard = Idempotency(store=store, lock=LOCK)
        self.runs = 0
        self.may_stop, self.amay_stop = Event(), asyncio.Event()
        self.over_wsgi = failwell.wsgi.wrap(self._wsgi, _contract)
        self.over_asgi = failwell.asgi.wrap(self._asgi, _contract)

    def _wsgi(self, environ: Any, start_response: Any) -> list[bytes]:
        failwell.wsgi.admit(environ, self.guard, body=b"{}", principal="ann@example.com")
        self.runs += 1
        self.may_stop.wait()
        start_response("201 Created", [])
        return [b"charged"]

    async def _asgi(self, scope: Any, receive: Any, send: Any) -> None:
        await failwell.asgi.admit(scope, self.guard, body=b"{}", principal="ann@example.com")
        self.runs += 1
        await self.amay_stop.wait()
        await send({"type": "http.response.start", "status": 201, "headers": []})
        await send({"type": "http.response.body", "body": b"charged"})

    def send(self) -> tuple[int, bytes]:
        """Sends the request over WSGI."""
        statuses: list[int] = []
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/orders",
            "QUERY_STRING": "",
            "HTTP_IDEMPOTENCY_KEY": REQUEST["key"],
        }

        def start_response(status: str, *_: object) -> Any:
            statuses.append(int(status[:3]))

        parts: Any = self.over_wsgi(environ, start_response)
        body = b"".join(parts)
        getattr(parts, "close", lambda: None)()
        return statuses[-1], body

    async def asend(self) -> tuple[int, bytes]:
        """Sends the request over ASGI."""
        messages: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request"}

        async def send(message: Any) -> None:
            messages.append(message)

        scope = {
            "type": "http",
            "method": "POST",
            "path": "/orders",
            "raw_path": b"/orders",
            "query_string": b"",
            "headers": [(b"idempotency-key", REQUEST["key"].encode())],
        }
        await self.over_asgi(scope, receive, send)
        return messages[0]["status"], b"".join(one.get("body", b"") for one in messages[1:])


@pytest.fixture
def charges(redis_url: str, clock: FrozenClock) -> Iterator[Charges]:
    with closing(Redis.from_url(redis_url, deadline=PATIENCE, clock=clock)) as store:
        yield Charges(store)


def test_over_wsgi_a_handler_that_takes_longer_than_its_lock_runs_once(
    charges: Charges, clock: FrozenClock, redis_server: RedisServer
) -> None:
    answers: list[tuple[int, bytes]] = []
    request = Thread(target=lambda: answers.append(charges.send()))
    request.start()
    wait_until(lambda: charges.runs == 1, "the first is running")
    with redis.Redis.from_url(redis_server.url) as client:
        (name,) = client.scan_iter()
        for _ in range(4):
            before = client.get(name)
            clock.move(0.04)
            wait_until(lambda before=before: client.get(name) != before, "the lock is renewed")  # type: ignore[misc]
            assert charges.send()[0] == 409
        charges.may_stop.set()
        request.join()
        assert charges.send() == answers[0] == (201, b"charged")
        kept = client.get(name)
        wait_until(lambda: not charges.guard._terms.threads.is_running, "the thread has ended")
        assert client.get(name) == kept
    assert charges.runs == 1


@pytest.mark.anyio
async def test_over_asgi_a_handler_that_takes_longer_than_its_lock_runs_once(
    redis_url: str, clock: FrozenClock, redis_server: RedisServer
) -> None:
    store = Redis.from_url(redis_url, deadline=PATIENCE, clock=clock)
    charges, before_all = Charges(store), asyncio.all_tasks()
    request = asyncio.create_task(charges.asend())
    with redis.Redis.from_url(redis_server.url) as client:
        await turn_until(lambda: charges.runs == 1)
        (name,) = client.scan_iter()
        for _ in range(4):
            before = client.get(name)
            clock.move(0.04)
            await turn_until(lambda before=before: client.get(name) != before)  # type: ignore[misc]
            assert (await charges.asend())[0] == 409
        charges.amay_stop.set()
        assert await request == (201, b"charged")
        assert await charges.asend() == (201, b"charged")
        kept = client.get(name)
        await turn_until(lambda: not charges.guard._terms.loops._held)
        assert client.get(name) == kept
    assert charges.runs == 1
    await store.aclose()
    assert asyncio.all_tasks() == before_all


# -------------------------------------------------------------------------------- what the store gets to see


def test_in_redis_nobody_is_named_and_every_key_expires(store: Redis, redis_server: RedisServer) -> None:
    guard = Idempotency(store=store, keep=3_600)
    order(guard).finish(201, (("Set-Cookie", "session=s3cret"),), b"kept")
    with redis.Redis.from_url(redis_server.url) as client:
        (name,) = client.scan_iter()
        value, left = client.get(name), client.ttl(name)
    assert isinstance(value, bytes)
    assert b"kept" in value
    for secret in (b"ann", b"8e03978e", b"orders", b"s3cret"):
        assert secret not in name + value
    assert 3_500 <= left <= 3_600


def test_case_15_a_key_stands_for_one_caller_operation_and_content(shared: Redis | SQL) -> None:
    guard = Idempotency(store=shared)
    assert order(guard).finish(201, (), b"of ann")
    others: list[dict[str, Any]] = [{"principal": "bob"}, {"path": "/7"}, {"method": "PATCH"}, {"key": "k"}]
    for other in others:
        assert order(guard, **other).replay is None
    changes: list[dict[str, Any]] = [{"body": b""}, {"query": "a=1"}, {"content_type": "text/plain"}]
    for change in changes:
        assert reason(refused(partial(order, guard, **change))) == "mismatch"
    assert order(guard, key="8e03978e").replay


def test_case_16_a_late_owner_is_fenced(
    shared: Redis | SQL, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    guard = Idempotency(store=shared)
    late = order(guard)
    clock.move(60)
    second = order(guard)
    assert not late.finish(201, (), b"late")
    assert "taken over" in caplog.text
    assert second.finish(201, (), b"second")
    replay = order(guard).replay
    assert replay
    assert replay.body == b"second"


def test_case_17_a_response_of_a_megabyte_is_kept_and_a_longer_one_is_unrepeatable(
    shared: Redis | SQL,
) -> None:
    guard = Idempotency(store=shared)
    body = bytes(range(256)) * 4_096
    assert order(guard).finish(200, (("ETag", '"1"'), ("Set-Cookie", "session=1")), body)
    assert order(guard).replay == KeptResponse(200, (("ETag", '"1"'), *REPLAYED), body)
    assert order(guard, key="other").finish(201, (), body + b"x")
    unrepeatable = refused(lambda: order(guard, key="other"))
    assert unrepeatable.denied == IdempotencyDenied(reason="unrepeatable", status=201)


# ---------------------------------------------------------------------------------------------------- outages


def test_while_redis_is_down_nothing_runs_and_afterwards_all_goes_on_by_itself(
    store: Redis, redis_server: RedisServer
) -> None:
    guard = Idempotency(store=store)
    redis_server.kill()
    down = refused(lambda: order(guard))
    assert (down.status, down.headers) == (503, (("Retry-After", "5"),))
    redis_server.restart()
    assert order(guard).finish(201, (), b"x")
    assert order(guard).replay


def test_a_guard_that_is_open_runs_without_protection_while_redis_is_down(
    store: Redis, redis_server: RedisServer
) -> None:
    guard = Idempotency(store=store, on_outage="open")
    redis_server.kill()
    for _ in range(2):
        with order(guard) as claim:
            assert (claim.degraded, claim.fence, claim.replay) == (True, 0, None)
            assert not claim.finish(201)
    redis_server.restart()
    assert order(guard).fence


def test_when_redis_dies_while_a_request_runs_its_response_is_sent_all_the_same(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = FrozenClock()
    with RedisServer(appendonly=True) as server:
        store = Redis.from_url(server.url, deadline=PATIENCE, clock=clock)
        guard = Idempotency(store=store, restartable=False)
        claim = order(guard)
        server.kill()
        assert not claim.renew()
        assert not claim.finish(201, (), b"x")
        claim.release()
        assert "once a request runs, the store is down" in caplog.text.replace(",:", ",")
        server.restart()
        assert reason(refused(lambda: order(guard))) == "in_flight"
        clock.move(60)
        assert reason(refused(lambda: order(guard))) == "outcome_unknown"
        store.close()


def test_when_redis_comes_back_without_its_memory_a_run_under_way_keeps_its_response(
    store: Redis, redis_server: RedisServer
) -> None:
    guard = Idempotency(store=store)
    claim = order(guard)
    redis_server.kill()
    redis_server.restart()
    assert claim.finish(201, (), b"x")
    assert order(guard).replay
