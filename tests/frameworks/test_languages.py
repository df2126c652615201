"""Problems in the language of the reader, beside what frameworks say of languages and caches themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import httpx
import pytest
from anyio import to_thread
from django.http import HttpResponse
from django.urls import path
from fastapi import FastAPI
from flask import Flask, session
from litestar import Litestar, get
from litestar.config.cors import CORSConfig
from litestar.params import FromPath
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.routing import Route

import failwell.fastapi
import failwell.flask
import failwell.litestar
import failwell.starlette
from failwell import Catalog, Contract, Problem, dialects, standard_types
from failwell.declare import Translation
from tests.frameworks.django_site import make_site

pytestmark = pytest.mark.anyio
_ORIGIN = "https://tea.example"
_GERMAN = "de-CH, en;q=0.5"
_SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"

teas = Catalog("teas", base="https://errors.tea.example/")


class SoldOut(
    Problem, catalog=teas, code="sold_out", status=409, title="Sold out", detail="Only {left} left."
):
    """Somebody else was faster."""

    left: int


class Closed(Problem, catalog=teas, code="closed", status=403, title="Closed"):
    """The shop is closed. Nobody has translated it."""


silent = Catalog("silent", base="https://errors.silent.example/")


class Gone(Problem, catalog=silent, code="gone_away", status=410, title="Gone away"):
    """A problem of an API that speaks one language."""


standard_types(teas)
standard_types(silent)
teas.translate("de", {"sold_out": Translation(title="Ausverkauft", detail="Nur noch {left} da.")})
contract = Contract(teas, dialect=dialects.PROBLEM)
in_one_language = Contract(silent, dialect=dialects.PROBLEM)
_PROBLEMS: dict[str, Callable[[], Problem]] = {
    "sold": lambda: SoldOut(left=2),
    "closed": Closed,
    "gone": Gone,
}


def refuse(name: str) -> None:
    """What each view does."""
    problem = _PROBLEMS[name]()
    raise problem


def _starlette(contract: Contract) -> Any:
    def view(request: Request) -> Any:
        refuse(request.path_params["name"])

    cors = Middleware(CORSMiddleware, allow_origins=[_ORIGIN])
    app = Starlette(routes=[Route("/{name}", view)], middleware=[cors])
    failwell.starlette.install(app, contract)
    return app


def _fastapi(contract: Contract) -> Any:
    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=[_ORIGIN])
    app.get("/{name}")(refuse)
    failwell.fastapi.install(app, contract)
    return app


def _litestar(contract: Contract) -> Any:
    @get("/{name:str}", sync_to_thread=False)
    def view(name: FromPath[str]) -> None:
        refuse(name)

    cors = CORSConfig(allow_origins=[_ORIGIN])
    plugin = failwell.litestar.Plugin(contract)
    return Litestar([view], plugins=[plugin], cors_config=cors, logging_config=None)


def _flask(contract: Contract) -> Any:
    app = Flask("teas")
    app.secret_key = "not in use"

    @app.get("/<name>")
    def view(name: str) -> str:
        session["seen"] = name
        refuse(name)
        return ""

    failwell.flask.install(app, contract)
    return app


def _view(request: Any, name: str) -> HttpResponse:
    request.session["seen"] = name
    refuse(name)
    return HttpResponse()


def _rest(request: Any, name: str) -> Any:
    from rest_framework.decorators import api_view  # noqa: PLC0415 - it wants Django's settings first

    return api_view()(_view)(request, name=name)


urlpatterns = [path("plain/<name>", _view), path("rest/<name>", _rest)]


def to_these_views(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Middleware of Django's that takes the place of a setting."""

    def answer(request: Any) -> Any:
        request.urlconf = __name__
        return get_response(request)

    return answer


