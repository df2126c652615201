"""What only shows with a real server: broken-off responses, clients that leave, and what the server logs."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import uvicorn

from tests.frameworks.servers import SERVERS
from tests.frameworks.shop import SECRET, OutOfStock, contract

_PATIENCE = 30.0
_HALF_A_REQUEST = (
    b"POST /orders HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
)


def _wait_for(condition: Callable[[], Any]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.01)


_ASGI = [server for server in SERVERS if server.interface == "asgi"]


@pytest.fixture(scope="module", params=_ASGI, ids=lambda server: server.name)
def server(request: pytest.FixtureRequest) -> Iterator[str]:
    """The shop behind uvicorn on a free loopback port."""
    app = request.param.make_app()
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False)
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run)
    thread.start()
    _wait_for(lambda: running.started)
    yield f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    running.should_exit = True
    thread.join(_PATIENCE)


def test_a_problem_over_the_wire(server: str) -> None:
    response = httpx.get(f"{server}/articles/tea")
    problem = contract.parse(response.status_code, response.headers, response.content)
    assert problem == OutOfStock("Only 2 left.", article="tea", left=2)
    assert problem.request_id == response.headers["x-request-id"]


def test_a_head_over_the_wire_keeps_the_connection_usable(server: str) -> None:
    with httpx.Client() as client:
        assert client.head(f"{server}/articles/tea").status_code == 409
        assert client.get(f"{server}/articles/tea").json()["code"] == "out_of_stock"


def test_a_broken_off_stream_is_seen_by_the_client(server: str) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="incomplete"):
        httpx.get(f"{server}/late")


def test_the_server_logs_an_unhandled_error_once_with_its_request_id(
    server: str, caplog: pytest.LogCaptureFixture
) -> None:
    response = httpx.get(f"{server}/unhandled")
    assert response.json()["code"] == "internal"
    assert SECRET not in response.text
    _wait_for(lambda: caplog.records)
    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert f"Request id: {response.headers['x-request-id']}" in logging.Formatter().format(record)


def test_a_client_that_leaves_in_the_middle_of_its_body_is_no_error(
    server: str, caplog: pytest.LogCaptureFixture
) -> None:
    address = httpx.URL(server)
    with socket.create_connection((address.host, address.port)) as connection:
        connection.sendall(_HALF_A_REQUEST)
    assert httpx.get(f"{server}/articles/tea").status_code == 409
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
