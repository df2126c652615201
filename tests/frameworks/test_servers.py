"""One table over all server adapters: what leaves is a problem of the contract, whatever went wrong."""

from __future__ import annotations

import gc
import json
import logging
import re
import traceback
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import httpx
import pytest

from failwell import Contract, Problem, UnknownProblem, dialects
from failwell.edge import current_exchange
from tests.frameworks.servers import SERVERS, Server
from tests.frameworks.shop import (
    FROM_ELSEWHERE,
    SECRET,
    LinkExpired,
    LoginNeeded,
    OutOfStock,
    SlowDown,
    contract,
    shop,
)

_ORIGIN = {"Origin": "https://shop.example"}
_JSON = {"Content-Type": "application/json"}
_NO_STORE = "no-store"


class Row:
    """One request and the problem that has to come."""

    def __init__(  # noqa: PLR0913
        self,
        name: str,
        request: str,
        problem: type[Problem] | int | str,
        status: int,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] = {},
        detail: str | None = None,
        sent: Mapping[str, str] = {},
    ) -> None:
        self.name, self.status, self.detail, self.sent = name, status, detail, sent
        self.method, _, self.path = request.partition(" ")
        self.content, self.headers = content, headers
        self.problem = problem if isinstance(problem, type) else shop.standard.get(problem, UnknownProblem)  # type: ignore[arg-type]


ROWS = [
    Row("raised", "GET /articles/tea", OutOfStock, 409, detail="Only 2 left."),
    Row("raised in a mounted route", "GET /inner/articles/tea", OutOfStock, 409),
    Row("raised in a thread", "GET /thread", SlowDown, 429, sent={"retry-after": "12"}),
    Row(
        "challenge",
        "POST /login",
        LoginNeeded,
        401,
        content=json.dumps({"email": "a@b", "password": "p" * 20}).encode(),
        headers=_JSON,
        sent={"www-authenticate": 'Bearer error="invalid_token"'},
    ),
    Row("unhandled", "GET /unhandled", "internal", 500),
    Row("unhandled in middleware", "GET /middleware/error", "internal", 500),
    Row("raised in middleware", "GET /middleware/problem", SlowDown, 429, sent={"retry-after": "7"}),
    Row("unknown route", "GET /nowhere", 404, 404),
    Row("wrong method", "DELETE /articles/tea", 405, 405, sent={"allow": "GET, HEAD, POST, PUT"}),
    Row("HTTPException 404", "GET /http/404", 404, 404, sent={"x-own": "kept"}),
    Row("HTTPException with a text", "GET /http-text", 404, 404, detail="No such article."),
    Row("HTTPException 503", "GET /http/503", 503, 503),
    Row("HTTPException 401", "GET /http/401", 401, 401, sent={"www-authenticate": "Bearer"}),
    Row("HTTPException 418", "GET /http/418", 418, 418),
    Row("HTTPException 499", "GET /http/499", 499, 499),
    Row("HTTPException 599", "GET /http/599", 599, 599),
    Row("group of problems", "GET /group/pure", OutOfStock, 409, detail="In a task."),
    Row("group with an unhandled error", "GET /group/mixed", "internal", 500),
    Row("malformed JSON", "POST /orders", 400, 400, content=b"{", headers=_JSON),
    Row("no body at all", "POST /orders", 400, 400, headers=_JSON),
    Row("deeply nested JSON", "POST /login", 400, 400, content=b"[" * 100_000, headers=_JSON),
    Row("JSON that is no UTF-8", "POST /orders", 400, 400, content=b'{"email":"\xff"}', headers=_JSON),
    Row(
        "malformed JSON for the framework's own reader",
        "POST /plain-json",
        400,
        400,
        content=b"{",
        headers=_JSON,
    ),
    Row("malformed JSON from upstream", "GET /broken-upstream", "internal", 500),
    Row(
        "another media type", "POST /orders", 415, 415, content=b"a=b", headers={"Content-Type": "text/plain"}
    ),
    Row("body too large", "POST /orders", 413, 413, content=b" " * 501, headers=_JSON),
    Row("missing field", "POST /orders", 422, 422, content=b"{}", headers=_JSON, detail="email: is required"),
    Row("raised in a dependency", "GET /dependency", LoginNeeded, 401),
    Row("stream that fails before its first part", "GET /early", OutOfStock, 409, detail="Early."),
    Row("member that cannot be written", "GET /odd-member", OutOfStock, 409, detail="Odd."),
    Row("behind middleware that caches", "GET /cached/articles/tea", OutOfStock, 409),
    Row(
        "redirect-delivered type for JSON",
        "GET /link",
        LinkExpired,
        410,
        headers={"Accept": "application/json"},
    ),
]


