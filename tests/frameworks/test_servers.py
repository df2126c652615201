"""One table over all server adapters: what leaves is a problem of the contract, whatever went wrong."""

from __future__ import annotations

import gc
import json
import logging
import re
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, cast

import anyio
import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

import failwell.starlette
from failwell import Catalog, Contract, Problem, UnknownProblem, dialects, standard_types
from failwell.exceptions import FailwellError
from tests.frameworks import starlette_app
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

MAKERS: dict[str, Callable[..., Any]] = {"starlette": starlette_app.make_app}
_ORIGIN = {"Origin": "https://shop.example"}
_JSON = {"Content-Type": "application/json"}


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
    Row(
        "redirect-delivered type for JSON",
        "GET /link",
        LinkExpired,
        410,
        headers={"Accept": "application/json"},
    ),
]


def _client(app: Any) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://shop.test")


async def _send(app: Any, row: Row, method: str = "") -> httpx.Response:
    async with _client(app) as client:
        headers = {**_ORIGIN, **row.headers}
        return await client.request(method or row.method, row.path, content=row.content, headers=headers)


@pytest.fixture(params=sorted(MAKERS))
def make_app(request: pytest.FixtureRequest) -> Callable[..., Any]:
    return MAKERS[request.param]


@pytest.mark.anyio
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
async def test_what_leaves_is_a_problem_of_the_contract(make_app: Callable[..., Any], row: Row) -> None:
    response = await _send(make_app(), row)
    problem = contract.parse(response.status_code, response.headers, response.content)
    assert type(problem) is row.problem
    assert (response.status_code, problem.status) == (row.status, row.status)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    assert row.detail in (None, problem.detail)
    for name, value in row.sent.items():
        assert ", ".join(sorted(response.headers[name].split(", "))) == value


@pytest.mark.anyio
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
async def test_every_error_has_one_request_id_and_keeps_cors(make_app: Callable[..., Any], row: Row) -> None:
    response = await _send(make_app(), row)
    (request_id,) = response.headers.get_list("x-request-id")
    assert re.fullmatch(r"req_[0-9a-f]{32}", request_id)
    assert response.json()["request_id"] == request_id
    if not row.path.startswith("/middleware"):
        assert response.headers["access-control-allow-origin"] == "https://shop.example"
        assert response.headers.get_list("vary") == ["Origin"]


@pytest.mark.anyio
@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
async def test_nothing_internal_leaves(make_app: Callable[..., Any], row: Row, *, debug: bool) -> None:
    response = await _send(make_app(debug=debug), row)
    assert SECRET not in response.text
    assert "Traceback" not in response.text
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.anyio
async def test_head_gets_the_head_only(make_app: Callable[..., Any]) -> None:
    app = make_app()
    row = Row("", "GET /articles/tea", OutOfStock, 409)
    got, head = await _send(app, row), await _send(app, row, "HEAD")
    assert (head.status_code, head.content) == (409, b"")
    assert head.headers["content-length"] == str(len(got.content))


@pytest.mark.anyio
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
    make_app: Callable[..., Any], content: bytes, failures: list[tuple[str, str, str]]
) -> None:
    response = await _send(make_app(), Row("", "POST /orders", 422, 422, content=content, headers=_JSON))
    errors = response.json()["errors"]
    assert [(e["pointer"], e["code"], e["detail"]) for e in errors] == failures
    assert {e["in"] for e in errors} == {"body"}


@pytest.mark.anyio
async def test_pydantic_failures_have_pointers_and_never_echo(make_app: Callable[..., Any]) -> None:
    content = json.dumps({"email": SECRET, "password": SECRET[:8]}).encode()
    response = await _send(make_app(), Row("", "POST /login", 422, 422, content=content, headers=_JSON))
    errors = response.json()["errors"]
    assert [(e["pointer"], e["code"]) for e in errors] == [
        ("/email", "value_error"),
        ("/password", "string_too_short"),
    ]
    assert SECRET[:8] not in response.text


@pytest.mark.anyio
async def test_redirect_delivered_type_for_browsers(make_app: Callable[..., Any]) -> None:
    response = await _send(
        make_app(), Row("", "GET /link", LinkExpired, 303, headers={"Accept": "text/html"})
    )
    assert (response.status_code, response.headers["location"]) == (303, "/login?error=link_expired")
    assert contract.parse(303, response.headers, b"") == LinkExpired()


