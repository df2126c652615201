"""The guarded apps, and a server for them that writes down what is sent, and may lose its client."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

import anyio.to_thread

from tests.frameworks import (
    guarded_asgi,
    guarded_django,
    guarded_fastapi,
    guarded_flask,
    guarded_litestar,
    guarded_starlette,
    guarded_wsgi,
)
from tests.frameworks.guard_parts import Guards

_MAKE: dict[str, Callable[[Guards], Any]] = {
    "starlette": guarded_starlette.make_app,
    "fastapi": guarded_fastapi.make_app,
    "litestar": guarded_litestar.make_app,
    "flask": guarded_flask.make_app,
    "django": guarded_django.make_wsgi,
    "django_asgi": guarded_django.make_asgi,
    "drf": guarded_django.make_drf,
    "asgi": guarded_asgi.make_app,
    "wsgi": guarded_wsgi.make_app,
}
ASGI = {"starlette", "fastapi", "litestar", "django_asgi", "asgi"}
WRAPPED = ("asgi", "wsgi")
"""Apps without a framework: no declarations, no classes, no documents; and they read bodies themselves."""


class Answer(NamedTuple):
    """What was sent, and what the app raised."""

    status: int
    headers: Mapping[str, str]
    parts: list[bytes]
    error: BaseException | None

    @property
    def body(self) -> bytes:
        return b"".join(self.parts)


class Guarded:
    """One framework's app with guards in it.

    Attributes:
        name: of the framework.
        guards: those of the app.
    """

    def __init__(self, name: str) -> None:
        self.name, self.guards = name, Guards()
        self.app = _MAKE[name](self.guards)

    @property
    def is_async(self) -> bool:
        return self.name in ASGI

    async def ask(self, request: str, body: bytes = b"", *, lose: str = "", **headers: str) -> Answer:
        """Sends a request.

        Args:
            request: method and target.
            body: its content.
            lose: how the client goes while the first part is sent: `cancel`, `fail` or `leave`.
            headers: names with underscores.
        """
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        fields |= {"host": "shop.test", "origin": "https://shop.example"}
        method, _, target = request.partition(" ")
        ask = self._over_asgi if self.is_async else self._over_wsgi
        return await ask(method, target, body, fields, lose)

    async def _over_asgi(
        self, method: str, target: str, body: bytes, fields: Mapping[str, str], lose: str
    ) -> Answer:
        messages: list[Any] = []
        parts = [body[:1], body[1:]]
        gone = asyncio.Event()

        async def receive() -> Any:
            if parts:
                return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            messages.append(message)
            self.guards.archive.sent.append(message.get("body", b""))
            if message["type"] == "http.response.body" and not message.get("more_body"):
                gone.set()  # servers say so when the response is whole
            if lose and message["type"] == "http.response.body":
                if lose == "fail":
                    raise OSError("the client is gone")
                gone.set()
                if lose == "cancel":
                    running.cancel()
                await asyncio.sleep(0)

        running = asyncio.ensure_future(self.app(_scope(method, target, fields), receive, send))
        outcome: Any = await asyncio.gather(running, return_exceptions=True)
        return _answer(messages, outcome[0])

    async def _over_wsgi(
        self, method: str, target: str, body: bytes, fields: Mapping[str, str], lose: str
    ) -> Answer:
        messages: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> Any:
            raw = [(name.lower().encode(), value.encode()) for name, value in headers]
            messages.append({"type": "http.response.start", "status": int(status[:3]), "headers": raw})
            self.guards.archive.sent.append(b"")
            return lambda part: messages.append({"type": "http.response.body", "body": part})

        def run() -> BaseException | None:
            error: BaseException | None = None
            try:
                parts = self.app(_environ(method, target, body, fields), start_response)
                try:
                    for part in parts:
                        self.guards.archive.sent.append(part)
                        messages.append({"type": "http.response.body", "body": part})
                        if lose:
                            break
                finally:
                    getattr(parts, "close", lambda: None)()
            except Exception as raised:  # noqa: BLE001 - it is what the tests ask for
                error = raised
            return error

        return _answer(messages, await anyio.to_thread.run_sync(run))


def _answer(messages: list[Any], error: BaseException | None) -> Answer:
    assert [message["type"] for message in messages].count("http.response.start") <= 1
    if not messages:
        return Answer(0, {}, [], error)
    fields: dict[str, str] = {}
    for name, value in messages[0]["headers"]:
        assert name.decode().lower() not in fields, f"{name!r} comes twice"
        fields[name.decode().lower()] = value.decode()
    parts = [message.get("body", b"") for message in messages[1:]]
    return Answer(messages[0]["status"], fields, [part for part in parts if part], error)


def _scope(method: str, target: str, fields: Mapping[str, str]) -> dict[str, Any]:
    path, _, query = target.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in fields.items()],
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 50_000),
        "state": {},
    }


def _environ(method: str, target: str, body: bytes, fields: Mapping[str, str]) -> dict[str, Any]:
    path, _, query = target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": unquote(path).encode().decode("latin-1"),
        "SCRIPT_NAME": "",
        "QUERY_STRING": query,
        "SERVER_NAME": "shop.test",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in fields.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return environ


NAMES = tuple(_MAKE)
DECLARED = tuple(name for name in NAMES if name not in WRAPPED)
