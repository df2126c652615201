"""The adapters that the table is about, and how a request gets through their apps."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import anyio
import anyio.to_thread
import httpx

from tests.frameworks import (
    asgi_app,
    django_app,
    django_asgi_app,
    drf_app,
    fastapi_app,
    flask_app,
    litestar_app,
    starlette_app,
    wsgi_app,
)

SHOP = "http://shop.test"


class Server(NamedTuple):
    """One framework's app with Failwell in it.

    `lacks` says which rows and tests do not apply, each with the reason.
    """

    name: str
    make_app: Callable[..., Any]
    interface: str
    lacks: Mapping[str, str]

    async def send(self, app: Any, method: str, path: str, **words: Any) -> httpx.Response:
        """Sends one request. What the app raises after its answer is swallowed, as servers do."""
        return await self._send(app, method, path, words, raise_app_exceptions=False)

    async def send_as_test_client(self, app: Any, method: str, path: str, **words: Any) -> httpx.Response:
        """Sends one request. What the app raises after its answer comes through."""
        return await self._send(app, method, path, words, raise_app_exceptions=True)

    async def _send(
        self, app: Any, method: str, path: str, words: Mapping[str, Any], *, raise_app_exceptions: bool
    ) -> httpx.Response:
        if self.interface == "asgi":
            through = httpx.ASGITransport(app, raise_app_exceptions=raise_app_exceptions)
            async with httpx.AsyncClient(transport=through, base_url=SHOP) as client:
                return await client.request(method, path, **words)
        transport = httpx.WSGITransport(app=app, raise_app_exceptions=raise_app_exceptions)
        with httpx.Client(transport=transport, base_url=SHOP) as other:
            return await anyio.to_thread.run_sync(partial(other.request, method, path, **words))

    async def call(self, app: Any, path: str, *, connected: bool = True) -> list[Any]:
        """Calls an app as a server does, and returns its messages, and the error where one comes through."""
        if self.interface == "asgi":
            return await _call_asgi(app, path, connected=connected)
        return _call_wsgi(app, path)


async def _call_asgi(app: Callable[..., Awaitable[None]], path: str, *, connected: bool) -> list[Any]:
    sent: list[Any] = []

    async def receive() -> Any:
        if connected:
            await anyio.sleep_forever()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"shop.test")],
        "scheme": "http",
        "http_version": "1.1",
        "server": ("127.0.0.1", 1),
        "client": ("127.0.0.1", 2),
        "state": {},
    }
    try:
        await app(scope, receive, send)
    except Exception as error:  # noqa: BLE001 - it is what the tests ask for
        sent.append(error)
    return sent


def _call_wsgi(app: Callable[..., Any], path: str) -> list[Any]:
    """The same over WSGI, in ASGI's words."""
    sent: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> Any:
        fields = [(name.lower().encode(), value.encode()) for name, value in headers]
        sent.append({"type": "http.response.start", "status": int(status[:3]), "headers": fields})
        return lambda part: sent.append({"type": "http.response.body", "body": part, "more_body": True})

    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "shop.test",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "shop.test",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    try:
        parts = app(environ, start_response)
        try:
            for part in parts:
                sent.append({"type": "http.response.body", "body": part, "more_body": True})  # noqa: PERF401 - what came before an error stays
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()
    except Exception as error:  # noqa: BLE001 - it is what the tests ask for
        sent.append(error)
    return sent


SERVERS = [
    Server(name, module.make_app, module.INTERFACE, module.LACKS)
    for name, module in {
        "starlette": starlette_app,
        "fastapi": fastapi_app,
        "litestar": litestar_app,
        "asgi": asgi_app,
        "flask": flask_app,
        "django": django_app,
        "django_asgi": django_asgi_app,
        "drf": drf_app,
        "wsgi": wsgi_app,
    }.items()
]
