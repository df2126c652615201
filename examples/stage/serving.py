"""Serves an app of ASGI or WSGI in a thread."""

from __future__ import annotations

import importlib
import inspect
import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

import uvicorn
from werkzeug.serving import WSGIRequestHandler, make_server


def app_of(factory: str, deployment: object) -> Any:
    """Makes the app.

    Args:
        factory: `examples.browsers.app:create_app`.
        deployment: what it is given.
    """
    module, _, name = factory.partition(":")
    return getattr(importlib.import_module(module), name)(deployment)


class Server:
    """A server in a thread, uvicorn or Werkzeug's: `with Server(app, listener)`.

    Args:
        app: whether it is one of ASGI or of WSGI is told from whether it is to be awaited.
        listener: a socket that listens already.
    """

    def __init__(self, app: Any, listener: socket.socket) -> None:
        os.set_blocking(
            listener.fileno(), False
        )  # whom another process has snatched a connection from, goes on
        made = (
            _asgi(app, listener) if inspect.iscoroutinefunction(type(app).__call__) else _wsgi(app, listener)
        )
        run, self._stop, self._is_up = made
        self._thread = threading.Thread(target=run, name=type(app).__module__)

    def __enter__(self) -> Self:
        """Waits until it is up.

        Raises:
            RuntimeError: if it has ended instead.
        """
        self._thread.start()
        while not self._is_up() and self._thread.is_alive():
            time.sleep(0.01)
        if not self._is_up():
            raise RuntimeError("the service did not start: its lifespan has failed")
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        self._thread.join()


_Parts = tuple[Callable[[], object], Callable[[], object], Callable[[], bool]]


def _asgi(app: Any, listener: socket.socket) -> _Parts:
    # Scenarios provoke failures on purpose. Whatever logging the program has set up stays as it is.
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    log = logging.getLogger("uvicorn.error")

    def silent(_: logging.LogRecord) -> bool:
        return False

    def run() -> None:
        log.addFilter(silent)
        with suppress(SystemExit):  # by which uvicorn ends its program if the lifespan has failed
            server.run(sockets=[listener])
        log.removeFilter(silent)

    return (
        run,
        lambda: setattr(server, "should_exit", True),
        lambda: server.started,
    )


def _wsgi(app: Any, listener: socket.socket) -> _Parts:
    host, port = listener.getsockname()
    server = make_server(host, port, app, threaded=True, request_handler=_Quiet, fd=listener.fileno())

    def run() -> None:
        with server:
            server.serve_forever(0.05)

    return run, server.shutdown, lambda: True


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the name is inherited
        """Says nothing: what was asked for is no news to who asked."""
