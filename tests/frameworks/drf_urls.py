"""The shop's views on Django REST framework."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404
from django.urls import include, path
from rest_framework import exceptions, permissions, serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.response import Response
from rest_framework.views import APIView

import failwell.django
from failwell import raises
from tests.frameworks import django_urls as plain
from tests.frameworks.shop import (
    FROM_ELSEWHERE,
    LIMITS,
    STUCK,
    LinkExpired,
    Login,
    LoginNeeded,
    Order,
    OutOfStock,
    SlowDown,
    odd_error,
)


class OwnException(exceptions.APIException):  # type: ignore[misc]
    """An exception of any status."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status_code = status


class LineSerializer(serializers.Serializer):  # type: ignore[misc]
    """One line of an order."""

    article = serializers.CharField()
    count = serializers.IntegerField()


class OrderSerializer(serializers.Serializer):  # type: ignore[misc]
    """An order."""

    email = serializers.CharField()
    lines = LineSerializer(many=True)


class QuerySerializer(serializers.Serializer):  # type: ignore[misc]
    """What may stand behind the question mark."""

    count = serializers.IntegerField(required=False)


class HasLogin(permissions.BasePermission):  # type: ignore[misc]
    """Wants a login."""

    @raises(LoginNeeded)
    def has_permission(self, request: Any, view: Any) -> bool:
        raise LoginNeeded


class Article(APIView):  # type: ignore[misc]
    """One article."""

    http_method_names = ("get", "head", "post", "put")

    @raises(OutOfStock, SlowDown)
    def get(self, request: Any, article: str) -> Any:
        """Order an article."""
        raise OutOfStock("Only 2 left.", article=article, left=2)

    def post(self, request: Any, article: str) -> Any:
        """Order an article."""
        raise OutOfStock("Only 2 left.", article=article, left=2)

    def put(self, request: Any, article: str) -> Any:
        return Response("put")


@api_view()
def thread(_: Any) -> Any:
    raise SlowDown(retry_after_seconds=12)


@api_view()
def unhandled(_: Any) -> Any:
    raise odd_error()


@api_view()
def http_error(_: Any, status: int) -> Any:
    if status in {204, 304, 404}:
        return Response(status=status, headers={"X-Own": "kept"})
    raise OwnException(status)


@api_view()
def http_error_text(_: Any) -> Any:
    raise Http404("No such article.")


@api_view()
def group(_: Any, kind: str) -> Any:
    return plain.group(_, kind)


@api_view(["POST"])
def order(request: Any) -> Any:
    taken = failwell.django.body(request, Order, max_bytes=500)
    return Response({"email": taken.email})


@api_view(["POST"])
def login(request: Any) -> Any:
    failwell.django.body(request, Login)
    raise LoginNeeded


@api_view(["POST"])
def plain_json(request: Any) -> Any:
    return Response(request.data)


@api_view()
def broken_upstream(_: Any) -> Any:
    return Response(json.loads("{"))


@api_view()
def link(_: Any) -> Any:
    raise LinkExpired


@api_view()
def late(_: Any) -> Any:
    return plain.late(_)


@api_view()
def early(_: Any) -> Any:
    return plain.early(_)


@api_view()
def limited(request: Any) -> Any:
    failwell.django.show_limits(request, LIMITS)
    return Response(status=int(request.query_params.get("status", "200")))


@api_view()
def upstream(_: Any, kind: str) -> Any:
    problem = FROM_ELSEWHERE[kind]()
    raise problem


@api_view()
@permission_classes([HasLogin])
def dependency(_: Any) -> Any:
    return Response("reached")


@api_view()
def odd_member(_: Any) -> Any:
    raise OutOfStock("Odd.", article=object(), left=2)  # type: ignore[arg-type]


@api_view()
def stuck(_: Any) -> Any:
    return Response(STUCK.enter())


@api_view(["POST"])
def native(request: Any, number: int) -> Any:
    failwell.django.valid(request, QuerySerializer(data=request.query_params), "query")
    failwell.django.valid(request, plain.Headers(request.headers), "header")
    failwell.django.valid(request, plain.Cookies(request.COOKIES), "cookie")
    OrderSerializer(data=request.data).is_valid(raise_exception=True)
    return Response({"ok": True})


inner = [path("articles/<str:article>", Article.as_view(), name="article")]

urlpatterns = [
    path("articles/<str:article>", Article.as_view(), name="article"),
    path("inner/", include((inner, "inner"))),
    path("cached/", include((inner, "cached"))),
    path("thread", thread),
    path("unhandled", unhandled),
    path("http/<int:status>", http_error),
    path("http-text", http_error_text),
    path("group/<str:kind>", group),
    path("orders", order),
    path("login", login),
    path("plain-json", plain_json),
    path("broken-upstream", broken_upstream),
    path("link", link),
    path("late", late),
    path("early", early),
    path("limited", limited),
    path("constant", plain.constant),
    path("upstream/<str:kind>", upstream),
    path("dependency", dependency),
    path("odd-member", odd_member),
    path("stuck", stuck),
    path("native/<int:number>", native),
]
