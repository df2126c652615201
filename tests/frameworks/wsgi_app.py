"""The shop on nothing but WSGI: a dictionary of routes, and exceptions of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs

import failwell.wsgi
from failwell import Contract, Problem
from failwell.edge import EXCHANGE, read_json
from failwell.edge.wsgi import Environ, ExcInfo, Fields, StartResponse, WSGIApp, status_line
from tests.frameworks import shop
from tests.frameworks.shop import (
    CACHED,
    FROM_ELSEWHERE,
    LIMITS,
    STUCK,
    LinkExpired,
    Login,
    LoginNeeded,
    Order,
    OutOfStock,
    SlowDown,
    odd_error,
)

INTERFACE = "wsgi"
LACKS: Mapping[str, str] = {
    "raised in a dependency": "the interface knows no dependencies",
    "native validation": "the interface validates nothing",
    "errors raised again": "over WSGI an error is answered or raised; the server gets it with the answer",
    "background tasks": "the interface knows no background tasks",
    "client disconnects": "a WSGI server ends the response; the app is not told",
    "no garbage of unhandled errors": "httpx keeps the error that it is given in a frame of its traceback",
}


class HttpError(Exception):
    """What a home-made framework has for errors."""

    def __init__(self, status: int, text: str | None = None, headers: Mapping[str, str] = {}) -> None:
        super().__init__(text)
        self.status, self.text, self.headers = status, text, headers


def translate(error: Exception, contract: Contract) -> Problem | None:
    """What its errors mean."""
    if isinstance(error, HttpError):
        return contract.problem_for(error.status, error.text, tuple(error.headers.items()))
    return None


class Request:
    """A request of the home-made framework."""

    def __init__(self, contract: Contract, environ: Environ, start_response: StartResponse) -> None:
        self.contract, self.environ, self._start_response = contract, environ, start_response
        self.argument = environ["PATH_INFO"].rpartition("/")[2]
        self.query = parse_qs(environ["QUERY_STRING"])
        self.content_type: str = environ.get("CONTENT_TYPE", "")

    def read(self, most: int = 1 << 20) -> bytes:
        """The body."""
        length = int(self.environ.get("CONTENT_LENGTH") or 0)
        if length > most:
            raise HttpError(413)
        body: bytes = self.environ["wsgi.input"].read(length)
        return body

    def answer(
        self, body: Iterable[bytes] = (), status: int = 200, headers: Mapping[str, str] = {}
    ) -> Iterable[bytes]:
        """Begins a response, and returns its body."""
        line = {200: "200 OK", 204: "204 No Content", 304: "304 Not Modified"}.get(status)
        fields = {"Content-Type": "text/plain", **headers}
        self._start_response(line or status_line(status), [*fields.items()])
        return body


def article(request: Request) -> Iterable[bytes]:
    raise OutOfStock("Only 2 left.", article=request.argument, left=2)


def constant(request: Request) -> Iterable[bytes]:
    return request.answer([b"the same object each time"])


def thread(_: Request) -> Iterable[bytes]:
    raise SlowDown(retry_after_seconds=12)


def unhandled(_: Request) -> Iterable[bytes]:
    raise odd_error()


def http(request: Request) -> Iterable[bytes]:
    if not request.argument.isdecimal():
        raise HttpError(404)
    status = int(request.argument)
    if status < 400:
        return request.answer(status=status, headers={"X-Own": "kept"})
    raise HttpError(status, headers={"X-Own": "kept"})


def http_text(_: Request) -> Iterable[bytes]:
    raise HttpError(404, "No such article.")


def group(request: Request) -> Iterable[bytes]:
    problem = OutOfStock("In a task.", article="a", left=0)
    others = [odd_error()] if request.argument == "mixed" else []
    raise ExceptionGroup("tasks", [ExceptionGroup("inner", [problem]), *others])


def order(request: Request) -> Iterable[bytes]:
    taken = read_json(request.contract, request.read(500), request.content_type, Order)
    return request.answer([taken.email.encode()])


def login(request: Request) -> Iterable[bytes]:
    read_json(request.contract, request.read(), request.content_type, Login)
    raise LoginNeeded


def plain_json(request: Request) -> Iterable[bytes]:
    body = request.read()
    try:
        json.loads(body)
    except ValueError:
        raise HttpError(400, "The body is not JSON.") from None
    return request.answer([body])


def broken_upstream(request: Request) -> Iterable[bytes]:
    return request.answer(json.loads("{"))


def link(_: Request) -> Iterable[bytes]:
    raise LinkExpired


def late(request: Request) -> Iterable[bytes]:
    def parts() -> Iterator[bytes]:
        yield b"first"
        raise OutOfStock("Too late to say.", article="a", left=0)

    return request.answer(parts())


def early(request: Request) -> Iterable[bytes]:
    def parts() -> Iterator[bytes]:
        raise OutOfStock("Early.", article="a", left=0)
        yield b""

    return request.answer(parts())


def limited(request: Request) -> Iterable[bytes]:
    request.environ[EXCHANGE].keep_limits(LIMITS)
    return request.answer(status=int(request.query.get("status", ["200"])[0]))


def upstream(request: Request) -> Iterable[bytes]:
    problem = FROM_ELSEWHERE[request.argument]()
    raise problem


def odd_member(_: Request) -> Iterable[bytes]:
    raise OutOfStock("Odd.", article=object(), left=2)  # type: ignore[arg-type]


def stuck(request: Request) -> Iterable[bytes]:
    return request.answer([STUCK.enter().encode()])


Handler = Callable[[Request], Iterable[bytes]]
ROUTES: Mapping[str, Mapping[str, Handler]] = {
    "/articles/": {"GET": article, "HEAD": article, "POST": article, "PUT": constant},
    "/inner/articles/": {"GET": article},
    "/cached/articles/": {"GET": article},
    "/thread": {"GET": thread},
    "/unhandled": {"GET": unhandled},
    "/http/": {"GET": http},
    "/http-text": {"GET": http_text},
    "/group/": {"GET": group},
    "/orders": {"POST": order},
    "/login": {"POST": login},
    "/plain-json": {"POST": plain_json},
    "/broken-upstream": {"GET": broken_upstream},
    "/link": {"GET": link},
    "/late": {"GET": late},
    "/early": {"GET": early},
    "/limited": {"GET": limited},
    "/constant": {"GET": constant},
    "/upstream/": {"GET": upstream},
    "/odd-member": {"GET": odd_member},
    "/stuck": {"GET": stuck},
}


class Shop:
    """The home-made framework: what it does not find it says in plain text."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(self._contract, environ, start_response)
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        handlers = ROUTES.get(path) or ROUTES.get(path[: path.rfind("/") + 1])
        if handlers is None:
            return request.answer([b"Nothing here: " + shop.SECRET.encode()], 404)
        if method not in handlers:
            return request.answer([b"No: " + shop.SECRET.encode()], 405, {"Allow": ", ".join(handlers)})
        return handlers[method](request)


