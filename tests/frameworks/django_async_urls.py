"""The shop's views on Django, where they are asynchronous; the synchronous ones run in threads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from django.core.exceptions import RequestAborted
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path
from django.views import View

import failwell.django
from tests.frameworks import django_urls as shop
from tests.frameworks.shop import LIMITS, Login, LoginNeeded, Order, OutOfStock, odd_error


class Article(View):  # type: ignore[misc]
    """One article."""

    http_method_names = ("get", "head", "post", "put")

    async def get(self, request: Any, article: str) -> Any:
        """Order an article."""
        raise OutOfStock("Only 2 left.", article=article, left=2)

    async def post(self, request: Any, article: str) -> Any:
        """Order an article."""
        raise OutOfStock("Only 2 left.", article=article, left=2)

    async def put(self, request: Any, article: str) -> Any:
        return shop.CONSTANT


async def unhandled(_: Any) -> Any:
    raise odd_error()


async def group(_: Any, kind: str) -> Any:
    return shop.group(_, kind)


async def order(request: Any) -> Any:
    taken = failwell.django.body(request, Order, max_bytes=500)
    return JsonResponse({"email": taken.email})


async def login(request: Any) -> Any:
    failwell.django.body(request, Login)
    raise LoginNeeded


async def late(_: Any) -> Any:
    async def parts() -> AsyncIterator[bytes]:
        yield b"first"
        raise OutOfStock("Too late to say.", article="a", left=0)

    return StreamingHttpResponse(parts())


async def early(_: Any) -> Any:
    async def parts() -> AsyncIterator[bytes]:
        raise OutOfStock("Early.", article="a", left=0)
        yield b""

    return StreamingHttpResponse(parts())


async def limited(request: Any) -> Any:
    failwell.django.show_limits(request, LIMITS)
    return HttpResponse(status=int(request.GET.get("status", "200")))


async def constant(_: Any) -> Any:
    return shop.CONSTANT


async def gone(_: Any) -> Any:
    raise RequestAborted


urlpatterns = [
    *(path(f"{prefix}articles/<str:article>", Article.as_view()) for prefix in ("", "inner/", "cached/")),
    path("unhandled", unhandled),
    path("group/<str:kind>", group),
    path("orders", order),
    path("login", login),
    path("late", late),
    path("early", early),
    path("sync-early", shop.early),
    path("sync-late", shop.late),
    path("limited", limited),
    path("constant", constant),
    path("gone", gone),
    *shop.urlpatterns,  # of which the first that matches counts
]
