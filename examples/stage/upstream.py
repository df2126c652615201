"""Another host, on which a service depends: as a scenario wants it, it answers, fails, stalls or hangs up."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self

import msgspec

LOOPBACK = "127.0.0.1"


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What the host does with a request.

    Attributes:
        status: of its answer.
        body: JSON of what is neither text nor bytes.
        media_type: of the body.
        headers: more header fields.
        conduct: `stall` never answers; `hang_up` closes the connection instead; `break_off` closes it after
            half of the body.
    """

    status: int = 200
    body: Any = ""
    media_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = {}
    conduct: Literal["answer", "stall", "hang_up", "break_off"] = "answer"

    def content(self) -> bytes:
        """The body in bytes."""
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


class Received(msgspec.Struct, frozen=True):
    """A request that came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Upstream:
    """The host. Every path has a reply of its own, so that scenarios do not come in each other's way.

    Attributes:
        url: where it is.
        replies: by path, without a query; what is not there is answered with 404.
        received: the requests that came, in their order.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.replies: dict[str, Reply] = {}
        self.received: list[Received] = []
        self.is_over = threading.Event()

    def reply(self, path: str, body: Any = "", **words: Any) -> str:
        """Says what a path is answered with, and gives its address. The words are those of `Reply`."""
        self.replies[path] = Reply(body=body, **words)
        return self.url + path

    @classmethod
    @contextmanager
    def start(cls) -> Iterator[Self]:
        """Starts the host on loopback, in threads."""
        with _Server((LOOPBACK, 0), _Handler) as server:
            upstream = cls(f"http://{LOOPBACK}:{server.server_address[1]}")
            server.upstream = upstream
            thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="upstream")
            thread.start()
            try:
                yield upstream
            finally:
                upstream.is_over.set()
                server.shutdown()
                thread.join()


@contextmanager
def closed_url() -> Iterator[str]:
    """A port that is taken, so that nobody else gets it, but where nobody listens."""
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        yield f"http://{LOOPBACK}:{taken.getsockname()[1]}"


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # those that stall end with the host
    upstream: Upstream


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def _handle(self) -> None:
        upstream, path = self.server.upstream, self.path.partition("?")[0]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        upstream.received.append(Received(self.command, self.path, dict(self.headers.items()), body))
        reply = upstream.replies.get(path) or Reply(status=404, body="There is nothing here.")
        if reply.conduct == "stall":
            upstream.is_over.wait()
        if reply.conduct in ("stall", "hang_up"):
            return
        content = reply.content()
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.media_type)
        self.send_header("Content-Length", str(len(content)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        half = content[: len(content) // 2]
        self.wfile.write(half if reply.conduct == "break_off" else content)

    do_GET = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815 - the names are inherited

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is inherited
        """Says nothing: what was asked for is in `received`."""