def _rows() -> list[Any]:
    """All rows for all servers, but for what a framework does not have."""
    return [
        pytest.param(server, row, id=f"{server.name}: {row.name}")
        for server in SERVERS
        for row in ROWS
        if row.name not in server.lacks
    ]


def _having(feature: str) -> Any:
    """The servers that have a feature, as a parameter of a test."""
    having = [server for server in SERVERS if feature not in server.lacks]
    FEATURES.add(feature)
    return pytest.mark.parametrize("server", having, ids=lambda server: server.name)


FEATURES: set[str] = set()
on_every_server = pytest.mark.parametrize("server", SERVERS, ids=lambda server: server.name)


async def _send(server: Server, app: Any, row: Row, method: str = "") -> httpx.Response:
    headers = {**_ORIGIN, **row.headers}
    return await server.send(app, method or row.method, row.path, content=row.content, headers=headers)


async def _get(server: Server, path: str, app: Any = None, **headers: str) -> httpx.Response:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return await server.send(app or server.make_app(), "GET", path, headers={**_ORIGIN, **fields})


@pytest.mark.anyio
@pytest.mark.parametrize(("server", "row"), _rows())
async def test_what_leaves_is_a_problem_of_the_contract(server: Server, row: Row) -> None:
    response = await _send(server, server.make_app(), row)
    problem = contract.parse(response.status_code, response.headers, response.content)
    assert type(problem) is row.problem
    assert (response.status_code, problem.status) == (row.status, row.status)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers.get_list("cache-control") == [_NO_STORE]
    assert response.headers.keys().isdisjoint({"etag", "last-modified", "expires"})
    assert row.detail in (None, problem.detail)
    for name, value in row.sent.items():
        assert ", ".join(sorted(response.headers[name].split(", "))) == value


@pytest.mark.anyio
@pytest.mark.parametrize(("server", "row"), _rows())
async def test_every_error_has_one_request_id_and_keeps_cors(server: Server, row: Row) -> None:
    response = await _send(server, server.make_app(), row)
    (request_id,) = response.headers.get_list("x-request-id")
    assert re.fullmatch(r"req_[0-9a-f]{32}", request_id)
    assert response.json()["request_id"] == request_id
    assert response.headers["access-control-allow-origin"] == "https://shop.example"
    assert response.headers.get_list("vary") == ["Origin"]


@pytest.mark.anyio
@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize(("server", "row"), _rows())
async def test_nothing_internal_leaves(server: Server, row: Row, *, debug: bool) -> None:
    response = await _send(server, server.make_app(debug=debug), row)
    assert SECRET not in response.text
    assert "Traceback" not in response.text
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.anyio
@on_every_server
async def test_head_gets_the_head_only(server: Server) -> None:
    app = server.make_app()
    row = Row("", "GET /articles/tea", OutOfStock, 409)
    got, head = await _send(server, app, row), await _send(server, app, row, "HEAD")
    assert (head.status_code, head.content) == (409, b"")
    assert head.headers["content-length"] == str(len(got.content))