@pytest.mark.anyio
@pytest.mark.parametrize("status", [204, 304])
async def test_statuses_without_body_stay_without(make_app: Callable[..., Any], status: int) -> None:
    response = await _send(make_app(), Row("", f"GET /http/{status}", status, status))
    assert (response.status_code, response.content) == (status, b"")
    assert response.headers["x-own"] == "kept"


@pytest.mark.anyio
@pytest.mark.parametrize(("status", "shown"), [(200, True), (204, True), (304, True), (404, False)])
async def test_limits_are_shown_on_success(make_app: Callable[..., Any], status: int, *, shown: bool) -> None:
    response = await _send(make_app(), Row("", f"GET /limited?status={status}", status, status))
    seen = {name: value for name, value in response.headers.items() if name.startswith("x-ratelimit")}
    expected = {"x-ratelimit-limit": "60", "x-ratelimit-remaining": "59", "x-ratelimit-reset": "1"}
    assert seen == (expected if shown else {})


@pytest.mark.anyio
async def test_a_response_object_used_again_gets_one_new_id_each_time(make_app: Callable[..., Any]) -> None:
    app = make_app()
    ids = [
        (await _send(app, Row("", "GET /constant", 200, 200))).headers.get_list("x-request-id")
        for _ in range(3)
    ]
    assert [len(one) for one in ids] == [1, 1, 1]
    assert len({one[0] for one in ids}) == 3


@pytest.mark.anyio
async def test_a_client_cannot_choose_the_request_id(make_app: Callable[..., Any]) -> None:
    response = await _send(
        make_app(), Row("", "GET /nowhere", 404, 404, headers={"X-Request-Id": "req_mine"})
    )
    assert "req_mine" not in (response.headers["x-request-id"], response.json()["request_id"])


