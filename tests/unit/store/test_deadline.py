"""The limit to conversations: one that lasts too long is cut, any other is left alone."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from failwell.store.deadline import Deadline
from tests.parts.program import wait_until

Pair = tuple[socket.socket, socket.socket]


@contextmanager
def connection() -> Iterator[Pair]:
    """Two ends of a connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname())
        other, _ = server.accept()
    with client, other:
        yield client, other


@pytest.fixture
def pair() -> Iterator[Pair]:
    with connection() as both:
        yield both


def watches() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "failwell-deadline"}


def test_who_waits_for_an_answer_that_never_comes_is_woken(pair: Pair) -> None:
    client, _ = pair
    client.settimeout(30)  # or it would wait for ever
    start = time.monotonic()
    with Deadline(0.1).over(client.fileno()):
        assert client.recv(1) == b""
    assert time.monotonic() - start >= 0.1


def _is_left_alone(pair: Pair) -> bool:
    """Whether a conversation ended in time, as it does unless the machine stands still: nothing is cut."""
    client, other = pair
    deadline = Deadline(0.05)
    start = time.monotonic()
    with deadline.over(client.fileno()):
        client.sendall(b"a")
    ended_in_time = time.monotonic() - start < 0.05
    wait_until(lambda: not deadline._is_watching, "the watch has ended")
    if ended_in_time:
        client.sendall(b"b")
        assert other.recv(1) + other.recv(1) == b"ab"
        other.sendall(b"c")
        assert client.recv(1) == b"c"
    return ended_in_time


def test_a_conversation_that_ends_in_time_is_left_alone() -> None:
    def is_left_alone() -> bool:
        with connection() as pair:
            return _is_left_alone(pair)

    wait_until(is_left_alone, "a conversation of a moment takes no longer")


def test_a_socket_that_the_driver_closes_meanwhile_is_not_mistaken_for_the_next(
    pair: Pair,
) -> None:
    client, other = pair
    number = client.fileno()
    deadline = Deadline(0.05)
    with deadline.over(number):
        client.close()
        one, two = socket.socketpair()
        assert number in {one.fileno(), two.fileno()}  # the system gives the lowest that is free
        assert other.recv(1) == b""  # cut
        wait_until(lambda: not deadline._is_watching, "the watch has ended")
    with one, two:
        one.sendall(b"a")
        assert two.recv(1) == b"a"


def test_one_thread_watches_over_many_and_ends_after_them(pair: Pair) -> None:
    client, other = pair
    deadline = Deadline(0.05)
    others = watches()
    for _ in range(3):
        for _ in range(100):
            with deadline.over(client.fileno()), deadline.over(other.fileno()):
                wait_until(lambda: len(watches() - others) <= 1, "a watch that has ended is gone")
        wait_until(lambda: not deadline._is_watching, "the watch has ended")
        assert not deadline._open
