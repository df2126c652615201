"""Sites on Django with guards, for WSGI and for ASGI, and one on Django REST framework."""

from __future__ import annotations

from typing import Any

from asgiref.sync import iscoroutinefunction
from django.utils.decorators import sync_and_async_middleware

from tests.frameworks.django_site import HERE, make_site
from tests.frameworks.guard_parts import Guards, speak
from tests.frameworks.guarded_django_views import AsyncViews, RestViews, Views
from tests.frameworks.shop import contract

_ROUTES = "guarded.routes"


@sync_and_async_middleware
def choose_routes(get_response: Any) -> Any:
    """Has each site in this process its own routes."""

    def chosen(request: Any) -> Any:
        request.urlconf = getattr(request, "scope", request.META)[_ROUTES]
        speak(request.META["QUERY_STRING"])
        return request

    async def arespond(request: Any) -> Any:
        return await get_response(chosen(request))

    def respond(request: Any) -> Any:
        return get_response(chosen(request))

    return arespond if iscoroutinefunction(get_response) else respond


def make_wsgi(guards: Guards) -> Any:
    return _wsgi(Views(guards).patterns())


def make_drf(guards: Guards) -> Any:
    return _wsgi(RestViews(guards).patterns())


def _wsgi(patterns: Any) -> Any:
    site = make_site(contract, f"{HERE}.allow_the_shop", "tests.frameworks.guarded_django.choose_routes")

    def app(environ: Any, start_response: Any) -> Any:
        return site({**environ, _ROUTES: patterns}, start_response)

    app.patterns = patterns  # type: ignore[attr-defined]
    return app


def make_asgi(guards: Guards) -> Any:
    middleware = (f"{HERE}.allow_the_shop", "tests.frameworks.guarded_django.choose_routes")
    site = make_site(contract, *middleware, is_async=True)
    patterns = AsyncViews(guards).patterns()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await site({**scope, _ROUTES: patterns}, receive, send)

    app.patterns = patterns  # type: ignore[attr-defined]
    return app
