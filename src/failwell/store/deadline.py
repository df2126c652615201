"""A limit to how long a driver waits for its server, where the driver itself has none."""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager, suppress
from math import inf
from threading import Lock, Thread
from time import monotonic, sleep
from typing import Any

from failwell.exceptions import DeclarationError


class Deadline:
    """Ends conversations that take too long, by shutting down their sockets.

    A server that hangs answers nothing, and a driver that blocks waits for it for ever. One that finds its
    socket shut reports a lost connection. A single thread looks after all conversations; it ends when there
    are none.
    """

    def __init__(self, seconds: float) -> None:
        """Takes how long a conversation may last."""
        self._seconds = seconds
        self._lock = Lock()
        self._open: deque[tuple[float, socket.socket]] = deque()  # in the order in which they are due
        self._is_watching = False

    @contextmanager
    def over(self, number: int) -> Generator[None]:
        """Limits what is said within a block.

        Args:
            number: the file descriptor of a connected socket. It is duplicated, so that a connection which
                the driver closes meanwhile is not mistaken for the next one of that number.
        """
        with socket.fromfd(number, socket.AF_INET, socket.SOCK_STREAM) as own:
            with self._lock:
                self._open.append((monotonic() + self._seconds, own))
                starts, self._is_watching = not self._is_watching, True
            if starts:
                Thread(target=self._watch, name="failwell-deadline", daemon=True).start()
            yield

    def _watch(self) -> None:
        while True:
            with self._lock:
                while self._open and self._open[0][1].fileno() < 0:  # closed: it ended in time
                    self._open.popleft()
                if not self._open:
                    self._is_watching = False
                    return
                due, own = self._open[0]
            left = due - monotonic()
            if left > 0:
                sleep(left)
                continue
            with suppress(OSError):  # it ended just now
                own.shutdown(socket.SHUT_RDWR)
            with self._lock:
                self._open.popleft()


def verify_deadline(deadline: Any, where: str, usual: float) -> None:
    """Refuses what is no time to wait for an answer.

    Args:
        deadline: in seconds.
        where: the store's class, for the message.
        usual: the one that the message recommends.

    Raises:
        DeclarationError: for what is no number, not positive, or for ever.
    """
    is_number = isinstance(deadline, int | float) and not isinstance(deadline, bool)
    if not is_number or not 0 < deadline < inf:
        raise DeclarationError(
            f"deadline is {deadline!r}, which is no time to wait for an answer",
            code="store-deadline",
            where=where,
            hint=f"give seconds, such as {usual}",
        )
