"""One table over all adapters: guards admit requests, and have their way with the responses."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import json
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, send_file
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.endpoints import WebSocketEndpoint
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket
from werkzeug.test import create_environ, run_wsgi_app
from werkzeug.wsgi import FileWrapper

import failwell.asgi
import failwell.django
import failwell.fastapi
import failwell.flask
import failwell.litestar
import failwell.starlette
import failwell.wsgi
from failwell.answers import Refused
from failwell.edge import EXCHANGE, Exchange
from failwell.exceptions import DeclarationError, FailwellError
from failwell.operations import Operation
from failwell.typing import Admission
from tests.frameworks.guard_parts import ETAG, LONG, PARTS, Guards, Room
from tests.frameworks.guarded_servers import ASGI, DECLARED, NAMES, WRAPPED, Guarded
from tests.frameworks.shop import SECRET, OutOfStock, SlowDown, contract

pytestmark = pytest.mark.anyio
CORS = "https://shop.example"


@pytest.fixture(params=NAMES)
def guarded(request: pytest.FixtureRequest) -> Guarded:
    return Guarded(request.param)


@pytest.fixture(params=DECLARED)
def declared(request: pytest.FixtureRequest) -> Guarded:
    """An app of a framework, for what only those have."""
    return Guarded(request.param)


# ------------------------------------------------------------------------------------------ rate limits


@pytest.mark.parametrize(
    ("name", "path"), [*((name, "limited") for name in NAMES), *((name, "classy") for name in DECLARED)]
)
async def test_limits_are_shown_on_success_and_the_default_is_a_429_of_the_contract(
    name: str, path: str
) -> None:
    guarded = Guarded(name)
    first, _, third = [await guarded.ask(f"GET /{path}", x_token="t") for _ in range(3)]
    assert (first.status, first.headers["x-ratelimit-limit"]) == (200, "2")
    assert first.headers["x-ratelimit-remaining"] == "1"
    assert (third.status, third.headers["content-type"]) == (429, "application/problem+json")
    problem = json.loads(third.body)
    assert (problem["code"], problem["detail"]) == ("too_many_requests", "Too many requests for this token.")
    assert third.headers["retry-after"] == "30"
    shown = [third.headers[f"x-ratelimit-{name}"] for name in ("limit", "remaining", "reset")]
    assert shown == ["2", "0", "60"]
    assert third.headers["access-control-allow-origin"] == CORS
    assert third.headers["x-request-id"] == problem["request_id"]
    assert (await guarded.ask(f"GET /{path}", x_token="other")).status == 200


async def test_a_problem_of_the_applications_own_shows_the_limit_that_denied(guarded: Guarded) -> None:
    assert (await guarded.ask("GET /own", x_token="t")).headers["x-ratelimit-remaining"] == "0"
    denied = await guarded.ask("GET /own", x_token="t")
    assert (denied.status, json.loads(denied.body)["code"]) == (429, "slow_down")
    assert (denied.headers["retry-after"], denied.headers["x-ratelimit-limit"]) == ("600", "1")
    assert denied.headers["access-control-allow-origin"] == CORS


async def test_a_handler_may_ask_guards_itself(guarded: Guarded) -> None:
    answers = [await guarded.ask("GET /by_hand") for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert answers[0].headers["x-ratelimit-remaining"] == "1"
    assert (guarded.guards.room.entered, guarded.guards.room.inside) == (3, 0)


async def test_guards_are_asked_in_the_order_in_which_they_are_written(guarded: Guarded) -> None:
    await guarded.ask("GET /ordered", x_token="t")
    assert guarded.guards.notes.told == [{"n": 1}, {"n": 2, "token": "t"}]


async def test_a_refusal_is_no_error_for_logs(guarded: Guarded, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        answer = await guarded.ask("GET /limited", x_token="t")
        assert answer.error is None
    await guarded.ask("GET /copy", if_none_match=ETAG)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


# ------------------------------------------------------------------------------ answers given before


async def test_what_has_not_changed_is_answered_without_a_body(guarded: Guarded) -> None:
    assert (await guarded.ask("GET /copy")).body == b"fresh"
    answer = await guarded.ask("GET /copy", if_none_match=ETAG)
    assert (answer.status, answer.body) == (304, b"")
    assert (answer.headers["etag"], answer.headers["cache-control"]) == (ETAG, "private")
    assert answer.headers.keys().isdisjoint({"content-length", "content-type"})
    assert answer.headers["access-control-allow-origin"] == CORS
    assert answer.headers["x-request-id"].startswith("req_")


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_what_was_answered_before_is_answered_again(guarded: Guarded, method: str) -> None:
    answer = await guarded.ask(f"{method} /copy", x_again="yes")
    assert (answer.status, answer.body) == (201, b"as before")
    assert (answer.headers["location"], answer.headers["content-type"]) == ("/orders/1", "text/plain")
    assert answer.headers["content-length"] == "9"
    assert answer.headers["x-request-id"] != "req_old"


async def test_middleware_may_refuse_and_answer_too(guarded: Guarded) -> None:
    refused = await guarded.ask("GET /held?refused")
    assert (refused.status, json.loads(refused.body)["code"]) == (409, "conflict")
    assert refused.headers["retry-after"] == "3"
    answered = await guarded.ask("GET /held?answered")
    assert (answered.status, answered.body, answered.headers["etag"]) == (304, b"", ETAG)
    assert (refused.error, answered.error) == (None, None)
    for answer in (refused, answered):
        assert answer.headers["access-control-allow-origin"] == CORS
    assert guarded.guards.room.entered == 0


# --------------------------------------------------------------------------------------------- keepers


async def test_a_keeper_sees_the_whole_response_before_it_leaves(guarded: Guarded) -> None:
    answer = await guarded.ask("POST /kept")
    ((status, headers, body),) = guarded.guards.archive.kept
    assert (status, headers["x-own"], body) == (201, "kept", b"done")
    assert "x-request-id" not in headers
    assert guarded.guards.archive.sent_before == [0]
    assert (answer.status, answer.body) == (201, b"done")
    assert answer.headers["x-request-id"].startswith("req_")


async def test_a_keeper_sees_short_streams_whole(guarded: Guarded) -> None:
    answer = await guarded.ask("GET /kept_stream")
    ((_, _, body),) = guarded.guards.archive.kept
    assert (body, answer.body) == (b"".join(PARTS), b"".join(PARTS))
    assert guarded.guards.archive.sent_before == [0]


async def test_what_is_too_long_to_keep_is_sent_and_only_its_head_is_shown(guarded: Guarded) -> None:
    answer = await guarded.ask("GET /kept_long")
    ((status, _, body),) = guarded.guards.archive.kept
    assert (status, body, answer.body) == (200, None, b"x" * LONG)


async def test_streams_that_may_never_end_are_not_held_back(guarded: Guarded) -> None:
    answer = await guarded.ask("GET /kept_events")
    ((status, _, body),) = guarded.guards.archive.kept
    assert (status, body, answer.parts) == (200, None, [*PARTS])


async def test_a_keeper_that_fails_loses_no_response(
    guarded: Guarded, caplog: pytest.LogCaptureFixture
) -> None:
    guarded.guards.archive.is_broken = True
    assert (await guarded.ask("POST /kept")).body == b"done"
    assert "a guard could not keep a response" in caplog.messages


async def test_a_keeper_sees_the_problems_of_the_handler(guarded: Guarded) -> None:
    await guarded.ask("GET /kept_problem")
    ((status, headers, body),) = guarded.guards.archive.kept
    assert (status, headers["content-type"]) == (409, "application/problem+json")
    assert json.loads(body or b"")["code"] == "out_of_stock"


async def test_what_other_guards_say_is_not_for_a_keeper(guarded: Guarded) -> None:
    answer = await guarded.ask("GET /kept_closed", x_closed="yes")
    assert (answer.status, json.loads(answer.body)["detail"]) == (409, "Closed.")
    assert guarded.guards.archive.kept == []
    await guarded.ask("GET /kept_closed")
    assert len(guarded.guards.archive.kept) == 1


async def test_a_stream_that_fails_while_it_is_held_back_is_answered_with_a_problem(guarded: Guarded) -> None:
    answer = await guarded.ask("GET /kept_late")
    assert (answer.status, json.loads(answer.body)["code"]) == (500, "internal")
    assert SECRET not in answer.body.decode()
    ((status, _, body),) = guarded.guards.archive.kept
    assert (status, body) == (200, None)
    assert (guarded.guards.room.entered, guarded.guards.room.left) == (1, 1)


# ------------------------------------------------------------------------------------------ what is held


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        ("GET /held", 200),
        ("HEAD /held", None),
        ("GET /held_unhandled", 500),
        ("GET /held_problem", 409),
        ("GET /held_late", 200),
    ],
)
async def test_what_is_held_is_let_go_once(guarded: Guarded, request_line: str, status: int | None) -> None:
    answer = await guarded.ask(request_line)
    assert answer.status == status or (status is None and answer.status in (200, 405))
    room = guarded.guards.room
    assert (room.entered, room.left) == ((1, 1) if answer.status != 405 else (0, 0))


async def test_it_is_held_until_a_stream_has_ended(guarded: Guarded) -> None:
    answer = await guarded.ask("GET /held_stream")
    assert answer.parts == [b"1", b"1"]
    assert (guarded.guards.room.entered, guarded.guards.room.left) == (1, 1)


@pytest.mark.parametrize("lose", ["cancel", "fail", "leave"])
@pytest.mark.parametrize("path", ["held", "held_stream"])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Django's file of the body
async def test_it_is_let_go_when_the_client_goes(guarded: Guarded, path: str, lose: str) -> None:
    await guarded.ask(f"GET /{path}", lose=lose)
    assert (guarded.guards.room.entered, guarded.guards.room.left) == (1, 1)
    gc.collect()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", sorted(ASGI))
async def test_it_is_let_go_when_a_handler_is_cancelled_while_it_waits(name: str) -> None:
    guarded = Guarded(name)
    asked = asyncio.ensure_future(guarded.ask("GET /slow"))
    await guarded.guards.room.is_busy.wait()
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    assert (guarded.guards.room.entered, guarded.guards.room.left) == (1, 1)
    gc.collect()


async def test_background_tasks_are_still_the_work_of_the_request() -> None:
    guards = Guards()
    seen: list[int] = []

    @failwell.starlette.guarded(guards.room)
    async def endpoint(_: Request) -> Response:
        return Response(background=BackgroundTask(lambda: seen.append(guards.room.inside)))

    app = Starlette(routes=[Route("/", endpoint)])
    failwell.starlette.install(app, contract)
    with TestClient(app) as client:
        client.get("/")
    assert (seen, guards.room.left) == ([1], 1)


@pytest.mark.parametrize("length", [10, LONG])
async def test_a_file_over_asgi_is_kept_if_it_is_short_and_holds_until_it_is_sent(
    length: int, tmp_path: Path
) -> None:
    guards, file = Guards(), tmp_path / "file"
    file.write_bytes(b"x" * length)

    @failwell.starlette.guarded(guards.archive)
    @failwell.starlette.guarded(guards.room)
    async def endpoint(_: Request) -> Response:
        return FileResponse(file)

    app = Starlette(routes=[Route("/", endpoint)])
    failwell.starlette.install(app, contract)
    with TestClient(app) as client:
        assert client.get("/").content == b"x" * length
    ((_, _, body),) = guards.archive.kept
    assert body == (b"x" * length if length < LONG else None)
    assert guards.room.left == 1


async def test_a_file_that_the_server_would_send_itself_is_let_go_when_it_is_closed(tmp_path: Path) -> None:
    guards, file = Guards(), tmp_path / "file"
    file.write_bytes(b"short")
    app = Flask("files")

    @app.get("/")
    @failwell.flask.guarded(guards.archive)
    @failwell.flask.guarded(guards.room)
    def endpoint() -> Any:
        return send_file(file)

    failwell.flask.install(app, contract)
    environ = create_environ("/", environ_overrides={"wsgi.file_wrapper": FileWrapper})
    body, status, _ = run_wsgi_app(app, environ, buffered=True)
    assert (b"".join(body), status) == (b"short", "200 OK")
    ((_, _, kept),) = guards.archive.kept
    assert (kept, guards.room.left) == (b"short", 1)


async def test_handlers_of_the_applications_own_get_refusals_and_the_limits_are_shown() -> None:
    guards = Guards()

    @failwell.starlette.guarded(guards.limit, token="t")
    async def endpoint(_: Request) -> Response:
        return Response()

    async def own(_: Request, error: Exception) -> Response:
        return Response("slow down", getattr(error, "status", 500))

    app = Starlette(routes=[Route("/", endpoint)], exception_handlers={Refused: own})
    failwell.starlette.install(app, contract)
    with TestClient(app) as client:
        answers = [client.get("/") for _ in range(3)]
    assert (answers[2].status_code, answers[2].text) == (429, "slow down")
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["1", "0", "0"]


async def test_a_site_in_a_wrapped_app_shows_limits_and_keeps_responses_once() -> None:
    guarded = Guarded("django")
    guarded.app = failwell.wsgi.wrap(guarded.app, contract)
    assert (await guarded.ask("GET /limited", x_token="t")).headers["x-ratelimit-remaining"] == "1"
    await guarded.ask("POST /kept")
    await guarded.ask("GET /held_stream")
    assert len(guarded.guards.archive.kept) == 1
    assert (guarded.guards.room.entered, guarded.guards.room.left) == (1, 1)


async def test_what_an_app_writes_itself_cannot_be_held_back() -> None:
    archive = Guards().archive

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        exchange: Exchange = environ[EXCHANGE]
        exchange.keep_admission(Admission(keeper=archive))
        start_response("200 OK", [("Content-Type", "text/plain")])(b"written")
        return []

    written: list[bytes] = []
    parts: Any = failwell.wsgi.wrap(app, contract)(create_environ("/"), lambda *_: written.append)
    assert b"".join([*written, *parts]) == b"written"
    parts.close()
    assert [(status, kept) for status, _, kept in archive.kept] == [(200, None)]


async def test_a_websocket_holds_until_it_is_closed() -> None:
    guards = Guards()
    seen: list[int] = []

    @failwell.starlette.guarded(guards.room)
    async def talk(websocket: WebSocket) -> None:
        await websocket.accept()
        seen.append(guards.room.inside)
        await websocket.close()

    @failwell.starlette.guarded(guards.limit, token="t")
    class Limited(WebSocketEndpoint):
        encoding = "text"

    app = Starlette(routes=[WebSocketRoute("/talk", talk), WebSocketRoute("/limited", Limited)])
    failwell.starlette.install(app, contract)
    with TestClient(app) as client:
        with client.websocket_connect("/talk"):
            pass
        for _ in range(2):
            with client.websocket_connect("/limited") as socket:
                socket.close()
        with pytest.raises(WebSocketDenialResponse) as refused, client.websocket_connect("/limited"):
            pass
    assert (seen, guards.room.entered, guards.room.left) == ([1], 1, 1)
    assert refused.value.status_code == 429


# ------------------------------------------------------------------------------------ what guards know


async def test_a_guard_that_needs_the_body_gets_it_and_so_does_the_handler(guarded: Guarded) -> None:
    body = b'{"article": "tea"}'
    signature = hashlib.sha256(body).hexdigest()
    words = {"content_type": "text/plain", "content_length": str(len(body))}
    answer = await guarded.ask("POST /signed", body, x_signature=signature, **words)
    assert (answer.status, answer.body) == (200, body)
    wrong = await guarded.ask("POST /signed", body, x_signature="no", **words)
    assert (wrong.status, json.loads(wrong.body)["detail"]) == (400, "The signature is wrong.")


async def test_a_body_that_is_too_large_for_a_guard_is_a_413(declared: Guarded) -> None:
    body = b"x" * 101
    answer = await declared.ask("POST /signed", body, content_type="text/plain", content_length="101")
    assert (answer.status, json.loads(answer.body)["status"]) == (413, 413)


@pytest.mark.parametrize("name", WRAPPED)
async def test_a_body_that_nobody_read_for_a_guard_is_a_mistake_that_is_named(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await Guarded(name).ask("POST /unread", b"{}")
    assert (answer.status, json.loads(answer.body)["code"]) == (500, "internal")
    told = answer.error or next(record.exc_info[1] for record in caplog.records if record.exc_info)
    assert isinstance(told, FailwellError)
    assert (told.code, told.where) == ("guard-without-body", f"failwell.{name}.admit")


async def test_guards_know_where_a_request_goes(guarded: Guarded) -> None:
    answer = await guarded.ask("POST /where/t%C3%A9/1?a=%20b", content_type="text/plain")
    assert answer.status == 200
    assert guarded.guards.where.seen == [("POST", "/where/t%C3%A9/1", "a=%20b", "text/plain")]


# ----------------------------------------------------------------------------------- what is declared


def _operations(guarded: Guarded) -> Iterable[Operation]:
    app = guarded.app
    match guarded.name:
        case "starlette":
            return failwell.starlette.operations(app)
        case "fastapi":
            return failwell.fastapi.operations(app)
        case "litestar":
            return failwell.litestar.operations(app)
        case "flask":
            return failwell.flask.operations(app)
        case _:
            return failwell.django.operations(app.patterns)


def test_declarations_and_descriptions_of_endpoints_stay(declared: Guarded) -> None:
    told = {(one.method, one.path): one for one in _operations(declared)}
    methods = {"GET", "POST"} if declared.name not in ("django", "django_asgi") else {"GET"}
    for method in methods:
        limited = told[method, "/limited"]
        assert limited.problems[0] is SlowDown
        assert limited.summary.startswith("Says yes")
    assert told["GET", "/classy"].problems[0] is OutOfStock
    assert told["GET", "/classy"].summary == "One of a class."


@pytest.mark.filterwarnings("ignore:Duplicate Operation ID")  # of operations with two methods
async def test_what_fastapi_guards_find_out_is_in_the_document() -> None:
    guarded = Guarded("fastapi")
    limited = guarded.app.openapi()["paths"]["/limited"]["get"]
    assert [one["name"] for one in limited["parameters"]] == ["x-token"]
    assert {"200", "401", "429"} <= limited["responses"].keys()
    assert "parameters" not in guarded.app.openapi()["paths"]["/held"]["get"]


async def test_a_guard_without_a_contract_says_what_is_missing() -> None:
    async def endpoint(request: Request) -> Response:
        await failwell.starlette.admit(request, Room())
        return Response()

    app = Starlette(routes=[Route("/", endpoint)])
    with pytest.raises(FailwellError) as caught, TestClient(app) as client:
        client.get("/")
    assert caught.value.code == "guard-without-contract"


async def test_a_guard_in_an_app_that_is_not_wrapped_says_what_is_missing() -> None:
    with pytest.raises(FailwellError, match="no contract"):
        await failwell.asgi.admit({"type": "http", "path": "/"}, Room())
    with pytest.raises(FailwellError, match="no contract"):
        failwell.wsgi.admit(create_environ("/"), Room())


async def test_a_form_that_was_read_before_a_guard_sees_it_is_a_mistake_that_is_named() -> None:
    guards = Guards()

    async def endpoint(request: Request) -> Response:
        await request.form()
        await failwell.starlette.admit(request, guards.signature)
        return Response()

    app = Starlette(routes=[Route("/", endpoint, methods=["POST"])])
    failwell.starlette.install(app, contract)
    with pytest.raises(FailwellError) as caught, TestClient(app) as client:
        client.post("/", data={"a": "b"})
    assert caught.value.code == "body-gone"


@pytest.mark.parametrize(
    "module",
    [failwell.starlette, failwell.fastapi, failwell.litestar, failwell.flask, failwell.django],
    ids=lambda module: module.__name__,
)
def test_what_is_no_guard_is_refused_where_it_is_declared(module: object) -> None:
    with pytest.raises(DeclarationError) as caught:
        module.guarded(Room)  # type: ignore[attr-defined]
    assert caught.value.code == "guarded-what"


@pytest.mark.parametrize(
    "module", [failwell.starlette, failwell.flask, failwell.django], ids=lambda module: module.__name__
)
def test_guards_stand_on_nothing_but_what_answers_requests(module: object) -> None:
    with pytest.raises(FailwellError) as caught:
        module.guarded(Room())(type("Order", (), {}))  # type: ignore[attr-defined]
    assert caught.value.code == "guarded-where"
