"""The socket: bound before anything is served, and told about plainly where it cannot be."""

from __future__ import annotations

import socket
import threading
from http.client import HTTPConnection

import pytest
import uvicorn

from failwell.exceptions import FailwellError
from failwell.serve import Listener, Source, serve_app
from tests.unit.serve.library import contract


def test_port_0_takes_one_that_is_free_and_says_which() -> None:
    listener = Listener("127.0.0.1", 0)
    with listener.socket as bound:
        port = bound.getsockname()[1]
        assert port > 0
        assert listener.origin == f"http://127.0.0.1:{port}"
        assert listener.is_loopback


def test_a_name_stays_in_the_address() -> None:
    listener = Listener("localhost", 0)
    with listener.socket:
        assert listener.origin.startswith("http://localhost:")


def test_all_addresses_are_no_address_to_open() -> None:
    listener = Listener("0.0.0.0", 0)
    with listener.socket:
        assert listener.origin.startswith("http://localhost:")
        assert not listener.is_loopback


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(FailwellError) as told:
            Listener("127.0.0.1", port)
    assert str(told.value) == (
        f"127.0.0.1:{port}: cannot listen there: the port is taken\n"
        "  To mend it: choose another host or port; --port 0 takes any that is free\n"
        "  [cannot-listen]"
    )


@pytest.mark.parametrize(
    ("host", "port"), [("192.0.2.1", 0), ("127.0.0.1", 70_000), ("127.0.0.1", -1), ("a..b", 0)]
)
def test_what_cannot_be_had_is_told(host: str, port: int) -> None:
    with pytest.raises(FailwellError) as told:
        Listener(host, port)
    assert told.value.code == "cannot-listen"


def test_pages_and_mock_come_over_a_real_connection() -> None:
    listener = Listener("127.0.0.1", 0)
    app = serve_app([Source("library", lambda: contract)], base_url=listener.origin, reload=True)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", server_header=False, lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener.socket]})
    thread.start()
    try:
        connection = HTTPConnection("127.0.0.1", listener.socket.getsockname()[1], timeout=20)
        for method, path, status in (
            ("GET", "/", 200),
            ("HEAD", "/", 200),
            ("POST", "/mock/book_lent", 409),
            ("HEAD", "/mock/book_lent", 409),
            ("GET", "/nope", 404),
            ("GET", "/book_lent", 200),
        ):
            connection.request(method, path, body=b"x" * 1000 if method == "POST" else None)
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == status
            assert len(body) == (0 if method == "HEAD" else int(answer.headers["content-length"]))
        connection.close()
    finally:
        server.should_exit = True
        thread.join()
