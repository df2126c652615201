"""Views with which Django REST framework goes wrong in ways of its own."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.urls import include, path
from rest_framework import exceptions, parsers, permissions, renderers, serializers, throttling, viewsets
from rest_framework.authentication import BaseAuthentication, BasicAuthentication
from rest_framework.decorators import action, api_view, parser_classes, renderer_classes
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from failwell import raises
from tests.frameworks.shop import SECRET, LinkExpired, LoginNeeded, OutOfStock, SlowDown, odd_error

ERRORS: dict[str, Exception] = {
    "api": exceptions.APIException(),
    "text": exceptions.NotFound("No such article."),
    "list": exceptions.PermissionDenied([SECRET]),
    "busy": exceptions.APIException("Closed for stocktaking."),
    "throttled": exceptions.Throttled(4.2),
    "whole": exceptions.ValidationError("Sold out.", code="odd"),
}


class Line(serializers.Serializer):  # type: ignore[misc]
    """One line of an order."""

    article = serializers.CharField(max_length=3)
    count = serializers.IntegerField(min_value=1)


class Order(serializers.Serializer):  # type: ignore[misc]
    """An order."""

    email = serializers.EmailField()
    lines = Line(many=True)

    def validate(self, attrs: Any) -> Any:
        if attrs["email"] == "no@example.com":
            raise serializers.ValidationError(f"{attrs['email']} is not welcome", code="unwelcome")
        return attrs


class HasLogin(permissions.BasePermission):  # type: ignore[misc]
    """Wants a login."""

    @raises(LoginNeeded)
    def has_permission(self, request: Any, view: Any) -> bool:
        return "Authorization" in request.headers


@raises(SlowDown)
class Never(throttling.BaseThrottle):  # type: ignore[misc]
    """Lets nobody through."""

    def allow_request(self, request: Any, view: Any) -> bool:
        return False

    def wait(self) -> float:
        return 11.5


class NoChallenge(BaseAuthentication):  # type: ignore[misc]
    """Knows nobody, and does not say how one could be known."""

    def authenticate(self, request: Any) -> Any:
        raise exceptions.AuthenticationFailed


class BrokenRenderer(renderers.JSONRenderer):  # type: ignore[misc]
    """Fails when it should write."""

    def render(self, *_: Any, **__: Any) -> Any:
        raise odd_error()


SEVERAL = [renderers.JSONRenderer, renderers.BrowsableAPIRenderer]


class Guarded(APIView):  # type: ignore[misc]
    """For those who are logged in."""

    authentication_classes = (BasicAuthentication,)
    permission_classes = (permissions.IsAuthenticated,)

    def get(self, request: Any) -> Any:
        return Response({"name": "tea"})


class Open(APIView):  # type: ignore[misc]
    """For all."""

    content_negotiation_class = DefaultContentNegotiation

    def get(self, request: Any) -> Any:
        return Response({"name": "tea"})

    def post(self, request: Any) -> Any:
        order = Order(data=request.data)
        order.is_valid(raise_exception=True)
        return Response(order.data)


class Orders(viewsets.ViewSet):  # type: ignore[misc]
    """Orders."""

    @raises(OutOfStock)
    def create(self, request: Any) -> Any:
        """Order something."""
        return Response()

    def retrieve(self, request: Any, pk: str) -> Any:
        return Response()

    @action(detail=True, methods=["post"], permission_classes=[HasLogin])
    @raises(LinkExpired)
    def pay(self, request: Any, pk: str) -> Any:
        """Pay for it."""
        return Response()


@api_view()
@renderer_classes(SEVERAL)
def error(_: Any, kind: str) -> Any:
    raise ERRORS[kind]


@api_view()
def search(request: Any) -> Any:
    return Response(Line(data=request.query_params).is_valid(raise_exception=True))


@api_view(["POST"])
@parser_classes([parsers.MultiPartParser])
def upload(request: Any) -> Any:
    return Response(len(request.data))


@api_view(["POST"])
@raises(OutOfStock)
def buy(request: Any) -> Any:
    """Buy something."""
    return Response()


@api_view()
def write(_: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO sold VALUES (1)")
    raise exceptions.NotFound


router = SimpleRouter()
router.register("orders", Orders, basename="order")

urlpatterns = [
    path("guarded", Guarded.as_view()),
    path("unknown", Guarded.as_view(authentication_classes=[NoChallenge])),
    path("throttled", Open.as_view(throttle_classes=[Never])),
    path("broken", Open.as_view(renderer_classes=[BrokenRenderer])),
    path("open", Open.as_view(renderer_classes=SEVERAL)),
    path("error/<str:kind>", error),
    path("search", search),
    path("upload", upload),
    path("buy", buy),
    path("write", write),
    path("v1/", include(router.urls)),
]