@pytest.mark.anyio
@on_every_server
@pytest.mark.parametrize(
    ("content", "failures"),
    [
        (b'{"email":5}', [("/email", "type", "has to be str")]),
        (
            b'{"email":"a","lines":[{"article":"tea","count":1},{"article":"tea","count":"x"}]}',
            [("/lines/1/count", "type", "has to be int")],
        ),
        (b'{"lines":[]}', [("/email", "missing", "is required")]),
        (b"[]", [("", "type", "has to be object")]),
        (b'{"email":"a","hunter2":1}', [("", "unknown", "has a field that is not known")]),
    ],
)
async def test_msgspec_failures_have_pointers(
    server: Server, content: bytes, failures: list[tuple[str, str, str]]
) -> None:
    row = Row("", "POST /orders", 422, 422, content=content, headers=_JSON)
    errors = (await _send(server, server.make_app(), row)).json()["errors"]
    assert [(e["pointer"], e["code"], e["detail"]) for e in errors] == failures
    assert {e["in"] for e in errors} == {"body"}


@pytest.mark.anyio
@on_every_server
async def test_pydantic_failures_have_pointers_and_never_echo(server: Server) -> None:
    content = json.dumps({"email": SECRET, "password": SECRET[:8]}).encode()
    row = Row("", "POST /login", 422, 422, content=content, headers=_JSON)
    response = await _send(server, server.make_app(), row)
    assert [(e["pointer"], e["code"]) for e in response.json()["errors"]] == [
        ("/email", "value_error"),
        ("/password", "string_too_short"),
    ]
    assert SECRET[:8] not in response.text


NATIVE_BODY = {"email": "a@b", "lines": [{"article": "tea", "count": 1}]}
NATIVE = {
    "path": ("/native/one?count=1", NATIVE_BODY, {}),
    "query": ("/native/1?count=" + SECRET, NATIVE_BODY, {}),
    "header": ("/native/1?count=1", NATIVE_BODY, {"X-Token": SECRET}),
    "cookie": ("/native/1?count=1", NATIVE_BODY, {"Cookie": f"basket={SECRET}"}),
    "body": (
        "/native/1?count=1",
        {"email": "a@b", "lines": [{"article": "t", "count": 1}, {"article": "t", "count": SECRET}]},
        {},
    ),
}
POINTERS = {"query": "/count", "header": "/x-token", "cookie": "/basket", "body": "/lines/1/count"}


@pytest.mark.anyio
@_having("native validation")
@pytest.mark.parametrize("place", sorted(POINTERS))
async def test_native_validation_says_where_and_never_echoes(server: Server, place: str) -> None:
    if f"native validation of the {place}" in server.lacks:
        return
    path, document, headers = NATIVE[place]
    response = await server.send(server.make_app(), "POST", path, json=document, headers=headers)
    assert response.status_code == 422
    ((pointer, where),) = {(e["pointer"].lower(), e["in"]) for e in response.json()["errors"]}
    assert (pointer, where) == (POINTERS[place], place)
    assert SECRET not in response.text


@pytest.mark.anyio
@_having("native validation")
async def test_native_validation_lets_what_is_right_pass(server: Server) -> None:
    response = await server.send(server.make_app(), "POST", "/native/1?count=1", json=NATIVE_BODY)
    assert (response.status_code, response.json()) == (200, {"ok": True})


@pytest.mark.anyio
@on_every_server
async def test_redirect_delivered_type_for_browsers(server: Server) -> None:
    response = await _get(server, "/link", Accept="text/html")
    assert (response.status_code, response.headers["location"]) == (303, "/login?error=link_expired")
    assert contract.parse(303, response.headers, b"") == LinkExpired()


@pytest.mark.anyio
@on_every_server
@pytest.mark.parametrize("status", [204, 304])
async def test_statuses_without_body_stay_without(server: Server, status: int) -> None:
    if f"HTTPException {status}" in server.lacks:
        return
    response = await _get(server, f"/http/{status}")
    assert (response.status_code, response.content) == (status, b"")
    assert response.headers["x-own"] == "kept"