@pytest.mark.anyio
async def test_unhandled_errors_are_raised_again_with_the_request_id(make_app: Callable[..., Any]) -> None:
    transport = httpx.ASGITransport(make_app(), raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        with pytest.raises(RuntimeError) as caught:
            await client.get("/unhandled")
    (note,) = caught.value.__notes__
    assert re.fullmatch(r"Request id: req_[0-9a-f]{32}", note)


@pytest.mark.anyio
async def test_unhandled_errors_can_be_logged_once_instead(
    make_app: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    transport = httpx.ASGITransport(make_app(reraise=False), raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        response = await client.get("/unhandled")
    (record,) = [record for record in caplog.records if record.name == "failwell"]
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], RuntimeError)
    assert response.headers["x-request-id"] in record.getMessage()


@pytest.mark.anyio
@pytest.mark.parametrize("kind", sorted(FROM_ELSEWHERE))
async def test_problems_of_other_apis_are_unforeseen_here(make_app: Callable[..., Any], kind: str) -> None:
    """What another server answered is not this API's to say: it is internal, and somebody gets to know."""
    app = make_app()
    response = await _send(app, Row("", f"GET /upstream/{kind}", "internal", 500))
    assert (response.status_code, response.json()["code"]) == (500, "internal")
    assert SECRET not in response.text
    error = (await _call(app, f"/upstream/{kind}", connected=True))[-1]
    assert any("Request id: req_" in note for note in error.__notes__)


@pytest.mark.anyio
async def test_problems_are_not_raised_again(
    make_app: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    transport = httpx.ASGITransport(make_app(), raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        for path in ("/articles/tea", "/middleware/problem", "/nowhere"):
            assert (await client.get(path)).status_code >= 400
    assert not caplog.records


async def _call(app: Any, path: str, *, connected: bool) -> list[Any]:
    """Calls an app as a server does, and returns what it sent. Errors come through."""
    sent: list[Any] = []

    async def receive() -> Any:
        if connected:
            await anyio.sleep_forever()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [],
        "scheme": "http",
        "http_version": "1.1",
        "server": ("127.0.0.1", 1),
        "client": ("127.0.0.1", 2),
    }
    try:
        await app(scope, receive, send)
    except Exception as error:  # noqa: BLE001 - it is what the test asks for
        sent.append(error)
    return sent


@pytest.mark.anyio
async def test_an_error_after_the_start_breaks_the_response_off(make_app: Callable[..., Any]) -> None:
    """The head has left: nothing can be said any more, but the server has to know."""
    head, first, error = await _call(make_app(), "/late", connected=True)
    assert (head["status"], first["body"], first["more_body"]) == (200, b"first", True)
    assert "Too late to say." in "".join(traceback.format_exception(error))
    assert any("Request id: req_" in note for note in error.__notes__)


@pytest.mark.anyio
async def test_a_client_that_went_away_is_no_error(
    make_app: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    assert await _call(make_app(), "/gone", connected=False) == []
    assert not caplog.records


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/articles/tea", "/middleware/problem", "/group/pure"])
async def test_answered_errors_leave_no_garbage(make_app: Callable[..., Any], path: str) -> None:
    """A cycle through the traceback would keep the error, and all that its frames hold, for the collector."""
    app = make_app()
    await _call(app, path, connected=True)
    gc.collect()
    gc.disable()
    try:
        for _ in range(5):
            await _call(app, path, connected=True)
        left = [thing for thing in gc.get_objects() if isinstance(thing, OutOfStock | SlowDown)]
        assert left == []
    finally:
        gc.enable()


@pytest.mark.anyio
async def test_unhandled_errors_leave_no_garbage(make_app: Callable[..., Any]) -> None:
    transport = httpx.ASGITransport(make_app(), raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        with suppress(RuntimeError):
            await client.get("/unhandled")
        gc.collect()
        gc.disable()
        try:
            with suppress(RuntimeError):
                await client.get("/unhandled")
            assert [thing for thing in gc.get_objects() if isinstance(thing, RuntimeError)] == []
        finally:
            gc.enable()


@pytest.mark.anyio
async def test_the_openapi_document_lists_what_operations_raise() -> None:
    app = starlette_app.make_app()
    document = failwell.starlette.openapi(app, contract, title="Shop", version="1")
    answers = document["paths"]["/articles/{article}"]["get"]["responses"]
    assert set(answers) == {"2XX", "409", "429", "500"}
    schema = answers["409"]["content"]["application/problem+json"]["schema"]
    assert schema["discriminator"] == {
        "propertyName": "code",
        "mapping": {"out_of_stock": "#/components/schemas/OutOfStock"},
    }
    component = document["components"]["schemas"]["OutOfStock"]
    assert component["properties"]["code"] == {"type": "string", "const": "out_of_stock"}
    assert component["properties"]["left"] == {"type": "integer"}
    assert {"type", "code", "article", "left"} <= set(component["required"])
    assert "/inner/articles/{article}" in document["paths"]


def test_install_comes_once_and_first() -> None:
    app = starlette_app.make_app()
    with pytest.raises(FailwellError, match="call install once"):
        failwell.starlette.install(app, contract)


def test_install_says_what_it_takes() -> None:
    app: Any = Starlette()
    with pytest.raises(FailwellError, match="not an application and a contract"):
        failwell.starlette.install(app, cast("Any", shop))
    with pytest.raises(FailwellError, match="not an application and a contract"):
        failwell.starlette.install(cast("Any", contract), app)


@pytest.mark.anyio
async def test_two_contracts_in_one_process_and_one_inside_the_other() -> None:
    other = Catalog("other", base="https://errors.other.example/")
    standard_types(other, naming="kebab-case")
    outer = Starlette(routes=[Mount("/shop", app=starlette_app.make_app())])
    failwell.starlette.install(outer, Contract(other, dialect=dialects.CODED))
    async with _client(outer) as client:
        inside, outside = await client.get("/shop/articles/tea"), await client.get("/nowhere")
        broken = await client.get("/shop/unhandled")
    assert inside.json()["code"] == "out_of_stock"
    assert outside.json() == {"error": "not-found", "message": "Not found"}
    assert (broken.status_code, broken.json()["code"]) == (500, "internal")
    assert [len(r.headers.get_list("x-request-id")) for r in (inside, outside, broken)] == [1, 1, 1]
