"""The OpenAPI document of a FastAPI app, with the problems in it."""

from __future__ import annotations

import json
from typing import Annotated, Any

import pydantic
import pytest
from fastapi import (
    APIRouter,
    Depends,
    FastAPI,
    Security,
)
from fastapi.openapi.utils import get_openapi
from fastapi.security import HTTPBearer, OAuth2PasswordBearer, SecurityScopes

import failwell.fastapi
from failwell import raises
from tests.frameworks.fastapi_app import installed, problem_in, send
from tests.frameworks.shop import (
    LinkExpired,
    LoginNeeded,
    OutOfStock,
    SlowDown,
    contract,
)


class Account(pydantic.BaseModel):
    """What a handler returns."""

    name: str
    age: int


# ------------------------------------------------------------------------------------------- document


@raises(SlowDown)
async def _app_wide() -> None: ...


@raises(LinkExpired)
async def _router_wide() -> None: ...


class Caller:
    """A dependency as a class: what it is, and what it needs."""

    @raises(LoginNeeded)
    def __init__(self, _: Annotated[None, Depends(_router_wide)]) -> None: ...


class Stock:
    """A dependency as an instance."""

    @raises(OutOfStock)
    async def __call__(self) -> None: ...


def _documented() -> FastAPI:
    app = FastAPI(dependencies=[Depends(_app_wide)])
    failwell.fastapi.install(app, contract)
    router = APIRouter(prefix="/v1", dependencies=[Depends(_router_wide)])

    @router.get("/plain")
    async def plain() -> None: ...

    @app.get("/classes")
    async def classes(
        caller: Annotated[Caller, Depends()], stock: Annotated[None, Depends(Stock())]
    ) -> None: ...

    @app.post("/both")
    @raises(OutOfStock)
    async def both(account: Account) -> None: ...

    def check(
        scopes: SecurityScopes, token: Annotated[str, Depends(OAuth2PasswordBearer("token"))]
    ) -> None: ...

    @app.get("/secured", dependencies=[Depends(HTTPBearer())])
    async def secured() -> None: ...

    @app.get("/scoped", dependencies=[Security(check, scopes=["read"])])
    async def scoped() -> None: ...

    app.include_router(router)
    return app


@pytest.mark.parametrize(
    ("operation", "statuses"),
    [
        ("get /v1/plain", {"200", "303", "410", "429", "500"}),
        ("get /classes", {"200", "303", "401", "409", "410", "429", "500"}),
        ("post /both", {"200", "400", "409", "413", "415", "422", "429", "500"}),
        ("get /secured", {"200", "401", "429", "500"}),
        ("get /scoped", {"200", "401", "403", "429", "500"}),
    ],
)
def test_the_document_says_what_operations_and_all_they_depend_on_raise(
    operation: str, statuses: set[str]
) -> None:
    method, path = operation.split()
    document = _documented().openapi()
    responses = document["paths"][path][method]["responses"]
    assert set(responses) == statuses
    assert all(
        "application/problem+json" in responses[status]["content"] for status in statuses - {"200", "303"}
    )
    assert not {"HTTPValidationError", "ValidationError"} & document["components"]["schemas"].keys()
    assert "Account" in document["components"]["schemas"]


def test_operations_have_the_same_as_records() -> None:
    listed = {(one.method, one.path): one for one in failwell.fastapi.operations(_documented())}
    assert set(listed) == {
        ("GET", "/classes"),
        ("POST", "/both"),
        ("GET", "/secured"),
        ("GET", "/scoped"),
        ("GET", "/v1/plain"),
    }
    assert listed["GET", "/v1/plain"].problems == (SlowDown, LinkExpired)
    assert listed["POST", "/both"].problems == (OutOfStock, SlowDown)
    assert [p.code for p in listed["GET", "/scoped"].problems] == ["slow_down", "unauthorized", "forbidden"]


@pytest.mark.anyio
async def test_the_document_is_made_once_and_served() -> None:
    app = _documented()
    document = app.openapi()
    assert app.openapi() is document is app.openapi_schema
    assert (await send(app, "GET /openapi.json")).json() == json.loads(json.dumps(document))
    assert "swagger-ui" in (await send(app, "GET /docs")).text
    app.openapi_schema = None
    assert app.openapi() == document


@pytest.mark.anyio
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_function_of_the_apps_own_makes_the_document(when: str) -> None:
    app = FastAPI()

    def own() -> dict[str, Any]:
        if not app.openapi_schema:
            app.openapi_schema = get_openapi(title="By hand", version="7", routes=app.routes)
            app.openapi_schema["info"]["x-logo"] = {"url": "https://shop.example/logo.png"}
        return app.openapi_schema

    if when == "before":
        app.openapi = own  # type: ignore[method-assign]
    failwell.fastapi.install(app, contract)

    @app.post("/")
    @raises(OutOfStock)
    async def buy(account: Account) -> None: ...

    if when == "after":
        app.openapi = own  # type: ignore[method-assign]
    document = (await send(app, "GET /openapi.json")).json()
    assert (document["info"]["title"], document["info"]["x-logo"]["url"][-8:]) == ("By hand", "logo.png")
    assert "OutOfStock" in document["components"]["schemas"]
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_what_somebody_wrote_into_the_document_stays() -> None:
    app = installed()
    by_hand: dict[int | str, dict[str, Any]] = {404: {"model": Account, "description": "By hand."}}

    @app.get("/", responses=by_hand)
    async def read() -> None: ...

    answer = app.openapi()["paths"]["/"]["get"]["responses"]["404"]
    assert answer["description"] == "By hand."
    assert "application/json" in answer["content"]


@pytest.mark.anyio
async def test_an_app_without_a_document_has_none() -> None:
    app = FastAPI(openapi_url=None)
    failwell.fastapi.install(app, contract)
    assert problem_in(await send(app, "GET /openapi.json")) == "not_found"