@pytest.mark.anyio
@on_every_server
@pytest.mark.parametrize(("status", "shown"), [(200, True), (204, True), (304, True), (404, False)])
async def test_limits_are_shown_on_success(server: Server, status: int, *, shown: bool) -> None:
    response = await _get(server, f"/limited?status={status}")
    seen = {name: value for name, value in response.headers.items() if name.startswith("x-ratelimit")}
    expected = {"x-ratelimit-limit": "60", "x-ratelimit-remaining": "59", "x-ratelimit-reset": "1"}
    assert seen == (expected if shown else {})


@pytest.mark.anyio
@on_every_server
async def test_a_response_object_used_again_gets_one_new_id_each_time(server: Server) -> None:
    app = server.make_app()
    ids = [(await _get(server, "/constant", app)).headers.get_list("x-request-id") for _ in range(3)]
    assert [len(one) for one in ids] == [1, 1, 1]
    assert len({one[0] for one in ids}) == 3


@pytest.mark.anyio
@on_every_server
async def test_a_client_cannot_choose_the_request_id(server: Server) -> None:
    response = await _get(server, "/nowhere", X_Request_Id="req_mine")
    assert "req_mine" not in (response.headers["x-request-id"], response.json()["request_id"])


@pytest.mark.anyio
@on_every_server
async def test_nothing_is_left_of_an_exchange_after_it(server: Server) -> None:
    for path in ("/articles/tea", "/constant", "/unhandled"):
        await server.call(server.make_app(), path)
        assert current_exchange.get() is None


@pytest.mark.anyio
@on_every_server
async def test_problems_come_in_the_language_of_the_reader(server: Server) -> None:
    response = await _get(server, "/articles/tea", Accept_Language="de-CH, en;q=0.5")
    assert response.json()["title"] == "Ausverkauft"
    assert response.headers["content-language"] == "de"
    (vary,) = response.headers.get_list("vary")
    assert sorted(vary.split(", ")) == ["Accept-Language", "Origin"]


@pytest.mark.anyio
@on_every_server
@pytest.mark.parametrize("path", ["/articles/tea", "/nowhere", "/unhandled", "/middleware/problem"])
async def test_browsers_and_agents_get_pages_where_the_contract_offers_them(
    server: Server, path: str
) -> None:
    app = server.make_app(Contract(shop, dialect=dialects.PROBLEM, offers=("text/html", "text/markdown")))
    browser = await _get(server, path, app, Accept="text/html,application/xhtml+xml,*/*;q=0.8")
    agent = await _get(server, path, app, Accept="text/markdown")
    curl = await _get(server, path, app, Accept="*/*")
    picky = await _get(server, path, app, Accept="image/webp")
    types = [answer.headers["content-type"] for answer in (browser, agent, curl, picky)]
    assert [media_type.partition(";")[0] for media_type in types] == [
        "text/html",
        "text/markdown",
        "application/problem+json",
        "application/problem+json",
    ]
    for answer in (browser, agent, curl, picky):
        assert answer.headers["x-request-id"] in answer.text
        assert answer.status_code == curl.status_code >= 400
        (vary,) = answer.headers.get_list("vary")
        assert sorted(vary.split(", ")) == ["Accept", "Origin"]


# ------------------------------------------------------------------------- unhandled errors are seen


@pytest.mark.anyio
@_having("errors raised again")
async def test_unhandled_errors_are_raised_again_with_the_request_id(server: Server) -> None:
    with pytest.raises(RuntimeError) as caught:
        await server.send_as_test_client(server.make_app(), "GET", "/unhandled")
    (note,) = caught.value.__notes__
    assert re.fullmatch(r"Request id: req_[0-9a-f]{32}", note)


