"""Litestar apps: where the plugin goes in, apps inside of apps, and the OpenAPI document."""

from __future__ import annotations

from typing import Any, cast

import pytest
from litestar import Controller, Litestar, Request, Router, asgi, get, post
from litestar.config.allowed_hosts import AllowedHostsConfig
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency, Provide
from litestar.exceptions import (
    NotFoundException,
    PermissionDeniedException,
)
from litestar.handlers.base import BaseRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, YamlRenderPlugin
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.testing import TestClient
from litestar.types import Receive, Scope, Send

import failwell.litestar
from failwell import Catalog, Contract, dialects, raises, standard_types
from failwell.exceptions import FailwellError
from tests.frameworks.litestar_app import answer, make, problem, unhandled
from tests.frameworks.shop import (
    Line,
    LinkExpired,
    LoginNeeded,
    OutOfStock,
    SlowDown,
    contract,
    shop,
)

AnyRequest = Request[Any, Any, Any]
Connection = ASGIConnection[Any, Any, Any, Any]


# ---------------------------------------------------------------------------------------- where it goes in


def test_an_app_has_one_contract() -> None:
    with pytest.raises(FailwellError, match="has a contract already"):
        Litestar([], plugins=[failwell.litestar.Plugin(contract), failwell.litestar.Plugin(contract)])


def test_the_plugin_says_what_it_takes() -> None:
    with pytest.raises(FailwellError, match="is not a contract"):
        failwell.litestar.Plugin(cast("Any", shop))


def test_the_app_is_still_of_its_class_and_others_are_left_alone() -> None:
    class Mine(Litestar):
        """An application class of somebody's."""

    app = Mine([problem], plugins=[failwell.litestar.Plugin(contract)], logging_config=None)
    assert isinstance(app, Mine)
    assert type(app).__name__ == "Mine"
    assert not hasattr(Mine, "failwell_contract")
    assert not hasattr(Litestar, "failwell_contract")


@pytest.mark.anyio
async def test_routes_that_come_later_are_answered_too() -> None:
    app = make()
    app.register(problem)
    assert (await answer(app, "GET", "/problem")).json()["code"] == "out_of_stock"


# ------------------------------------------------------------------------------------- apps inside of apps


@pytest.mark.anyio
async def test_an_app_inside_an_app_keeps_its_contract_and_shares_the_request_id() -> None:
    other = Catalog("other", base="https://errors.other.example/")
    standard_types(other, naming="kebab-case")
    inner = make(problem, unhandled)

    @asgi("/shop", is_mount=True, copy_scope=True)
    async def mounted(scope: Scope, receive: Receive, send: Send) -> None:
        await inner(scope, receive, send)

    outer = make(mounted, contract=Contract(other, dialect=dialects.CODED))
    inside, broken = (
        await answer(outer, "GET", "/shop/problem"),
        await answer(outer, "GET", "/shop/unhandled"),
    )
    missing, outside = await answer(outer, "GET", "/shop/nowhere"), await answer(outer, "GET", "/nowhere")
    assert [one.json()["code"] for one in (inside, broken, missing)] == [
        "out_of_stock",
        "internal",
        "not_found",
    ]
    assert outside.json() == {"error": "not-found", "message": "Not found"}
    for response in (inside, broken, missing, outside):
        assert len(response.headers.get_list("x-request-id")) == 1
    assert inside.json()["request_id"] == inside.headers["x-request-id"]


@pytest.mark.anyio
async def test_an_error_of_an_inner_app_is_raised_again_by_the_outer_one() -> None:
    inner = make(unhandled)

    @asgi("/shop", is_mount=True, copy_scope=True)
    async def mounted(scope: Scope, receive: Receive, send: Send) -> None:
        await inner(scope, receive, send)

    outer = make(mounted, plugin=failwell.litestar.Plugin(contract, reraise=True))
    with pytest.raises(RuntimeError) as caught:
        await answer(outer, "GET", "/shop/unhandled")
    assert len(caught.value.__notes__) == 1


# ------------------------------------------------------------------------------------------------- OpenAPI


