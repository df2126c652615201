"""Documents at an address: what is fetched, and where it ends."""

from __future__ import annotations

import socket
import threading
from email.message import Message
from io import BytesIO
from urllib.request import Request

import pytest

from failwell.cli.address import Redirects, fetch_document, is_address
from failwell.exceptions import SourceError
from tests.unit.cli.server import served


def test_an_address_is_told_from_paths_and_refs() -> None:
    assert is_address("https://shop.example/catalog.json")
    assert is_address("HTTP://localhost/catalog.json")
    assert not is_address("errors.py")
    assert not is_address("https")


def test_an_answer_has_limits() -> None:
    with served({"/": (200, {}, b"x" * 300_000), "/gone": (410, {}, b"")}) as address:
        assert len(fetch_document(f"{address}/", largest=300_000)) == 300_000
        with pytest.raises(SourceError, match="more than 299999 bytes"):
            fetch_document(f"{address}/", largest=299_999)
        with pytest.raises(SourceError, match=r"the answer is 410 Gone"):
            fetch_document(f"{address}/gone")
    with pytest.raises(SourceError, match="there is no answer"):
        fetch_document(f"{address}/")


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\nX-Slow: 1\r\n", b"HTTP/1.1 200 OK\r\n\r\n{"])
def test_an_answer_that_does_not_end_is_not_waited_for(sent: bytes) -> None:
    is_over = threading.Event()

    def answer(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(sent)
            is_over.wait()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer, args=(listener,))
        thread.start()
        try:
            with pytest.raises(SourceError, match=r"takes longer than 0\.2 seconds"):
                fetch_document(f"http://127.0.0.1:{listener.getsockname()[1]}/", longest=0.2)
        finally:
            is_over.set()
            thread.join()


@pytest.mark.parametrize("target", ["file:///etc/passwd", "http://192.0.2.1/", "ftp://127.0.0.1/"])
def test_a_redirect_leads_nowhere_else(target: str) -> None:
    answers = {
        "/a": (302, {"Location": "/b"}, b""),
        "/b": (200, {}, b"{}"),
        "/c": (302, {"Location": target}, b""),
    }
    with served(answers) as address:
        assert fetch_document(f"{address}/a") == b"{}"
        with pytest.raises(SourceError, match=r"by https|the answer is 302"):
            fetch_document(f"{address}/c")


def test_a_redirect_does_not_lead_from_elsewhere_to_this_machine() -> None:
    request = Request("https://shop.example/catalog.json")
    with pytest.raises(SourceError, match="leads from https to http"):
        Redirects().redirect_request(request, BytesIO(), 302, "Found", Message(), "http://127.0.0.1/admin")


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(SourceError, match="holds a name or a password") as caught:
        fetch_document("https://ada:secret@shop.example/catalog.json")
    assert "secret" not in str(caught.value)
