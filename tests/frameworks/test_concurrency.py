"""Many requests at a time: each keeps its own id and limits; one that is given up leaves nothing behind."""

from __future__ import annotations

import gc
import json
import logging
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import anyio.lowlevel
import anyio.to_thread
import litestar
import litestar.background_tasks
import litestar.response
import pytest
from fastapi import BackgroundTasks, FastAPI
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

import failwell.asgi
import failwell.fastapi
import failwell.litestar
import failwell.starlette
from failwell.edge import current_exchange
from failwell.typing import LimitState
from tests.frameworks.servers import SERVERS, Server
from tests.frameworks.shop import contract

_CROWD = 200
_THREADS = 20
_PATIENCE = 30.0
_PATHS = ("/articles/{}", "/nowhere/{}", "/http/503", "/unhandled", "/constant", "/thread")
Work = Callable[[int], Awaitable[str]]
Say = Callable[[], None]


def _by_interface(interface: str) -> Any:
    found = [server for server in SERVERS if server.interface == interface]
    return pytest.mark.parametrize("server", found, ids=lambda server: server.name)


def _ids(sent: list[Any]) -> tuple[str, str]:
    """The ids in the head and in the body of a response; the same one twice where the body has none."""
    head = dict(sent[0]["headers"])
    request_id = next(value.decode() for name, value in head.items() if name.lower() == b"x-request-id")
    body = b"".join(message["body"] for message in sent if isinstance(message, dict) and "body" in message)
    in_body = json.loads(body)["request_id"] if sent[0]["status"] >= 400 else request_id
    return request_id, in_body


def _check_crowd(answers: list[list[Any]]) -> None:
    ids = [_ids(sent) for sent in answers]
    assert all(in_head == in_body for in_head, in_body in ids)
    assert len(set(ids)) == len(answers) == _CROWD
    assert current_exchange.get() is None


@pytest.mark.anyio
@_by_interface("asgi")
async def test_a_crowd_in_one_loop_does_not_mix_its_ids(server: Server) -> None:
    app = server.make_app()
    answers: list[list[Any]] = []

    async def ask(number: int) -> None:
        answers.append(await server.call(app, _PATHS[number % len(_PATHS)].format(number)))

    async with anyio.create_task_group() as tasks:
        for number in range(_CROWD):
            tasks.start_soon(ask, number)
    _check_crowd(answers)


@_by_interface("wsgi")
def test_a_crowd_of_threads_does_not_mix_its_ids(server: Server) -> None:
    app = server.make_app()
    together = threading.Barrier(_THREADS)

    def ask(number: int) -> list[Any]:
        together.wait(_PATIENCE)
        return anyio.run(server.call, app, _PATHS[number % len(_PATHS)].format(number))

    with ThreadPoolExecutor(_THREADS) as threads:
        _check_crowd(list(threads.map(ask, range(_CROWD))))


# ------------------------------------------------------------------------------ what a handler can see


def _starlette(work: Work, after: Say) -> Any:
    async def view(request: Any) -> Response:
        text = await work(request.path_params["number"])
        return PlainTextResponse(text, background=BackgroundTask(after))

    app = Starlette(routes=[Route("/{number:int}", view)])
    failwell.starlette.install(app, contract)
    return app


def _fastapi(work: Work, after: Say) -> Any:
    app = FastAPI()

    @app.get("/{number}", response_class=PlainTextResponse)
    async def view(number: int, background: BackgroundTasks) -> str:
        background.add_task(after)
        return await work(number)

    failwell.fastapi.install(app, contract)
    return app


def _litestar(work: Work, after: Say) -> Any:
    @litestar.get("/{number:int}", media_type="text/plain")
    async def view(request: litestar.Request[Any, Any, Any]) -> litestar.Response[str]:
        task = litestar.background_tasks.BackgroundTask(after)
        return litestar.Response(await work(request.path_params["number"]), background=task)

    return litestar.Litestar(
        [view], plugins=[failwell.litestar.Plugin(contract)], openapi_config=None, logging_config=None
    )


def _asgi(work: Work, after: Say) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        text = await work(int(scope["path"][1:]))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": text.encode()})
        after()

    return failwell.asgi.wrap(app, contract)


APPS = {"starlette": _starlette, "fastapi": _fastapi, "litestar": _litestar, "asgi": _asgi}
on_every_framework = pytest.mark.parametrize("make", APPS.values(), ids=APPS)


def _own_id() -> str:
    exchange = current_exchange.get()
    return "none" if exchange is None else exchange.request_id


