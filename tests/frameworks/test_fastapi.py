"""What FastAPI has beyond the table: its handlers, dependencies, routers, mounted apps, WebSockets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import pytest
from fastapi import (
    APIRouter,
    Depends,
    FastAPI,
    HTTPException,
    Request,
    WebSocket,
)
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.security import HTTPBearer
from fastapi.testclient import TestClient
from starlette.routing import Mount, Route
from starlette.websockets import WebSocketDisconnect

import failwell.fastapi
from failwell import Catalog, Contract, dialects, raises, standard_types
from failwell.exceptions import FailwellError
from tests.frameworks import fastapi_app
from tests.frameworks.fastapi_app import installed, problem_in, send
from tests.frameworks.shop import (
    FROM_ELSEWHERE,
    SECRET,
    Elsewhere,
    LoginNeeded,
    OutOfStock,
    SlowDown,
    contract,
    odd_error,
    shop,
)

_ORIGIN = {"Origin": "https://shop.example"}


# ------------------------------------------------------------------------------------------- handlers


@pytest.mark.anyio
async def test_exception_handlers_of_the_app_stay_in_force() -> None:
    async def by_hand(_: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"mine": type(error).__name__}, 400)

    before: dict[Any, Any] = {HTTPException: by_hand, RequestValidationError: by_hand, OutOfStock: by_hand}
    app = FastAPI(exception_handlers=before)
    failwell.fastapi.install(app, contract)
    app.add_exception_handler(SlowDown, by_hand)

    @app.get("/{kind}")
    async def fail(kind: str, number: int = 0) -> None:
        problems = {"stock": OutOfStock("", article="a", left=0), "slow": SlowDown(retry_after_seconds=1)}
        raise problems.get(kind) or LoginNeeded

    assert (await send(app, "GET /stock")).json() == {"mine": "OutOfStock"}
    assert (await send(app, "GET /slow")).json() == {"mine": "SlowDown"}
    assert (await send(app, "GET /a?number=x")).json() == {"mine": "RequestValidationError"}
    assert problem_in(await send(app, "GET /a")) == "login_needed"


@pytest.mark.anyio
async def test_problems_of_others_are_reported_where_the_app_has_handlers_too() -> None:
    app = installed()

    @app.exception_handler(KeyError)
    async def handle(_: Request, error: Exception) -> PlainTextResponse:
        return PlainTextResponse(type(error).__name__)

    @app.get("/{kind}")
    async def fail(kind: str) -> None:
        raise KeyError if kind == "key" else FROM_ELSEWHERE[kind]()

    assert (await send(app, "GET /key")).text == "KeyError"
    for kind in FROM_ELSEWHERE:
        assert problem_in(await send(app, f"GET /{kind}")) == "internal"
    with pytest.raises(Elsewhere):
        await send(app, "GET /other-catalog", reraise=True)


@pytest.mark.anyio
async def test_a_handler_for_everything_sees_what_nobody_foresaw() -> None:
    app, seen = installed(), list[str]()

    @app.exception_handler(Exception)
    async def everything(_: Request, error: Exception) -> PlainTextResponse:
        seen.append(str(error))
        return PlainTextResponse("never sent", 500)

    @app.get("/")
    async def fail() -> None:
        raise odd_error()

    assert problem_in(await send(app, "GET /")) == "internal"
    assert problem_in(await send(app, "GET /nowhere")) == "not_found"
    assert seen == [str(odd_error())]


@pytest.mark.anyio
async def test_a_problem_raised_in_an_exception_handler_is_answered() -> None:
    app = installed()

    @app.exception_handler(KeyError)
    async def handle(_: Request, error: Exception) -> None:
        raise OutOfStock("Sold out.", article="tea", left=0) from error

    @app.get("/")
    async def fail() -> None:
        raise KeyError(SECRET)

    assert problem_in(await send(app, "GET /")) == "out_of_stock"


@pytest.mark.anyio
@pytest.mark.parametrize("detail", [{"secret": SECRET}, [SECRET], SECRET.encode(), 5])
async def test_details_that_are_no_text_are_not_shown(detail: object) -> None:
    app = installed()

    @app.get("/")
    async def fail() -> None:
        raise HTTPException(409, detail, headers={"X-Own": "kept"})

    response = await send(app, "GET /", headers=_ORIGIN)
    assert problem_in(response) == "conflict"
    assert "detail" not in response.json()
    assert response.headers["x-own"] == "kept"
    assert response.headers["access-control-allow-origin"] == "https://shop.example"


@pytest.mark.anyio
async def test_exceptions_are_translated_as_the_app_says() -> None:
    app = FastAPI()
    translate = {KeyError: OutOfStock("", article="a", left=0), HTTPException: LoginNeeded()}
    failwell.fastapi.install(app, contract, translate=lambda error: translate.get(type(error)))

    @app.get("/{kind}")
    async def fail(kind: str) -> None:
        raise KeyError(SECRET) if kind == "key" else HTTPException(418)

    assert problem_in(await send(app, "GET /key")) == "out_of_stock"
    assert problem_in(await send(app, "GET /http")) == "login_needed"


def test_install_says_what_it_takes() -> None:
    for app, given in [(APIRouter(), contract), (FastAPI(), shop)]:
        with pytest.raises(FailwellError, match="not an application and a contract"):
            failwell.fastapi.install(cast("Any", app), cast("Any", given))


def test_install_comes_once() -> None:
    with pytest.raises(FailwellError, match="call install once"):
        failwell.fastapi.install(fastapi_app.make_app(), contract)


# --------------------------------------------------------------------------------------- dependencies


@pytest.mark.anyio
async def test_dependencies_see_the_problem_and_clean_up() -> None:
    app, seen = installed(), list[str]()

    async def session() -> AsyncIterator[str]:
        try:
            yield "session"
        except OutOfStock:
            seen.append("rolled back")
            raise
        finally:
            seen.append("closed")

    @app.get("/", dependencies=[Depends(session)])
    async def fail() -> None:
        raise OutOfStock("", article="a", left=0)

    assert problem_in(await send(app, "GET /")) == "out_of_stock"
    assert seen == ["rolled back", "closed"]


@pytest.mark.anyio
async def test_a_dependency_may_make_a_problem_of_an_error_and_fail_when_it_closes() -> None:
    app = installed()

    def changing() -> Iterator[None]:
        try:
            yield
        except KeyError as error:
            raise OutOfStock("", article="a", left=0) from error

    def closing() -> Iterator[None]:
        yield
        raise SlowDown(retry_after_seconds=3)

    @app.get("/changing", dependencies=[Depends(changing)])
    async def change() -> None:
        raise KeyError(SECRET)

    @app.get("/before", dependencies=[Depends(closing, scope="function")])
    async def before() -> str:
        return "never sent"

    @app.get("/after", dependencies=[Depends(closing)])
    async def after() -> str:
        return "sent"

    assert problem_in(await send(app, "GET /changing")) == "out_of_stock"
    assert problem_in(await send(app, "GET /before")) == "slow_down"
    response = await send(app, "GET /after")
    assert (response.status_code, response.json()) == (200, "sent")
    with pytest.raises(SlowDown) as caught:
        await send(app, "GET /after", reraise=True)
    assert any("Request id: req_" in note for note in caught.value.__notes__)


@pytest.mark.anyio
async def test_a_dependency_that_swallows_a_problem_is_a_failure_of_the_server() -> None:
    app = installed()

    def swallowing() -> Iterator[None]:
        with suppress(OutOfStock):
            yield

    @app.get("/", dependencies=[Depends(swallowing)])
    async def fail() -> None:
        raise OutOfStock("", article="a", left=0)

    assert problem_in(await send(app, "GET /")) == "internal"


@pytest.mark.anyio
async def test_security_schemes_answer_with_their_challenge() -> None:
    app = installed()

    @app.get("/", dependencies=[Depends(HTTPBearer())])
    async def read() -> None: ...

    response = await send(app, "GET /")
    assert problem_in(response) == "unauthorized"
    assert response.headers.get_list("www-authenticate") == ["Bearer"]


# ------------------------------------------------------------------------------------ routes, sub-apps


def _three_routers(app: FastAPI) -> None:
    v1, drops, more = APIRouter(prefix="/v1"), APIRouter(prefix="/drops"), APIRouter()

    @drops.get("/{drop}")
    async def read(drop: str) -> str:
        return drop

    @more.delete("/v1/drops/{drop}")
    async def delete(drop: str) -> str:
        return drop

    @app.get("/{anything}")
    async def top(anything: str) -> str:
        return anything

    @more.put("/{anything}")
    async def put(anything: str) -> str:
        return anything

    v1.include_router(drops)
    app.include_router(v1)
    app.include_router(more)
    app.router.routes.append(Mount("/mounted", routes=[Route("/{anything}", top, methods=["POST"])]))


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/v1/drops/d", "DELETE, GET"), ("/x", "GET, PUT"), ("/mounted/x", "POST")],
)
async def test_a_wrong_method_is_told_all_methods_of_the_path(path: str, allowed: str) -> None:
    app, outer = installed(), FastAPI()
    _three_routers(app)
    outer.mount("/shop", app)
    for response in (await send(app, f"PATCH {path}"), await send(outer, f"PATCH /shop{path}")):
        assert problem_in(response) == "method_not_allowed"
        assert response.headers["allow"] == allowed


@pytest.mark.anyio
async def test_routes_may_come_after_install() -> None:
    app, router = installed(), APIRouter()
    app.include_router(router, prefix="/late")

    async def late() -> None:
        raise OutOfStock("", article="a", left=0)

    assert problem_in(await send(app, "GET /late/one")) == "not_found"
    router.add_api_route("/one", raises(OutOfStock)(late), methods=["GET"])
    assert problem_in(await send(app, "GET /late/one")) == "out_of_stock"
    assert set(app.openapi()["paths"]["/late/one"]["get"]["responses"]) == {"200", "409", "500"}


@pytest.mark.anyio
async def test_a_mounted_app_keeps_its_contract_and_the_outer_request_id() -> None:
    other = Catalog("other", base="https://errors.other.example/")
    standard_types(other, naming="kebab-case")
    outer = FastAPI()
    failwell.fastapi.install(outer, Contract(other, dialect=dialects.CODED))
    outer.mount("/shop", fastapi_app.make_app())
    inside, outside = await send(outer, "GET /shop/articles/tea"), await send(outer, "GET /nowhere")
    wrong = await send(outer, "POST /shop/native/1", json={})
    assert problem_in(inside) == "out_of_stock"
    assert problem_in(wrong) == "unprocessable_content"
    assert outside.json() == {"error": "not-found", "message": "Not found"}
    assert len(inside.headers.get_list("x-request-id")) == 1
    assert "/articles/{article}" not in outer.openapi()["paths"]
    assert "OutOfStock" in (await send(outer, "GET /shop/openapi.json")).text


@pytest.mark.anyio
async def test_a_frontend_is_served_and_its_errors_are_problems(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<h1>Shop</h1>")
    app = installed()
    app.frontend("/shop", directory=tmp_path, fallback=None)
    assert (await send(app, "GET /shop/index.html")).text == "<h1>Shop</h1>"
    assert problem_in(await send(app, "GET /shop/nothing.js")) == "not_found"
    assert problem_in(await send(app, "POST /shop/index.html")) == "method_not_allowed"
    assert app.openapi()["paths"] == {}


# ----------------------------------------------------------------------------------------- WebSockets


@pytest.fixture
def talking() -> FastAPI:
    app = installed()

    @app.websocket("/refused")
    async def refused(websocket: WebSocket) -> None:
        raise HTTPException(401, "Log in first.")

    @app.websocket("/problem")
    async def problem(websocket: WebSocket, accept: bool = False) -> None:  # noqa: FBT001, FBT002
        if accept:
            await websocket.accept()
        raise OutOfStock("Sold out.", article="tea", left=0)

    @app.websocket("/foreign")
    async def foreign(websocket: WebSocket) -> None:
        raise Elsewhere

    @app.websocket("/accepted/{status}")
    async def accepted(websocket: WebSocket, status: int) -> None:
        await websocket.accept()
        raise HTTPException(status)

    return app


@pytest.mark.parametrize(
    ("path", "status", "code", "detail"),
    [("/refused", 401, "unauthorized", "Log in first."), ("/problem", 409, "out_of_stock", "Sold out.")],
)
def test_a_websocket_is_refused_with_the_problem(
    talking: FastAPI, path: str, status: int, code: str, detail: str
) -> None:
    with pytest.raises(WebSocketDisconnect) as caught, TestClient(talking).websocket_connect(path):
        raise AssertionError
    denial: Any = caught.value
    assert (denial.status_code, denial.json()["code"], denial.json()["detail"]) == (status, code, detail)
    assert denial.headers.get("www-authenticate") == ("Bearer" if status == 401 else None)


def test_what_nobody_foresaw_in_a_websocket_is_the_servers(talking: FastAPI) -> None:
    with pytest.raises(Elsewhere), TestClient(talking).websocket_connect("/foreign"):
        raise AssertionError


@pytest.mark.parametrize(
    ("path", "code", "reason"),
    [
        ("/accepted/403", 1008, "forbidden"),
        ("/accepted/503", 1011, "service_unavailable"),
        ("/problem?accept=1", 1008, "out_of_stock"),
        (f"/accepted/{SECRET}", 1008, "unprocessable_content"),
    ],
)
def test_a_websocket_is_closed_with_the_code_of_the_problem(
    talking: FastAPI, path: str, code: int, reason: str
) -> None:
    with pytest.raises(WebSocketDisconnect) as caught, TestClient(talking).websocket_connect(path) as socket:
        socket.receive_text()
    assert (caught.value.code, caught.value.reason) == (code, reason)
