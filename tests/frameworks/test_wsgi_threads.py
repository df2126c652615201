"""What only shows with real WSGI servers and threads: broken-off responses, clients that leave, mixed ids."""

from __future__ import annotations

import io
import logging
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any, NamedTuple
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import httpx
import pytest
import werkzeug.serving
from flask import Flask, Response, stream_with_context

import failwell.flask
from failwell.edge import current_exchange
from tests.frameworks import flask_app
from tests.frameworks.shop import SECRET, OutOfStock, contract

_PATIENCE = 30.0
_CROWD = 20
_HALF_A_REQUEST = (
    b"POST /orders HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
)
_log = logging.getLogger("shop.crowd")


class Threaded(ThreadingMixIn, WSGIServer):
    """The standard library's server with a thread for each request."""

    daemon_threads = True
    errors: io.StringIO

    def handle_error(self, *_: Any) -> None:
        """A client that left in the middle of its request is no news."""


class Quiet(WSGIRequestHandler):
    """Keeps what it would print."""

    server: Threaded

    def get_stderr(self) -> Any:
        return self.server.errors

    def log_message(self, *_: Any) -> None:
        pass


class Running(NamedTuple):
    """A server: its address, and what it has said of errors so far."""

    url: str
    said: Callable[[], str]


@contextmanager
def _by_wsgiref(app: Flask) -> Iterator[Running]:
    with Threaded(("127.0.0.1", 0), Quiet) as server:
        server.errors = io.StringIO()
        server.set_app(app)
        with _in_thread(server):
            yield Running(f"http://127.0.0.1:{server.server_port}", server.errors.getvalue)


@contextmanager
def _by_werkzeug(app: Flask) -> Iterator[Running]:
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    handler.setLevel(logging.ERROR)
    logger = logging.getLogger("werkzeug")
    logger.addHandler(handler)
    server = werkzeug.serving.make_server("127.0.0.1", 0, app, threaded=True)
    try:
        with _in_thread(server):
            yield Running(f"http://127.0.0.1:{server.server_port}", said.getvalue)
    finally:
        server.server_close()
        logger.removeHandler(handler)


@contextmanager
def _in_thread(server: Any) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join(_PATIENCE)


SERVERS = {"wsgiref": _by_wsgiref, "werkzeug": _by_werkzeug}


@pytest.fixture(params=sorted(SERVERS))
def serve(request: pytest.FixtureRequest) -> Callable[[Flask], Any]:
    return SERVERS[request.param]


def _wait_for(condition: Callable[[], Any]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.01)


def test_a_problem_over_the_wire(serve: Callable[[Flask], Any]) -> None:
    with serve(flask_app.make_app()) as running:
        response = httpx.get(f"{running.url}/articles/tea")
    problem = contract.parse(response.status_code, response.headers, response.content)
    assert problem == OutOfStock("Only 2 left.", article="tea", left=2)
    assert problem.request_id == response.headers["x-request-id"]


def test_a_head_keeps_the_connection_usable() -> None:
    with _by_werkzeug(flask_app.make_app()) as running, httpx.Client(base_url=running.url) as client:
        got = client.get("/articles/tea")
        head = client.head("/articles/tea")
        again = client.get("/early")
    assert (head.status_code, head.content, again.json()["code"]) == (409, b"", "out_of_stock")
    assert head.headers["content-length"] == str(len(got.content))


def test_a_stream_that_fails_before_its_first_part_is_answered(serve: Callable[[Flask], Any]) -> None:
    with serve(flask_app.make_app()) as running:
        response = httpx.get(f"{running.url}/early")
        assert (response.status_code, response.json()["code"]) == (409, "out_of_stock")
        assert response.headers["access-control-allow-origin"] == "https://shop.example"
        assert running.said() == ""


def test_a_stream_that_fails_later_is_broken_off_and_logged_once_with_its_request_id(
    serve: Callable[[Flask], Any],
) -> None:
    with serve(flask_app.make_app()) as running:
        request_id, body, broken_off = "", b"", False
        try:
            with httpx.stream("GET", f"{running.url}/late") as response:
                request_id = response.headers["x-request-id"]
                for part in response.iter_raw():
                    body += part
        except httpx.RemoteProtocolError:
            broken_off = True
        _wait_for(lambda: f"Request id: {request_id}" in running.said())
        assert body == b"first"
        assert broken_off or serve is _by_wsgiref  # HTTP/1.0 has no sign for it
        assert running.said().count("Traceback") == 1
        assert httpx.get(f"{running.url}/articles/tea").status_code == 409