class Crowd:
    """Handlers that wait for each other, and then look around in all the places that code runs in."""

    def __init__(self) -> None:
        self.inside, self.all_inside = 0, anyio.Event()
        self.afterwards: list[str] = []

    async def work(self, number: int) -> str:
        """Shows limits in every third request, and returns all ids that it sees."""
        exchange = current_exchange.get()
        assert exchange is not None
        if number % 3 == 0:
            state = LimitState(name="l", limit=number, window=1.0, remaining=number, reset=1.0)
            exchange.keep_limits([state])
        self.inside += 1
        if self.inside == _CROWD:
            self.all_inside.set()
        await self.all_inside.wait()
        seen = [exchange.request_id, _own_id(), await anyio.to_thread.run_sync(_own_id)]

        async def look() -> None:
            await anyio.lowlevel.checkpoint()
            seen.append(_own_id())

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(look)
            tasks.start_soon(look)
        return " ".join(seen)


@pytest.mark.anyio
@on_every_framework
async def test_handlers_threads_and_tasks_see_the_exchange_of_their_own_request(make: Any) -> None:
    crowd = Crowd()
    app = make(crowd.work, lambda: crowd.afterwards.append(_own_id()))
    server = Server("", make, "asgi", {})
    answers: dict[int, list[Any]] = {}

    async def ask(number: int) -> None:
        answers[number] = await server.call(app, f"/{number}")

    with anyio.fail_after(_PATIENCE):
        async with anyio.create_task_group() as tasks:
            for number in range(_CROWD):
                tasks.start_soon(ask, number)
    ids = set()
    for number, sent in answers.items():
        fields = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        seen = b"".join(message.get("body", b"") for message in sent[1:]).decode().split()
        assert seen == [fields["x-request-id"]] * 5
        assert fields.get("x-ratelimit-limit") == (None if number % 3 else str(number))
        ids.add(fields["x-request-id"])
    assert len(ids) == _CROWD
    assert sorted(crowd.afterwards) == sorted(ids)
    assert current_exchange.get() is None


# --------------------------------------------------------------------------------------- given up


@pytest.mark.anyio
@on_every_framework
async def test_a_request_that_is_cancelled_leaves_nothing_behind(
    make: Any, caplog: pytest.LogCaptureFixture
) -> None:
    waiting = anyio.Event()
    ended: list[str] = []

    async def work(_: int) -> str:
        own = _own_id()
        try:
            waiting.set()
            await anyio.sleep_forever()
        finally:
            ended.append("own" if own == _own_id() != "none" else "another")
        return ""

    server, app = Server("", make, "asgi", {}), make(work, lambda: ended.append("afterwards"))
    sent: list[Any] = []

    async def ask() -> None:
        try:
            sent.extend(await server.call(app, "/1"))
        finally:
            sent.append(_own_id())

    with anyio.fail_after(_PATIENCE):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask)
            await waiting.wait()
            tasks.cancel_scope.cancel()
    assert (sent, ended) == (["none"], ["own"])
    gc.collect()  # a coroutine that nobody awaited would say so now, and warnings are errors
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def _left_in_the_middle(app: Any) -> Any:
    """An app whose client goes away as soon as it has got the first part."""

    async def leaving(scope: Any, _: Any, send: Any) -> None:
        has_part = anyio.Event()

        async def receive() -> Any:
            await has_part.wait()
            return {"type": "http.disconnect"}

        async def noticing(message: Any) -> None:
            await send(message)
            if message.get("body"):
                has_part.set()

        await app(scope, receive, noticing)

    return leaving


def _streaming(name: str, parts: Callable[[], AsyncIterator[bytes]]) -> Any:
    if name == "litestar":

        @litestar.get("/1")
        async def view() -> litestar.response.Stream:
            return litestar.response.Stream(parts())

        plugin = failwell.litestar.Plugin(contract)
        return litestar.Litestar([view], plugins=[plugin], openapi_config=None, logging_config=None)

    async def endpoint(_: Any) -> Response:
        return StreamingResponse(parts())

    if name == "starlette":
        app = Starlette(routes=[Route("/1", endpoint)])
        failwell.starlette.install(app, contract)
        return app
    other = FastAPI()
    other.router.routes.append(Route("/1", endpoint))
    failwell.fastapi.install(other, contract)
    return other


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["starlette", "fastapi", "litestar"])
async def test_a_client_that_leaves_in_the_middle_of_a_stream_leaves_nothing_behind(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    ended: list[str] = []

    async def parts() -> AsyncIterator[bytes]:
        try:
            yield b"first"
            await anyio.sleep_forever()
        finally:
            ended.append(_own_id())

    app = _left_in_the_middle(_streaming(name, parts))
    with anyio.fail_after(_PATIENCE):
        sent = await Server("", app, "asgi", {}).call(app, "/1")
    assert not [message for message in sent if isinstance(message, Exception)]
    assert ended == [dict(sent[0]["headers"])[b"x-request-id"].decode()]
    gc.collect()
    assert current_exchange.get() is None
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
