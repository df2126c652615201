"""The smallest driver that can run every ASGI framework, and the thin wrapper of the floors."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

from bench.task import Answer, Driver, MakeDriver, Request

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]


class WithId:
    """A random request id on every response, and nothing else."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = b"req_" + os.urandom(16).hex().encode()

        async def stamped(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"x-request-id", request_id))
            await send(message)

        await self.app(scope, receive, stamped)


@contextmanager
def drivers() -> Iterator[MakeDriver]:
    """Makes drivers that share an event loop, for handlers may use its threads."""
    with asyncio.Runner() as runner:
        yield lambda app, request: ASGIDriver(runner, app, request)


class ASGIDriver(Driver):
    """Sends requests to an app, one after another."""

    def __init__(self, runner: asyncio.Runner, app: ASGIApp, request: Request) -> None:
        self._runner, self._app, self._request = runner, app, request
        self._headers = [(b"host", b"localhost"), (b"accept", b"*/*"), (b"user-agent", b"bench")]
        if request.body:
            length = b"%d" % len(request.body)
            self._headers += [(b"content-type", b"application/json"), (b"content-length", length)]

    def __call__(self, calls: int) -> None:
        self._runner.run(self._requests(calls))

    def answer(self) -> Answer:
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        self._runner.run(self._asked(keep))
        head = messages[0]
        headers = {name.decode().lower(): value.decode() for name, value in head["headers"]}
        return Answer(head["status"], headers, b"".join(message.get("body", b"") for message in messages[1:]))

    async def _requests(self, calls: int) -> None:
        for _ in range(calls):
            await self._asked(_forget)

    async def _asked(self, send: Send) -> None:
        try:
            await self._app(self._scope(), self._receive, send)
        except RuntimeError:  # what the endpoints raise unforeseen; some servers see it after the answer
            return

    async def _receive(self) -> Message:
        return {"type": "http.request", "body": self._request.body, "more_body": False}

    def _scope(self) -> Scope:
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": self._request.method,
            "scheme": "http",
            "path": "/",
            "raw_path": b"/",
            "root_path": "",
            "query_string": b"",
            "headers": [*self._headers],
            "server": ("127.0.0.1", 80),
            "client": ("127.0.0.1", 50_000),
            "state": {},
        }


async def _forget(_: Message) -> None:
    return
