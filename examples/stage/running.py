"""Runs a service on a port of its own: in a thread, or in several processes behind one address."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from examples.identity.deployment import Deployment
from examples.stage.hand_over import written
from examples.stage.serving import Server, app_of
from examples.stage.upstream import LOOPBACK

_ROOT = Path(__file__).parents[2]


@contextmanager
def running(factory: str, deployment: Any, *, processes: int = 1, port: int = 0) -> Iterator[str]:
    """Runs a service, and gives its base URL.

    Args:
        factory: what makes its app from a deployment: `examples.browsers.app:create_app`.
        deployment: where it runs.
        processes: 1 for a thread of this process; more for so many processes that share a port.
        port: 0 for any that is free.
    """
    with socket.socket() as listener, ExitStack() as stack:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
        listener.listen(128)
        base_url = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
        if processes == 1:
            stack.enter_context(Server(app_of(factory, deployment), listener))
        for _ in range(processes if processes > 1 else 0):
            stack.enter_context(_worker(factory, deployment, listener))
        yield base_url


@contextmanager
def _worker(factory: str, deployment: Deployment, listener: socket.socket) -> Iterator[None]:
    """One process. It accepts from the same port as the others, as workers of a server do."""
    descriptor = listener.fileno()
    command = [sys.executable, "-m", "examples.stage.worker", factory, str(descriptor)]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[descriptor]
    ) as process:
        assert process.stdin is not None  # noqa: S101 - both are pipes
        assert process.stdout is not None  # noqa: S101
        process.stdin.write(written(deployment) + b"\n")
        process.stdin.flush()
        if process.stdout.readline() != b"ready\n":
            raise RuntimeError(f"a process of {factory} did not start; what it said is above")
        yield  # with the end of the block its standard input ends, and so does the process