def test_an_unhandled_error_is_logged_once_with_its_request_id(
    serve: Callable[[Flask], Any], caplog: pytest.LogCaptureFixture
) -> None:
    with serve(flask_app.make_app()) as running:
        response = httpx.get(f"{running.url}/unhandled")
        assert response.json()["code"] == "internal"
        assert SECRET not in response.text
        (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
        assert f"Request id: {response.headers['x-request-id']}" in logging.Formatter().format(record)
        assert running.said() == ""


def test_a_client_that_leaves_in_the_middle_of_its_body_is_no_error(
    serve: Callable[[Flask], Any], caplog: pytest.LogCaptureFixture
) -> None:
    with serve(flask_app.make_app()) as running:
        url = httpx.URL(running.url)
        with socket.create_connection((url.host, url.port)) as connection:
            connection.sendall(_HALF_A_REQUEST)
        assert httpx.get(f"{running.url}/articles/tea").status_code == 409
        assert running.said() == ""
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_a_client_that_leaves_in_the_middle_of_a_stream_ends_it(serve: Callable[[Flask], Any]) -> None:
    ended = threading.Event()
    ids: list[str] = []
    app = Flask("shop")

    @app.get("/stream")
    def stream() -> Response:
        def parts() -> Iterator[bytes]:
            try:
                while not ended.is_set():
                    yield b"x" * 65_536
            finally:
                exchange = current_exchange.get()
                ids.append(exchange.request_id if exchange else "none")
                ended.set()

        return Response(stream_with_context(parts()))

    failwell.flask.install(app, contract)
    with serve(app) as running:
        with httpx.stream("GET", f"{running.url}/stream") as response:
            next(response.iter_raw())
        _wait_for(ended.is_set)
        assert ids == [response.headers["x-request-id"]]


def test_a_crowd_of_requests_does_not_mix_its_ids(
    serve: Callable[[Flask], Any], caplog: pytest.LogCaptureFixture
) -> None:
    """All views are inside at the same time, and so are all streams, which raise or end one after another."""
    caplog.set_level(logging.INFO, "shop.crowd")
    inside, streaming = threading.Barrier(_CROWD), threading.Barrier(_CROWD // 2)
    app = Flask("shop")

    def told(number: int) -> str:
        exchange = current_exchange.get()
        assert exchange is not None
        _log.info("%s is %s", number, exchange.request_id)
        return exchange.request_id

    @app.get("/raise/<int:number>")
    def raise_it(number: int) -> str:
        told(number)
        inside.wait(_PATIENCE)
        raise OutOfStock(told(number), article=str(number), left=0)

    @app.get("/stream/<int:number>")
    def stream(number: int) -> Response:
        inside.wait(_PATIENCE)

        def parts() -> Iterator[str]:
            for _ in range(5):
                streaming.wait(_PATIENCE)
                yield told(number) + "\n"

        return Response(parts())

    failwell.flask.install(app, contract)
    with serve(app) as running, ThreadPoolExecutor(_CROWD) as crowd:
        paths = [f"/{'raise' if number % 2 else 'stream'}/{number}" for number in range(_CROWD)]
        answers = list(crowd.map(lambda path: httpx.get(running.url + path, timeout=_PATIENCE), paths))
    ids = [answer.headers["x-request-id"] for answer in answers]
    assert len(set(ids)) == _CROWD
    for number, (answer, request_id) in enumerate(zip(answers, ids, strict=True)):
        if number % 2:
            assert (answer.json()["detail"], answer.json()["request_id"]) == (request_id, request_id)
        else:
            assert answer.text.split() == [request_id] * 5
    logged = re.findall(r"(\d+) is (req_\w+)", caplog.text)
    assert {(int(number), request_id) for number, request_id in logged} == set(enumerate(ids))
