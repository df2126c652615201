"""Guards that are declared where they cannot be asked: each mistake is named, where possible at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import path
from fastapi import APIRouter, FastAPI
from flask import Blueprint, Flask
from litestar import Litestar, get
from litestar.testing import TestClient as LitestarClient
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

import failwell.django
import failwell.fastapi
import failwell.flask
import failwell.litestar
import failwell.starlette
from failwell.exceptions import DeclarationError, FailwellError
from tests.frameworks import django_site as _  # noqa: F401 - Django's settings
from tests.frameworks.guard_parts import Room
from tests.frameworks.shop import contract

Mistake = Callable[[], object]


async def endpoint(request: Request) -> Response:
    return Response()


def view() -> str:
    return "yes"


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


async def handler() -> str:
    return "yes"


def _fastapi_above() -> object:
    return failwell.fastapi.guarded(Room())(FastAPI().get("/")(handler))


def _fastapi_below() -> object:
    made: Any = failwell.fastapi.guarded(Room())
    return FastAPI().get("/")(made(handler))


def _fastapi_without_depends() -> object:
    made: Any = failwell.fastapi.guarded(Room())
    return APIRouter().get("/", dependencies=[made])(handler)


def _litestar_above() -> object:
    made: Any = failwell.litestar.guarded(Room())
    return made(get("/")(handler))


def _litestar_below() -> object:
    made: Any = failwell.litestar.guarded(Room())
    return get("/")(made(handler))


def _litestar_as_middleware() -> object:
    made: Any = failwell.litestar.guarded(Room())
    return Litestar([get("/", middleware=[made])(handler)], logging_config=None)


async def _asgi(scope: Any, receive: Any, send: Any) -> None: ...


def _starlette_above() -> object:
    route: Any = Route("/", endpoint)
    return failwell.starlette.guarded(Room())(route)


def _starlette_on_an_app() -> object:
    return failwell.starlette.guarded(Room())(Starlette())


def _starlette_on_asgi() -> object:
    return failwell.starlette.guarded(Room())(_asgi)


def _starlette_on_what_takes_no_request() -> object:
    return failwell.starlette.guarded(Room())(handler)


def _starlette_as_middleware() -> object:
    made: Any = failwell.starlette.guarded(Room())
    app = Starlette(routes=[Route("/", endpoint)], middleware=[Middleware(made)])
    failwell.starlette.install(app, contract)
    return TestClient(app).get("/")


def _flask_on_an_app() -> object:
    return failwell.flask.guarded(Room())(Flask("shop"))


def _flask_on_a_blueprint() -> object:
    blueprint: Any = Blueprint("shop", __name__)
    return failwell.flask.guarded(Room())(blueprint)


def _django_above() -> object:
    route: Any = path("", page)
    return failwell.django.guarded(Room())(route)


DECLARED: dict[str, tuple[Mistake, str]] = {
    "fastapi: above the route": (_fastapi_above, "Depends(guarded("),
    "fastapi: below the route": (_fastapi_below, "Depends(guarded("),
    "fastapi: without Depends": (_fastapi_without_depends, "Depends(guarded("),
    "litestar: above the route": (_litestar_above, "guards=[guarded("),
    "litestar: below the route": (_litestar_below, "guards=[guarded("),
    "litestar: as middleware": (_litestar_as_middleware, "guards=[guarded("),
    "starlette: around a route": (_starlette_above, "Route("),
    "starlette: around an app": (_starlette_on_an_app, "Route("),
    "starlette: around an ASGI app": (_starlette_on_asgi, "Route("),
    "starlette: on what takes no request": (_starlette_on_what_takes_no_request, "Route("),
    "starlette: as middleware": (_starlette_as_middleware, "Route("),
    "flask: around an app": (_flask_on_an_app, "before_request"),
    "flask: around a blueprint": (_flask_on_a_blueprint, "before_request"),
    "django: around a route": (_django_above, "path("),
}


@pytest.mark.parametrize("mistake", DECLARED)
def test_a_mistake_is_named_where_it_is_made(mistake: str) -> None:
    make, hint = DECLARED[mistake]
    with pytest.raises(DeclarationError) as caught:
        make()
    assert caught.value.code == "guarded-where"
    assert caught.value.where == f"failwell.{mistake.partition(':')[0]}.guarded"
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    "module",
    [failwell.starlette, failwell.fastapi, failwell.litestar, failwell.flask, failwell.django],
    ids=lambda module: module.__name__,
)
@pytest.mark.parametrize("given", [view, handler, endpoint, page], ids=lambda given: given.__name__)
def test_parentheses_that_are_missing_are_named(module: Any, given: Any) -> None:
    with pytest.raises(DeclarationError) as caught:
        module.guarded(given)
    assert (caught.value.code, caught.value.where) == ("guarded-what", f"{module.__name__}.guarded")
    assert "guarded(limit" in caught.value.hint


# ------------------------------------------------------- what only a request shows


def _starlette_in_place_of_an_endpoint() -> object:
    app = Starlette(routes=[Route("/", failwell.starlette.guarded(Room()))])
    failwell.starlette.install(app, contract)
    return TestClient(app).get("/")


def _starlette_on_a_handler_of_fastapi() -> object:
    app = FastAPI()

    @app.get("/{number}")
    @failwell.starlette.guarded(Room())
    async def take(number: int) -> int:
        return number

    failwell.fastapi.install(app, contract)
    return TestClient(app).get("/1")


def _flask_before_requests() -> object:
    app = Flask("shop")
    app.testing = True
    made: Any = failwell.flask.guarded(Room())
    app.before_request(made)
    failwell.flask.install(app, contract)
    return app.test_client().get("/")


def _django_in_place_of_a_view() -> object:
    made: Any = failwell.django.guarded(Room())
    route: Any = path("", made)
    return route.callback(RequestFactory().get("/"))


def _django_on_what_is_no_view() -> object:
    class Orders:
        def queryset(self) -> list[int]:
            return []

    return failwell.django.guarded(Room())(Orders.queryset)(Orders())


def _litestar_as_hook() -> object:
    made: Any = failwell.litestar.guarded(Room())
    app = Litestar(
        [get("/", before_request=made)(handler)],
        plugins=[failwell.litestar.Plugin(contract, reraise=True)],
        logging_config=None,
    )
    with LitestarClient(app) as client:
        return client.get("/")


ASKED: dict[str, tuple[Mistake, str]] = {
    "starlette: in place of an endpoint": (_starlette_in_place_of_an_endpoint, "Route("),
    "starlette: on a handler of FastAPI": (_starlette_on_a_handler_of_fastapi, "failwell.fastapi"),
    "flask: before requests": (_flask_before_requests, "before_request"),
    "django: in place of a view": (_django_in_place_of_a_view, "path("),
    "django: on what is no view": (_django_on_what_is_no_view, "admit("),
    "litestar: as a hook": (_litestar_as_hook, "guards=[guarded("),
}


@pytest.mark.parametrize("mistake", ASKED)
def test_other_mistakes_are_named_by_the_first_request(mistake: str) -> None:
    make, hint = ASKED[mistake]
    with pytest.raises(FailwellError) as caught:
        make()
    assert caught.value.code == "guarded-where"
    assert caught.value.where == f"failwell.{mistake.partition(':')[0]}.guarded"
    assert hint in caught.value.hint
