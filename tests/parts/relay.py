"""A relay before a server that loses a reply when it is told to, as a network does that breaks in between."""

from __future__ import annotations

import socket
from collections.abc import Callable
from selectors import EVENT_READ, DefaultSelector
from threading import Thread
from typing import Self

IsMeant = Callable[[bytes, bytes], bool]
"""Of what a client sent last, and of what the server answers: whether that answer is to be lost."""


class Relay:
    """Passes on what clients and a server of this machine say to each other: `with Relay(port) as relay`.

    One thread does so, and takes what arrives at once for one message: enough where a client sends a short
    command and waits for its short reply. The relay ends, with all connections through it, with the block.

    Attributes:
        port: where it listens on 127.0.0.1.
        lost: the number of replies that it lost.
    """

    def __init__(self, server: int) -> None:
        """Takes the port of the server, which need not run yet."""
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.lost = 0
        self._is_meant: IsMeant | None = None
        self._others: dict[socket.socket, socket.socket] = {}  # of each connection's ends the other one
        self._sent: dict[socket.socket, bytes] = {}  # by the server's end, what its client sent last
        self._selector = DefaultSelector()
        self._over, self._is_over = socket.socketpair()  # closing the one makes the other readable
        self._thread = Thread(target=self._run, name="relay")

    def lose_reply(self, is_meant: IsMeant) -> None:
        """Loses the next reply that is meant, once: both sides find their connection closed instead."""
        self._is_meant = is_meant

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.close()
        self._thread.join()

    def _run(self) -> None:
        with self._selector, self._listener, self._is_over:
            self._selector.register(self._listener, EVENT_READ)
            self._selector.register(self._is_over, EVENT_READ)
            while self._is_over not in (ready := [key.fileobj for key, _ in self._selector.select()]):
                for end in ready:
                    if end is self._listener:
                        self._connect()
                    elif isinstance(end, socket.socket) and end in self._others:  # not closed by now
                        self._pass_on(end)
            for end in list(self._others):
                end.close()

    def _connect(self) -> None:
        client, _ = self._listener.accept()
        try:
            server = socket.create_connection(("127.0.0.1", self._server))
        except OSError:  # it is down, and so the client finds it
            client.close()
            return
        self._others |= {client: server, server: client}
        self._sent[server] = b""
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(end, EVENT_READ)

    def _pass_on(self, end: socket.socket) -> None:
        other = self._others[end]
        try:
            message = end.recv(65_536)
            if message and not self._is_lost(end, message):
                other.sendall(message)
                return
        except ConnectionError:  # one side is gone, and the other has to know
            pass
        self._disconnect(end, other)

    def _is_lost(self, end: socket.socket, message: bytes) -> bool:
        """Whether a message is the reply that is to be lost; of a client's takes note."""
        if end not in self._sent:
            self._sent[self._others[end]] = message
            return False
        if self._is_meant is None or not self._is_meant(self._sent[end], message):
            return False
        self._is_meant = None
        self.lost += 1
        return True

    def _disconnect(self, *ends: socket.socket) -> None:
        for end in ends:
            self._selector.unregister(end)
            self._sent.pop(end, None)
            del self._others[end]
            end.close()
