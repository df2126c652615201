"""The socket and the server: bound first, so that the address is known before the pages are made."""

from __future__ import annotations

import errno
import ipaddress
import socket

import uvicorn
from starlette.types import ASGIApp

from failwell.exceptions import FailwellError

_LAST_PORT = 65_535
_SHUTDOWN = 2  # seconds for requests that are being answered


class Listener:
    """A bound socket.

    Attributes:
        socket: the socket.
        origin: the address under which it is reached: `http://127.0.0.1:8000`.
        is_loopback: whether only this machine reaches it.
    """

    def __init__(self, host: str, port: int) -> None:
        """Binds.

        Args:
            host: a name or an address.
            port: 0 for any that is free.

        Raises:
            FailwellError: if the port is taken, or cannot be had.
        """
        where = f"{host}:{port}"
        if not 0 <= port <= _LAST_PORT:
            raise _cannot_bind(f"ports end at {_LAST_PORT}", where)
        try:
            family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            self.socket = socket.socket(family, kind)
        except OSError as error:
            raise _cannot_bind(_reason(error), where) from None
        except UnicodeError:
            raise _cannot_bind("there is no such host", where) from None
        try:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.socket.bind(address)
            self.socket.listen()
        except OSError as error:
            self.socket.close()
            raise _cannot_bind(_reason(error), where) from None
        bound = self.socket.getsockname()
        ip = ipaddress.ip_address(bound[0])
        self.is_loopback = ip.is_loopback
        shown = "localhost" if ip.is_unspecified else host
        self.origin = f"http://{f'[{shown}]' if ':' in shown else shown}:{bound[1]}"


def run(app: ASGIApp, listener: Listener) -> None:
    """Serves until the process is told to end.

    Raises:
        KeyboardInterrupt: when that was Ctrl-C.
    """
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=_SHUTDOWN,
    )
    uvicorn.Server(config).run(sockets=[listener.socket])


def _reason(error: OSError) -> str:
    known = {errno.EADDRINUSE: "the port is taken", errno.EACCES: "the port is not permitted"}
    return known.get(error.errno or 0) or error.strerror or str(error)


def _cannot_bind(reason: str, where: str) -> FailwellError:
    return FailwellError(
        f"cannot listen there: {reason}",
        code="cannot-listen",
        where=where,
        hint="choose another host or port; --port 0 takes any that is free",
    )
