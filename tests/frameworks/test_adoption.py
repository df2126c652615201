"""Adopting the adapter in an app that knows nothing of it: what stays as it was, and what gets better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import httpx
import pydantic
import pytest
from fastapi import APIRouter, Depends, FastAPI, HTTPException
from fastapi.routing import APIRoute
from fastapi.security import OAuth2PasswordBearer
from starlette.middleware.cors import CORSMiddleware

import failwell.fastapi
from failwell import Catalog, Contract, Dialect, dialects, standard_types
from failwell.wire import CODE, MEMBERS, MESSAGE, REST

FRONTEND = "https://front.example"
LEARNED = Dialect("learned", {"detail": MESSAGE, REST: MEMBERS, "code": CODE})
_SECRET = "hunter2"
_TOKEN: Mapping[str, str] = {"Authorization": "Bearer known"}

token_of = OAuth2PasswordBearer(tokenUrl="/api/v1/login")


class SignUp(pydantic.BaseModel):
    """What somebody fills in."""

    name: str
    password: Annotated[str, pydantic.Field(min_length=8)]


def current_user(token: Annotated[str, Depends(token_of)]) -> str:
    """Who calls, as such apps find it out: from a token, or an error."""
    if token != "known":
        raise HTTPException(status_code=403, detail="The token is not valid")
    return "ann"


def unique_id(route: APIRoute) -> str:
    """Names operations as the app's generated client wants them."""
    return f"{route.tags[0]}-{route.name}"


def service() -> FastAPI:
    """An app as FastAPI's users write them: texts in exceptions, included routers, CORS for a frontend."""
    router = APIRouter(prefix="/users", tags=["users"])

    @router.get("/{number}")
    def read_user(number: int, user: Annotated[str, Depends(current_user)]) -> str:
        if number == 500:
            raise RuntimeError(f"the database said: {_SECRET} at row 7")
        raise HTTPException(status_code=404, detail=f"User {number} is not there, {user}")

    @router.post("/")
    def create_user(body: SignUp) -> str:
        raise HTTPException(status_code=409, detail=f"{body.name} is taken")

    @router.delete("/me")
    def delete_me(_: Annotated[str, Depends(current_user)]) -> None:
        raise HTTPException(status_code=400, detail="Not you", headers={"X-Reason": "you"})

    _ = read_user, create_user, delete_me
    app = FastAPI(openapi_url="/api/v1/openapi.json", generate_unique_id_function=unique_id)
    app.add_middleware(CORSMiddleware, allow_origins=[FRONTEND], allow_credentials=True)
    app.include_router(router, prefix="/api/v1")
    return app


def adopted(dialect: Dialect = dialects.PROBLEM) -> FastAPI:
    """The same app with the lines that the page about adoption shows."""
    app = service()
    catalog = Catalog("app", base="https://errors.app.example/")
    standard_types(catalog)
    failwell.fastapi.install(app, Contract(catalog, dialect=dialect))
    return app


async def ask(app: FastAPI, method: str, path: str, **words: Any) -> httpx.Response:
    """One request of the app's frontend."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"Origin": FRONTEND, **words.pop("headers", {})}
    async with httpx.AsyncClient(transport=transport, base_url="http://app.test") as http:
        return await http.request(method, f"/api/v1{path}", headers=headers, **words)


RAISED: tuple[tuple[str, str, Any], ...] = (
    ("GET", "/users/7", {"headers": _TOKEN}),
    ("GET", "/users/7", {"headers": {"Authorization": "Bearer x"}}),
    ("GET", "/users/7", {}),
    ("POST", "/users/", {"json": {"name": "ann", "password": "longer than 8"}}),
    ("DELETE", "/users/me", {"headers": _TOKEN}),
)


@pytest.mark.anyio
@pytest.mark.parametrize("dialect", [dialects.PROBLEM, LEARNED], ids=["problem", "learned"])
@pytest.mark.parametrize(("method", "path", "words"), RAISED)
async def test_what_the_app_raises_keeps_its_status_its_text_and_its_headers(
    dialect: Dialect, method: str, path: str, words: Any
) -> None:
    before = await ask(service(), method, path, **words)
    after = await ask(adopted(dialect), method, path, **words)

    assert (after.status_code, after.json()["detail"]) == (before.status_code, before.json()["detail"])
    assert after.json()["code"]
    own = {"content-length", "content-type"}
    assert {item for item in before.headers.items() if item[0] not in own} <= set(after.headers.items())


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/users/7", "/users/x", "/users/500", "/nowhere"])
async def test_every_error_can_be_read_by_the_frontend_and_has_an_id(path: str) -> None:
    response = await ask(adopted(), "GET", path, headers=_TOKEN)

    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["access-control-allow-origin"] == FRONTEND
    assert response.headers.get_list("vary") == ["Origin"]
    assert response.json()["request_id"] == response.headers["x-request-id"]


@pytest.mark.anyio
async def test_input_and_internals_no_longer_leave() -> None:
    weak = {"json": {"name": "ann", "password": _SECRET}}
    assert _SECRET in (await ask(service(), "POST", "/users/", **weak)).text

    invalid = await ask(adopted(), "POST", "/users/", **weak)
    broken = await ask(adopted(), "GET", "/users/500", headers=_TOKEN)

    assert [error["pointer"] for error in invalid.json()["errors"]] == ["/password"]
    assert (broken.status_code, broken.json()["code"]) == (500, "internal")
    assert _SECRET not in invalid.text + broken.text


@pytest.mark.anyio
async def test_clients_that_show_the_detail_always_find_a_text() -> None:
    """What a frontend shows where FastAPI answers with a list is its own affair; a text needs no care."""
    invalid = await ask(adopted(LEARNED), "POST", "/users/", json={})

    assert invalid.json()["detail"] == "name: is required (and 1 more)"


def test_the_document_keeps_its_operations_and_loses_the_old_error() -> None:
    before, after = service().openapi(), adopted().openapi()

    assert identities(after) == identities(before)
    assert "users-create_user" in identities(after).values()
    assert "HTTPValidationError" in before["components"]["schemas"]
    kept = before["components"]["schemas"].keys() - {"HTTPValidationError", "ValidationError"}
    assert kept <= after["components"]["schemas"].keys()
    assert "HTTPValidationError" not in str(after)
    assert list(after["paths"]["/api/v1/users/{number}"]["get"]["responses"]) == ["200", "401", "422", "500"]


def identities(document: dict[str, Any]) -> dict[tuple[str, str], str]:
    """The ids of a document's operations, by path and method."""
    return {
        (path, method): operation["operationId"]
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }
