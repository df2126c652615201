"""A WebSocket that ends in any way gives back what it holds."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from fastapi import Depends, FastAPI
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

import failwell.fastapi
import failwell.starlette
from failwell.guard import Cap, Concurrency
from failwell.store import Memory
from tests.frameworks.shop import contract

pytestmark = pytest.mark.anyio


class _Line:
    """A WebSocket to an app, as its server has it: what the client does, and what the app said."""

    def __init__(self, app: Any) -> None:
        self.done: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._said: asyncio.Queue[str] = asyncio.Queue()
        self.done.put_nowait({"type": "websocket.connect"})
        scope: dict[str, Any] = {"type": "websocket", "path": "/", "query_string": b"", "headers": []}
        scope |= {"subprotocols": [], "extensions": {"websocket.http.response": {}}}
        self.task: asyncio.Future[None] = asyncio.ensure_future(app(scope, self.done.get, self._send))
        self.task.add_done_callback(lambda _: self._said.put_nowait("nothing more"))

    async def _send(self, message: Any) -> None:
        self._said.put_nowait(message["type"])

    async def said(self) -> str:
        return await self._said.get()

    async def error(self) -> BaseException | None:
        """What the app ended with."""
        (ended,) = await asyncio.gather(self.task, return_exceptions=True)
        return ended

    async def leave(self) -> BaseException | None:
        self.done.put_nowait({"type": "websocket.disconnect", "code": 1006})  # gone without a close frame
        return await self.error()

    async def make_raise(self) -> BaseException | None:
        self.done.put_nowait({"type": "websocket.receive", "text": "a number"})
        return await self.error()

    async def cancel(self) -> BaseException | None:
        self.task.cancel()
        await asyncio.sleep(0)
        self.task.cancel()  # also while it gives back what it holds
        return await self.error()


_ENDS = {
    "leave": (_Line.leave, WebSocketDisconnect),
    "raise": (_Line.make_raise, ValueError),
    "cancel": (_Line.cancel, asyncio.CancelledError),
}


@pytest.mark.parametrize("way", _ENDS)
@pytest.mark.parametrize("name", ["starlette", "fastapi"])
async def test_a_slot_is_free_again_however_a_websocket_ends(name: str, way: str) -> None:
    guard = Concurrency(Cap("account", 1), store=Memory())
    end, error = _ENDS[way]

    async def count(websocket: WebSocket) -> None:
        await websocket.accept()
        while True:
            int(await websocket.receive_text())

    if name == "starlette":
        guarded = failwell.starlette.guarded(guard, account="a")
        app = Starlette(routes=[WebSocketRoute("/", guarded(count))])
        failwell.starlette.install(app, contract)
    else:
        app = FastAPI()
        app.websocket("/", dependencies=[Depends(failwell.fastapi.guarded(guard, account="a"))])(count)
        failwell.fastapi.install(app, contract)

    first = _Line(app)
    assert await first.said() == "websocket.accept"
    refused = _Line(app)
    assert await refused.said() == "websocket.http.response.start"
    assert await refused.error() is None
    assert isinstance(await end(first), error)
    second = _Line(app)
    assert await second.said() == "websocket.accept"
    await second.leave()