class Adding:
    """Middleware that adds header fields to all responses below a path."""

    def __init__(self, app: WSGIApp, fields: Iterable[tuple[str, str]], below: str = "/") -> None:
        self._app, self._fields, self._below = app, tuple(fields), below

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        def adding(status: str, headers: Fields, exc_info: ExcInfo = None, /) -> Callable[[bytes], object]:
            return start_response(status, [*headers, *self._fields], exc_info)

        return self._app(environ, adding if environ["PATH_INFO"].startswith(self._below) else start_response)


class Breaking:
    """Middleware that fails on demand."""

    def __init__(self, app: WSGIApp) -> None:
        self._app = app

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/middleware/error":
            raise odd_error()
        if environ["PATH_INFO"] == "/middleware/problem":
            raise SlowDown("In the middleware.", retry_after_seconds=7)
        return self._app(environ, start_response)


def make_app(contract: Contract = shop.contract, *, debug: bool = False, reraise: bool = True) -> WSGIApp:
    """The shop, wrapped inside of the CORS middleware and outside of it. It has no debug mode."""

    def wrap(app: Any) -> WSGIApp:
        return failwell.wsgi.wrap(
            app, contract, translate=lambda error: translate(error, contract), reraise=reraise
        )

    inner = wrap(Breaking(Adding(Shop(contract), CACHED, below="/cached")))
    cors = (("Access-Control-Allow-Origin", "https://shop.example"), ("Vary", "Origin"))
    return wrap(Adding(inner, cors))