def _django(contract: Contract, *middleware: str, is_async: bool = False) -> Any:
    engine = "django.contrib.sessions.backends.signed_cookies"
    routed = f"{__name__}.to_these_views"
    return make_site(contract, *middleware, _SESSIONS, routed, is_async=is_async, SESSION_ENGINE=engine)


class Framework(NamedTuple):
    """How a framework's app is asked, and what its own middleware says in `Vary`."""

    make_app: Callable[[Contract], Any]
    interface: str
    vary: str
    prefix: str = ""

    async def ask(self, path: str, language: str | None, app: Any = None) -> httpx.Response:
        """Sends a request of a browser on another site."""
        app = app or self.make_app(in_one_language if path == "gone" else contract)
        headers = {"Origin": _ORIGIN, **({"Accept-Language": language} if language else {})}
        url = f"http://shop.test{self.prefix}/{path}"
        if self.interface == "asgi":
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
                return await client.get(url, headers=headers)
        with httpx.Client(transport=httpx.WSGITransport(app)) as other:
            return await to_thread.run_sync(lambda: other.get(url, headers=headers))


FRAMEWORKS = {
    "starlette": Framework(_starlette, "asgi", "Origin"),
    "fastapi": Framework(_fastapi, "asgi", "Origin"),
    "litestar": Framework(_litestar, "asgi", "Origin"),
    "flask": Framework(_flask, "wsgi", "Cookie"),
    "django": Framework(_django, "wsgi", "Cookie", "/plain"),
    "django_asgi": Framework(lambda contract: _django(contract, is_async=True), "asgi", "Cookie", "/plain"),
    "drf": Framework(_django, "wsgi", "Cookie", "/rest"),
}


@pytest.fixture(params=FRAMEWORKS)
def framework(request: pytest.FixtureRequest) -> Framework:
    return FRAMEWORKS[request.param]


def vary_of(response: httpx.Response) -> list[str]:
    """What is in the one `Vary` of a response."""
    (vary,) = response.headers.get_list("vary")
    return sorted(vary.split(", "))


async def test_titles_and_details_come_in_the_language_of_the_reader(framework: Framework) -> None:
    response = await framework.ask("sold", _GERMAN)
    assert (response.status_code, response.json()["code"]) == (409, "sold_out")
    assert (response.json()["title"], response.json()["detail"]) == ("Ausverkauft", "Nur noch 2 da.")
    assert response.headers.get_list("content-language") == ["de"]
    assert vary_of(response) == sorted(["Accept-Language", framework.vary])


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_other_readers_are_told_that_the_language_was_chosen(
    framework: Framework, language: str
) -> None:
    response = await framework.ask("sold", language)
    assert (response.json()["title"], response.json()["detail"]) == ("Sold out", "Only 2 left.")
    assert response.headers.get_list("content-language") == ["en"]
    assert vary_of(response) == sorted(["Accept-Language", framework.vary])


async def test_what_is_not_translated_comes_as_it_is(framework: Framework) -> None:
    response = await framework.ask("closed", _GERMAN)
    assert (response.status_code, response.json()["title"]) == (403, "Closed")
    assert response.headers.get("content-language", "en") == "en"
    assert framework.vary in vary_of(response)


@pytest.mark.parametrize(("path", "language"), [("sold", None), ("gone", _GERMAN), ("gone", None)])
async def test_nothing_is_said_of_languages_where_none_was_chosen(
    framework: Framework, path: str, language: str | None
) -> None:
    response = await framework.ask(path, language)
    assert response.json()["title"] in ("Sold out", "Gone away")
    assert "content-language" not in response.headers
    assert vary_of(response) == [framework.vary]


async def test_the_language_of_djangos_own_texts_is_not_that_of_problems() -> None:
    app = _django(contract, "django.middleware.locale.LocaleMiddleware")
    response = await FRAMEWORKS["django"].ask("sold", _GERMAN, app)
    assert response.headers.get_list("content-language") == ["de"]
    assert vary_of(response) == ["Accept-Language", "Cookie"]
