"""The shop's middleware on Django, as one writes it: for WSGI and for ASGI."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import JsonResponse
from django.utils.cache import patch_vary_headers
from django.utils.decorators import sync_and_async_middleware
from django.utils.deprecation import MiddlewareMixin

from tests.frameworks.shop import CACHED, OutOfStock, SlowDown, odd_error


def _middleware(before: Callable[[Any], None], after: Callable[[Any, Any], None]) -> Any:
    """Middleware that does something before the request gets on, and something to its response."""

    def make(get_response: Any) -> Any:
        def respond(request: Any) -> Any:
            before(request)
            response = get_response(request)
            after(request, response)
            return response

        async def arespond(request: Any) -> Any:
            before(request)
            response = await get_response(request)
            after(request, response)
            return response

        return arespond if iscoroutinefunction(get_response) else respond

    return sync_and_async_middleware(make)


def _nothing(*_: Any) -> None:
    pass


def _allow(_: Any, response: Any) -> None:
    response["Access-Control-Allow-Origin"] = "https://shop.example"
    patch_vary_headers(response, ["Origin"])


def _break(request: Any) -> None:
    if request.path == "/middleware/error":
        raise odd_error()
    if request.path == "/middleware/problem":
        raise SlowDown("In the middleware.", retry_after_seconds=7)


def _cache(request: Any, response: Any) -> None:
    if request.path.startswith("/cached"):
        for name, value in CACHED:
            response[name] = value


def _to(urlconf: str) -> Callable[[Any], None]:
    def choose(request: Any) -> None:
        request.urlconf = f"tests.frameworks.{urlconf}"

    return choose


allow_the_shop = _middleware(_nothing, _allow)
"""What CORS middleware does."""
break_on_demand = _middleware(_break, _nothing)
cache = _middleware(_nothing, _cache)
to_async_views = _middleware(_to("django_async_urls"), _nothing)
to_rest_framework = _middleware(_to("drf_urls"), _nothing)
to_odd_views = _middleware(_to("django_odd_urls"), _nothing)
to_odd_rest_views = _middleware(_to("drf_odd_urls"), _nothing)


class OwnAnswers:
    """Middleware with an answer of its own to one kind of exception, as Django lets it have."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Any) -> None:
        self._respond = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: Any) -> Any:
        return self._respond(request)

    def process_exception(self, _: Any, error: Exception) -> Any:
        return JsonResponse({"own": True}, status=409) if isinstance(error, OutOfStock) else None


class OnlySync(MiddlewareMixin):  # type: ignore[misc]
    """Middleware for WSGI, around which Django puts threads."""

    async_capable = False

    def process_response(self, _: Any, response: Any) -> Any:
        response.set_cookie("seen", "yes")
        return response