@raises(LoginNeeded)
def needs_login(_: Connection, __: BaseRouteHandler) -> None:
    """A guard."""


@raises(LinkExpired)
async def provide_link() -> str:
    return "link"


async def provide_outer(link: NamedDependency[str]) -> str:
    return link


@raises(SlowDown)
def provide_unused() -> str:
    return "unused"


@raises(SlowDown)
class Articles(Controller):
    """A controller."""

    path = "/articles"

    @get("/{article:str}", guards=[needs_login], raises=[NotFoundException, PermissionDeniedException])
    @raises(OutOfStock)
    async def one(self, article: FromPath[str], limit: FromQuery[int]) -> str:
        """Look at an article."""
        return article * limit

    @post("/", sync_to_thread=True)
    @raises(OutOfStock)
    def buy(self, data: JSONBody[Line]) -> str:
        return data.article


@get("/linked")
async def linked(outer: NamedDependency[str]) -> str:
    return outer


@get("/hidden", include_in_schema=False)
async def hidden() -> None: ...


def _documented() -> Litestar:
    dependencies = {
        "link": Provide(provide_link),
        "outer": Provide(provide_outer),
        "unused": Provide(provide_unused, sync_to_thread=True),
    }
    router = Router("/v1", route_handlers=[Articles, linked, hidden], dependencies=dependencies)
    plugins = [JsonRenderPlugin(), YamlRenderPlugin()]
    return make(router, openapi_config=OpenAPIConfig("Shop", "1", render_plugins=plugins))


def test_the_document_carries_the_problems_and_not_litestars_errors() -> None:
    document = _documented().openapi_schema.to_schema()
    one = document["paths"]["/v1/articles/{article}"]["get"]["responses"]
    assert {"200", "401", "403", "404", "409", "422", "429", "500"} <= set(one)
    assert "400" not in one  # Litestar's validation error, which leaves as 422
    for status in ("401", "404", "409", "422", "429", "500"):
        assert set(one[status]["content"]) == {"application/problem+json"}
    assert "status_code" not in str(document["components"])
    bought = document["paths"]["/v1/articles"]["post"]["responses"]
    assert {"409", "429"} <= set(bought)
    assert "410" in document["paths"]["/v1/linked"]["get"]["responses"]
    assert "429" not in document["paths"]["/v1/linked"]["get"]["responses"]


@pytest.mark.anyio
async def test_every_renderer_shows_the_same_document() -> None:
    app = _documented()
    as_json = (await answer(app, "GET", "/schema/openapi.json")).json()
    assert as_json["paths"]["/v1/articles/{article}"]["get"]["responses"]["409"]
    assert as_json == app.openapi_schema.to_schema()
    assert "out_of_stock" in (await answer(app, "GET", "/schema/openapi.yaml")).text


def test_operations_are_those_of_the_document() -> None:
    listed = {(one.method, one.path): one for one in failwell.litestar.operations(_documented())}
    assert set(listed) == {
        ("GET", "/v1/articles/{article}"),
        ("POST", "/v1/articles"),
        ("GET", "/v1/linked"),
    }
    one = listed["GET", "/v1/articles/{article}"]
    assert set(one.problems) == {OutOfStock, SlowDown, LoginNeeded}
    assert (one.name, one.summary) == ("one", "Look at an article.")
    assert listed["GET", "/v1/linked"].problems == (LinkExpired,)


def test_apps_without_a_document_stay_without() -> None:
    with TestClient(make(problem, openapi_config=None)) as http:
        assert http.get("/schema").status_code == 404
        assert http.get("/problem").status_code == 409


@pytest.mark.anyio
async def test_hosts_that_are_not_allowed_are_litestars_own_answer() -> None:
    """Litestar sends it itself, without an exception; see the limits in the documentation."""
    app = make(problem, allowed_hosts=AllowedHostsConfig(allowed_hosts=["other.test"]))
    response = await answer(app, "GET", "/problem")
    assert (response.status_code, "x-request-id" in response.headers) == (400, True)
