"""Strict servers: they send what real ones would refuse to, and look at what apps make of it."""

from __future__ import annotations

import io
import re
from typing import Any, NamedTuple
from urllib.parse import unquote, unquote_to_bytes

import anyio
import pytest

from tests.frameworks.servers import SERVERS, Server

OWN = "application/problem+json"
PAGES = {"text/html; charset=utf-8", "text/markdown; charset=utf-8"}
ID = re.compile(r"req_[0-9a-f]{32}")
UNSAFE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
on_every_server = pytest.mark.parametrize("server", SERVERS, ids=lambda server: server.name)


class Request(NamedTuple):
    """A request as a server has read it. `target` is what stood in the request line."""

    method: str = "GET"
    target: str = "/"
    query: str = ""
    headers: tuple[tuple[str, bytes], ...] = ()
    body: bytes = b""
    surrogates: bool = False

    @property
    def path(self) -> str:
        """The decoded path. Servers differ in what they make of bytes that are no UTF-8."""
        return unquote(self.target, errors="surrogateescape" if self.surrogates else "replace")


class Answer(NamedTuple):
    """What a server would have sent, and what the app raised."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    error: BaseException | None

    def values(self, name: str) -> list[str]:
        """All values of a header field, by its name in lower case."""
        return [value for key, value in self.headers if key.lower() == name]


def answer_to(server: Server, app: Any, request: Request) -> Answer:
    """Sends a request through an app, and is as strict with what it says as servers are."""
    if server.interface == "asgi":
        return anyio.run(over_asgi, app, request)
    return over_wsgi(app, request)


async def over_asgi(app: Any, request: Request) -> Answer:
    """Sends a request through an ASGI app. The client stays until it has its answer."""
    half = len(request.body) // 2
    parts = [request.body[:half], request.body[half:]]
    sent: list[Any] = []

    async def receive() -> Any:
        if not parts:
            await anyio.sleep_forever()
        part = parts.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(parts)}

    async def send(message: Any) -> None:
        sent.append(message)

    error: BaseException | None = None
    try:
        await app(scope_of(request), receive, send)
    except Exception as raised:  # noqa: BLE001 - it is what the tests ask for
        error = raised
    starts = [message for message in sent if message["type"] == "http.response.start"]
    assert sent[:1] == starts, "a response has one start, and it comes first"
    fields = [(name, value) for start in starts for name, value in start["headers"]]
    assert all(type(name) is bytes and type(value) is bytes for name, value in fields)
    body = b"".join(message.get("body", b"") for message in sent[1:])
    texts = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in fields)
    return Answer(starts[0]["status"] if starts else 0, texts, body, error)


def scope_of(request: Request) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "method": request.method,
        "path": request.path,
        "raw_path": request.target.encode("ascii"),
        "query_string": request.query.encode("ascii"),
        "root_path": "",
        "headers": [(name.lower().encode("ascii"), value) for name, value in request.headers],
        "scheme": "http",
        "http_version": "1.1",
        "server": ("127.0.0.1", 1),
        "client": ("127.0.0.1", 2),
        "state": {},
    }


def over_wsgi(app: Any, request: Request) -> Answer:
    """Sends a request through a WSGI app."""
    heads: list[tuple[str, list[tuple[str, str]]]] = []
    body: list[bytes] = []
    error: BaseException | None = None

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        assert exc_info is not None or not heads, "a second start has to say why"
        heads.append((status, headers))
        return body.append

    try:
        parts = app(environ_of(request), start_response)
        try:
            body.extend(parts)
        finally:
            getattr(parts, "close", lambda: None)()
    except Exception as raised:  # noqa: BLE001 - it is what the tests ask for
        error = raised
    if not heads:
        return Answer(0, (), b"", error)
    status, headers = heads[-1]
    assert re.fullmatch(r"-?[0-9]+ [\x20-\x7e]+", status)
    assert all(type(name) is str and type(value) is str for name, value in headers)
    assert all((name + value).encode("latin-1") for name, value in headers)
    return Answer(int(status.partition(" ")[0]), tuple(headers), b"".join(body), error)


def environ_of(request: Request) -> dict[str, Any]:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": unquote_to_bytes(request.target).decode("latin-1"),
        "SCRIPT_NAME": "",
        "QUERY_STRING": request.query,
        "SERVER_NAME": "shop.test",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers:
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + key
        text = value.decode("latin-1")
        environ[key] = f"{environ[key]},{text}" if key in environ else text
    return environ
