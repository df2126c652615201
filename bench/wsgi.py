"""The smallest driver that can run every WSGI framework, and the thin wrapper of the floors."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

from bench.task import Answer, Driver, Request

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
WSGIApp = Callable[[Environ, StartResponse], Iterable[bytes]]


class WithId:
    """A random request id on every response, and nothing else."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        request_id = "req_" + os.urandom(16).hex()

        def stamped(status: str, headers: Headers, exc_info: Any = None) -> Any:
            headers.append(("X-Request-Id", request_id))
            return start_response(status, headers, exc_info)

        body: Iterable[bytes] = self.app(environ, stamped)
        return body


class WSGIDriver(Driver):
    """Sends requests to an app, one after another, and reads each answer to its end."""

    def __init__(self, app: WSGIApp, request: Request) -> None:
        self._app = app
        self._body = request.body
        self._environ = _environ(request)
        self._start: tuple[str, Headers] = ("", [])

    def __call__(self, calls: int) -> None:
        for _ in range(calls):
            self._asked()

    def answer(self) -> Answer:
        body = b"".join(self._asked())
        status, headers = self._start
        return Answer(int(status[:3]), {name.lower(): value for name, value in headers}, body)

    def _asked(self) -> list[bytes]:
        environ = self._environ.copy()
        environ["wsgi.input"] = io.BytesIO(self._body)
        parts: Iterable[bytes] = ()
        try:
            parts = self._app(environ, self._start_response)
            return list(parts)
        except RuntimeError:  # what the endpoints raise unforeseen; some servers see it after the answer
            return []
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()

    def _start_response(self, status: str, headers: Headers, _exc_info: Any = None) -> Callable[..., Any]:
        self._start = status, headers
        return _write


def _write(_: bytes) -> None:
    raise AssertionError("an app writes instead of returning its body")


def _environ(request: Request) -> Environ:
    environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "HTTP_ACCEPT": "*/*",
        "HTTP_USER_AGENT": "bench",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if request.body:
        environ |= {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(request.body))}
    return environ
