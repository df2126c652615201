"""Defects that error libraries have had, each as a test for every adapter.

Found in fastapi-problem and its relatives; the numbers are those of the list that they were found for.
"""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from typing import Any

import anyio
import httpx
import pytest

from failwell import Catalog, Contract, Problem, dialects, standard_types
from tests.frameworks.servers import SERVERS, Server
from tests.frameworks.shop import SECRET, STUCK

on_every_server = pytest.mark.parametrize("server", SERVERS, ids=lambda server: server.name)
_ORIGIN = {"Origin": "https://shop.example"}


async def _get(server: Server, path: str, **words: Any) -> httpx.Response:
    return await server.send(server.make_app(), "GET", path, headers=_ORIGIN, **words)


@pytest.mark.anyio
@on_every_server
async def test_1_the_text_of_an_unhandled_error_does_not_leave(server: Server) -> None:
    response = await _get(server, "/unhandled")
    assert response.status_code == 500
    assert SECRET not in response.text
    assert "detail" not in response.json()


@pytest.mark.anyio
@on_every_server
async def test_2_a_member_that_is_no_json_does_not_change_the_status(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    response = await _get(server, "/odd-member")
    assert (response.status_code, response.json()["code"]) == (409, "out_of_stock")
    assert "object at 0x" not in response.text
    assert [record.name for record in caplog.records if record.levelname == "ERROR"] == ["failwell"]


@pytest.mark.anyio
@on_every_server
@pytest.mark.parametrize("status", [418, 419, 499, 520, 599])
async def test_3_a_status_that_the_standard_library_does_not_know_is_sent(
    server: Server, status: int
) -> None:
    response = await _get(server, f"/http/{status}")
    assert (response.status_code, response.json()["status"]) == (status, status)


@pytest.mark.anyio
@on_every_server
@pytest.mark.parametrize(
    "document", [{"password": SECRET}, {"email": 5, "password": SECRET}, [SECRET], SECRET]
)
async def test_4_invalid_input_is_not_echoed(server: Server, document: object) -> None:
    response = await server.send(server.make_app(), "POST", "/login", json=document)
    assert response.status_code == 422
    assert SECRET not in response.text


@pytest.mark.anyio
@on_every_server
async def test_5_what_is_wrong_with_an_input_is_said_in_debug_mode_and_out_of_it(server: Server) -> None:
    for debug in (False, True):
        app = server.make_app(debug=debug)
        response = await server.send(app, "POST", "/login", json={"password": "p" * 20})
        assert [error["pointer"] for error in response.json()["errors"]] == ["/email"]


@pytest.mark.anyio
@on_every_server
async def test_6_fields_are_not_doubled_and_a_304_has_no_body(server: Server) -> None:
    cached = await _get(server, "/cached/articles/tea")
    assert cached.headers.get_list("vary") == ["Origin"]
    assert cached.headers.get_list("cache-control") == ["no-store"]
    if "HTTPException 304" not in server.lacks:
        not_modified = await _get(server, "/http/304")
        assert (not_modified.status_code, not_modified.content) == (304, b"")


@pytest.mark.anyio
@on_every_server
async def test_6_type_uris_can_be_parsed(server: Server) -> None:
    odd = Catalog("odd", base="https://errors.shop.example/a%20b/%C3%BC/")
    standard_types(odd)
    app = server.make_app(Contract(odd, dialect=dialects.PROBLEM))
    missing = await server.send(app, "GET", "/nowhere")
    uri = missing.json()["type"]
    assert uri == "https://errors.shop.example/a%20b/%C3%BC/not_found"
    assert str(httpx.URL(uri)) == uri


cards = Catalog("cards", base="https://errors.cards.example/")


class Expired(Problem, catalog=cards, code="card_expired", status=402, title="Card expired"):
    """A problem whose member is a time."""

    at: datetime


def test_2_times_are_members_like_others() -> None:
    out = Contract(cards, dialect=dialects.PROBLEM).render(Expired(at=datetime(2026, 11, 21, tzinfo=UTC)))
    assert json.loads(out.body)["at"] == "2026-11-21T00:00:00Z"


_ASYNC = [
    server
    for server in SERVERS
    if server.interface == "asgi" and "problems while threads are stuck" not in server.lacks
]
_SYNC = [server for server in SERVERS if server.interface == "wsgi"]
_PATHS = ("/articles/tea", "/nowhere", "/unhandled")


@pytest.mark.anyio
@pytest.mark.parametrize("server", _ASYNC, ids=lambda server: server.name)
async def test_7_a_problem_needs_no_thread_when_all_are_stuck(server: Server) -> None:
    """Forty stuck synchronous handlers use up the thread pool; a handler of errors must not queue there."""
    app = server.make_app()
    STUCK.hold()
    try:
        with anyio.fail_after(50):
            async with anyio.create_task_group() as tasks:
                for _ in range(60):
                    tasks.start_soon(server.send, app, "GET", "/stuck")
                while STUCK.waiting < 40:  # noqa: ASYNC110 - threads cannot tell an event of this loop
                    await anyio.sleep(0.01)
                with anyio.fail_after(20):  # the stuck ones wait for a minute
                    answers = [await server.send(app, "GET", path) for path in _PATHS]
                STUCK.release()
        assert [answer.status_code for answer in answers] == [409, 404, 500]
    finally:
        STUCK.release()


@pytest.mark.anyio
@pytest.mark.parametrize("server", _SYNC, ids=lambda server: server.name)
async def test_7_over_wsgi_a_problem_is_answered_in_the_thread_of_its_request(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = server.make_app(reraise=False)
    monkeypatch.setattr(threading.Thread, "start", lambda thread: pytest.fail(f"{thread} is started"))
    answers = [await server.call(app, path) for path in _PATHS]
    assert [answer[0]["status"] for answer in answers] == [409, 404, 500]
