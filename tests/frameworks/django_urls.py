"""The shop's views on Django."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import msgspec
from django import forms
from django.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import include, path, re_path
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_http_methods

import failwell.django
from failwell import raises
from tests.frameworks.shop import (
    FROM_ELSEWHERE,
    LIMITS,
    STUCK,
    Line,
    LinkExpired,
    Login,
    LoginNeeded,
    Order,
    OutOfStock,
    SlowDown,
    odd_error,
)

CONSTANT = HttpResponse(b"the same object each time")


class NativeOrder(msgspec.Struct):
    """An order, as the shop's forms' neighbour."""

    email: str
    lines: list[Line]


class Query(forms.Form):  # type: ignore[misc]
    """What may stand behind the question mark."""

    count = forms.IntegerField(required=False)


class Cookies(forms.Form):  # type: ignore[misc]
    """The cookies."""

    basket = forms.IntegerField(required=False)


Headers = type("Headers", (forms.Form,), {"X-Token": forms.IntegerField(required=False)})


class Article(View):  # type: ignore[misc]
    """One article."""

    http_method_names = ("get", "head", "post", "put")

    @method_decorator(raises(OutOfStock, SlowDown))
    def get(self, request: Any, article: str) -> Any:
        """Order an article."""
        raise OutOfStock("Only 2 left.", article=article, left=2)

    def post(self, request: Any, article: str) -> Any:
        """Order an article."""
        raise OutOfStock("Only 2 left.", article=article, left=2)

    def put(self, request: Any, article: str) -> Any:
        return CONSTANT


def needs_login(view: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator as those of django.contrib.auth."""

    @raises(LoginNeeded)
    @wraps(view)
    def checked(request: Any) -> Any:
        if "Authorization" not in request.headers:
            raise LoginNeeded
        return view(request)

    return checked


@raises(SlowDown)
def thread(_: Any) -> Any:
    raise SlowDown(retry_after_seconds=12)


def unhandled(_: Any) -> Any:
    raise odd_error()


def http_error(_: Any, status: str) -> Any:
    return HttpResponse(status=int(status), headers={"X-Own": "kept"})


def http_error_text(_: Any) -> Any:
    raise Http404("No such article.")


def group(_: Any, kind: str) -> Any:
    problem = OutOfStock("In a task.", article="a", left=0)
    others = [odd_error()] if kind == "mixed" else []
    raise ExceptionGroup("tasks", [ExceptionGroup("inner", [problem]), *others])


@require_http_methods(["POST"])
def order(request: Any) -> Any:
    taken = failwell.django.body(request, Order, max_bytes=500)
    return JsonResponse({"email": taken.email})


def login(request: Any) -> Any:
    failwell.django.body(request, Login)
    raise LoginNeeded


def broken_upstream(_: Any) -> Any:
    return JsonResponse(json.loads("{"))


def link(_: Any) -> Any:
    raise LinkExpired


def late(_: Any) -> Any:
    def parts() -> Iterator[bytes]:
        yield b"first"
        raise OutOfStock("Too late to say.", article="a", left=0)

    return StreamingHttpResponse(parts())


def early(_: Any) -> Any:
    def parts() -> Iterator[bytes]:
        raise OutOfStock("Early.", article="a", left=0)
        yield b""

    return StreamingHttpResponse(parts())


def limited(request: Any) -> Any:
    failwell.django.show_limits(request, LIMITS)
    return HttpResponse(status=int(request.GET.get("status", "200")))


def constant(_: Any) -> Any:
    return CONSTANT


def upstream(_: Any, kind: str) -> Any:
    problem = FROM_ELSEWHERE[kind]()
    raise problem


@needs_login
def dependency(_: Any) -> Any:
    return HttpResponse(b"reached")


def odd_member(_: Any) -> Any:
    raise OutOfStock("Odd.", article=object(), left=2)  # type: ignore[arg-type]


def stuck(_: Any) -> Any:
    return HttpResponse(STUCK.enter().encode())


def native(request: Any, number: int) -> Any:
    failwell.django.valid(request, Query(request.GET), "query")
    failwell.django.valid(request, Headers(request.headers), "header")
    failwell.django.valid(request, Cookies(request.COOKIES), "cookie")
    failwell.django.body(request, NativeOrder)
    return JsonResponse({"ok": True})


inner = [path("articles/<str:article>", Article.as_view(), name="article")]

urlpatterns = [
    path("articles/<str:article>", Article.as_view(), name="article"),
    path("inner/", include((inner, "inner"))),
    path("cached/", include((inner, "cached"))),
    path("thread", thread),
    path("unhandled", unhandled),
    re_path(r"^http/(?P<status>[2-5][0-9]{2})$", http_error),
    path("http-text", http_error_text),
    path("group/<str:kind>", group),
    path("orders", order),
    path("login", login),
    path("broken-upstream", broken_upstream),
    path("link", link),
    path("late", late),
    path("early", early),
    path("limited", limited),
    path("constant", constant),
    path("upstream/<str:kind>", upstream),
    path("dependency", dependency),
    path("odd-member", odd_member),
    path("stuck", stuck),
    path("native/<int:number>", native),
]