@pytest.mark.anyio
@on_every_server
async def test_unhandled_errors_can_be_logged_once_instead(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    app = server.make_app(reraise=False)
    response = await server.send_as_test_client(app, "GET", "/unhandled")
    (record,) = [record for record in caplog.records if record.exc_info]
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], RuntimeError)
    assert response.headers["x-request-id"] in logging.Formatter().format(record)


@pytest.mark.anyio
@on_every_server
@pytest.mark.parametrize("kind", sorted(FROM_ELSEWHERE))
async def test_problems_of_other_apis_are_unforeseen_here(
    server: Server, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What another server answered is not this API's to say: it is internal, and somebody gets to know."""
    app = server.make_app(reraise=False)
    response = await _get(server, f"/upstream/{kind}", app)
    assert (response.status_code, response.json()["code"]) == (500, "internal")
    assert SECRET not in response.text
    assert len([record for record in caplog.records if record.exc_info]) == 1


@pytest.mark.anyio
@on_every_server
async def test_problems_are_neither_raised_again_nor_logged(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    for path in ("/articles/tea", "/middleware/problem", "/nowhere"):
        response = await server.send_as_test_client(server.make_app(), "GET", path)
        assert response.status_code >= 400
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.anyio
@_having("background tasks")
async def test_an_error_in_a_background_task_is_reported_and_the_response_stands(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    response = await _get(server, "/background", server.make_app(reraise=False))
    assert (response.status_code, response.text) == (200, "done")
    (record,) = [record for record in caplog.records if record.exc_info]
    assert response.headers["x-request-id"] in logging.Formatter().format(record)


@pytest.mark.anyio
@on_every_server
async def test_an_error_after_the_start_breaks_the_response_off(server: Server) -> None:
    """The head has left: nothing can be said any more, but the server has to know."""
    head, first, error = await server.call(server.make_app(), "/late")
    assert (head["status"], first["body"], first["more_body"]) == (200, b"first", True)
    report = "".join(traceback.format_exception(error))
    assert "Too late to say." in report
    assert "Request id: req_" in report


@pytest.mark.anyio
@_having("client disconnects")
async def test_a_client_that_went_away_is_no_error(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    assert await server.call(server.make_app(), "/gone", connected=False) == []
    assert not caplog.records


# ------------------------------------------------------------------------------- nothing is kept


def _count(*types: type[Exception]) -> int:
    """How many errors of these types are alive."""
    return sum(type(thing) in types for thing in gc.get_objects())


@pytest.mark.anyio
@on_every_server
@pytest.mark.parametrize("path", ["/articles/tea", "/middleware/problem", "/group/pure", "/unhandled"])
async def test_errors_leave_no_garbage(server: Server, path: str) -> None:
    """A cycle through the traceback would keep the error, and all that its frames hold, for the collector."""
    if path == "/unhandled" and "no garbage of unhandled errors" in server.lacks:
        return
    app = server.make_app()

    async def ask() -> None:
        with suppress(RuntimeError):  # it must not be kept by what holds its own frames
            await server.send_as_test_client(app, "GET", path)

    await ask()
    gc.collect()
    before = _count(OutOfStock, SlowDown, RuntimeError)
    gc.disable()
    try:
        for _ in range(5):
            await ask()
        assert _count(OutOfStock, SlowDown, RuntimeError) == before
    finally:
        gc.enable()


def test_what_a_framework_lacks_is_something_that_is_asked_for() -> None:
    asked = (
        {row.name for row in ROWS}
        | FEATURES
        | {"no garbage of unhandled errors", "HTTPException 204", "HTTPException 304"}
    )
    asked |= {"problems while threads are stuck"}  # in test_defects
    asked |= {f"native validation of the {place}" for place in NATIVE}
    for server in SERVERS:
        assert set(server.lacks) <= asked
        assert all(len(reason) > 10 for reason in server.lacks.values())
