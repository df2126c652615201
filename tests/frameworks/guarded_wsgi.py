"""Guards in an app that is written to WSGI itself: it asks them, and reads bodies for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import failwell.wsgi
from failwell.edge.wsgi import status_line
from failwell.wsgi import admit
from tests.frameworks.guard_parts import LONG, PARTS, Guards, speak
from tests.frameworks.shop import OutOfStock, contract, odd_error


def make_app(guards: Guards) -> Any:
    return failwell.wsgi.wrap(_with_cors(failwell.wsgi.wrap(App(guards), contract)), contract)


class App:
    """Answers each path with the method of its name."""

    def __init__(self, guards: Guards) -> None:
        self.guards = guards

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        speak(environ["QUERY_STRING"])
        name = environ["PATH_INFO"].split("/")[1]
        parts: Iterable[bytes] = getattr(self, name)(Request(environ, start_response))
        return parts

    def limited(self, request: Request) -> Iterable[bytes]:
        admit(request.environ, self.guards.limit, token=request.token)
        return request.respond(b"yes")

    def own(self, request: Request) -> Iterable[bytes]:
        admit(request.environ, self.guards.own, ip=request.token, org="o")
        return request.respond(b"yes")

    def by_hand(self, request: Request) -> Iterable[bytes]:
        admit(request.environ, self.guards.room)
        admit(request.environ, self.guards.limit, token="t")
        return request.respond(b"yes")

    def ordered(self, request: Request) -> Iterable[bytes]:
        admit(request.environ, self.guards.notes, n=1)
        admit(request.environ, self.guards.notes, n=2, token=request.token)
        return request.respond(b"yes")

    def copy(self, request: Request) -> Iterable[bytes]:
        """Does nothing before its body is asked for."""
        admit(request.environ, self.guards.copy)
        yield from request.respond(b"fresh")

    def where(self, request: Request) -> Iterable[bytes]:
        admit(request.environ, self.guards.where)
        return request.respond()

    def signed(self, request: Request) -> Iterable[bytes]:
        body = request.environ["wsgi.input"].read()
        admit(request.environ, self.guards.signature, body=body)
        return request.respond(body)

    def unread(self, request: Request) -> Iterable[bytes]:
        admit(request.environ, self.guards.signature)
        return request.respond()

    def kept(self, request: Request) -> Iterable[bytes]:
        admit(request.environ, self.guards.archive)
        return request.respond(b"done", status=201)

    def kept_long(self, request: Request) -> Iterable[bytes]:
        admit(request.environ, self.guards.archive)
        return request.respond(b"x" * LONG)

    def kept_stream(self, request: Request) -> Iterable[bytes]:
        admit(request.environ, self.guards.archive)
        return request.respond(*PARTS)

    def kept_events(self, request: Request) -> Iterable[bytes]:
        admit(request.environ, self.guards.archive)
        return request.respond(*PARTS, kind="text/event-stream")

    def kept_late(self, request: Request) -> Iterable[bytes]:
        admit(request.environ, self.guards.archive)
        admit(request.environ, self.guards.room)
        return request.respond(PARTS[0], breaks=True)

    def kept_problem(self, request: Request) -> Iterable[bytes]:
        admit(request.environ, self.guards.archive)
        raise OutOfStock("Gone.", article="tea", left=0)

    def kept_closed(self, request: Request) -> Iterable[bytes]:
        admit(request.environ, self.guards.archive)
        admit(request.environ, self.guards.closed)
        return request.respond(b"open")

    def held(self, request: Request) -> Iterable[bytes]:
        admit(request.environ, self.guards.room)
        return request.respond(self.guards.room.seen_inside().encode())

    def held_stream(self, request: Request) -> Iterable[bytes]:
        admit(request.environ, self.guards.room)
        return request.respond(*(str(self.guards.room.inside).encode() for _ in PARTS))

    def held_late(self, request: Request) -> Iterable[bytes]:
        admit(request.environ, self.guards.room)
        return request.respond(PARTS[0], breaks=True)

    def held_unhandled(self, request: Request) -> Iterable[bytes]:
        admit(request.environ, self.guards.room)
        raise odd_error()

    def held_problem(self, request: Request) -> Iterable[bytes]:
        admit(request.environ, self.guards.room)
        raise OutOfStock("Gone.", article="tea", left=0)


class Request:
    """A request, and the response to it."""

    def __init__(self, environ: Any, start_response: Any) -> None:
        self.environ, self._start = environ, start_response

    @property
    def token(self) -> str | None:
        token: str | None = self.environ.get("HTTP_X_TOKEN")
        return token

    def respond(
        self, *parts: bytes, status: int = 200, kind: str = "text/plain", breaks: bool = False
    ) -> Iterator[bytes]:
        self._start(status_line(status), [("Content-Type", kind), ("X-Own", "kept")])
        yield from parts
        if breaks:
            raise odd_error()


def _with_cors(app: Any) -> Any:
    def with_cors(environ: Any, start_response: Any) -> Iterable[bytes]:
        def allowing(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            own = [("Access-Control-Allow-Origin", environ["HTTP_ORIGIN"])]
            return start_response(status, [*headers, *own], exc_info)

        parts: Iterable[bytes] = app(environ, allowing)
        return parts

    return with_cors
