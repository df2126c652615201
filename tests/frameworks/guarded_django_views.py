"""Guards on Django: decorators on views, asynchronous ones too, and on those of Django REST framework."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from types import SimpleNamespace
from typing import Any

from django import http
from django.urls import path
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from rest_framework.decorators import api_view
from rest_framework.response import Response
from rest_framework.views import APIView

import failwell.django
from failwell import raises
from failwell.django import guarded
from tests.frameworks.guard_parts import LONG, PARTS, Guards
from tests.frameworks.shop import OutOfStock, SlowDown, odd_error

HttpResponse: Any = http.HttpResponse  # Django has no types
StreamingHttpResponse: Any = http.StreamingHttpResponse


def token_of(request: Any) -> str | None:
    token: str | None = request.headers.get("x-token")
    return token


async def atoken_of(request: Any) -> str | None:
    return token_of(request)


def _no() -> Any:
    raise OutOfStock("Gone.", article="tea", left=0)


def _odd() -> Any:
    raise odd_error()


class Views:
    """One view for each thing that is asked."""

    token_of: Callable[[Any], Any] = staticmethod(token_of)

    def __init__(self, guards: Guards) -> None:
        self.guards = guards

    def view(self, answer: Callable[[Any], Any]) -> Any:
        """A view, as this site writes them."""

        def view(request: Any, **_: str) -> Any:
            return answer(request)

        return view

    def above(self, view: Any) -> Any:
        """What stands above all guards."""
        return csrf_exempt(view)

    def stream(self, parts: Callable[[], Iterator[bytes]]) -> Any:
        return StreamingHttpResponse(parts())

    def breaking(self) -> Iterator[bytes]:
        yield PARTS[0]
        raise odd_error()

    def counts(self) -> Iterator[bytes]:
        for _ in PARTS:
            yield str(self.guards.room.inside).encode()

    def streamed(self, media_type: str) -> Any:
        return StreamingHttpResponse(iter(PARTS), content_type=media_type)

    def classy(self) -> Any:
        @guarded(self.guards.limit, token=self.token_of)
        class Classy(View):  # type: ignore[misc]
            @raises(OutOfStock)
            def get(self, _: Any) -> Any:
                """One of a class."""
                return HttpResponse("yes")

        return Classy.as_view()

    def by_hand(self) -> Any:
        def by_hand(request: Any) -> Any:
            failwell.django.admit(request, self.guards.room)
            failwell.django.admit(request, self.guards.limit, token="t")
            return HttpResponse("yes")

        return by_hand

    def patterns(self) -> Any:
        guards, view = self.guards, self.view
        yes = view(lambda _: HttpResponse("yes"))
        yes.__doc__ = "Says yes."
        in_archive, in_room = guarded(guards.archive), guarded(guards.room)
        done = view(lambda _: HttpResponse("done", status=201, headers={"X-Own": "kept"}))
        of = SimpleNamespace(
            limited=raises(SlowDown)(guarded(guards.limit, token=self.token_of)(yes)),
            own=guarded(guards.own, ip=lambda request: request.headers["x-token"], org="o")(yes),
            copy=guarded(guards.copy)(view(lambda _: HttpResponse("fresh"))),
            kept=in_archive(done),
            kept_long=in_archive(view(lambda _: HttpResponse("x" * LONG))),
            kept_stream=in_archive(view(lambda _: self.streamed("text/plain"))),
            kept_events=in_archive(view(lambda _: self.streamed("text/event-stream"))),
            kept_late=in_archive(in_room(view(lambda _: self.stream(self.breaking)))),
            kept_problem=in_archive(view(lambda _: _no())),
            kept_closed=in_archive(guarded(guards.closed)(view(lambda _: HttpResponse("open")))),
            held=in_room(view(lambda _: HttpResponse(guards.room.seen_inside()))),
            held_stream=in_room(view(lambda _: self.stream(self.counts))),
            held_late=in_room(view(lambda _: self.stream(self.breaking))),
            held_unhandled=in_room(view(lambda _: _odd())),
            held_problem=in_room(view(lambda _: _no())),
            signed=guarded(guards.signature, max_bytes=100)(view(lambda request: HttpResponse(request.body))),
            ordered=guarded(guards.notes, n=1)(guarded(guards.notes, n=2, token=self.token_of)(yes)),
            by_hand=self.by_hand(),
        )
        where = guarded(guards.where)(view(lambda _: HttpResponse("here")))
        routes = [path(name, self.above(one), name=name) for name, one in vars(of).items()]
        return (*routes, path("where/<path:rest>", self.above(where)), path("classy", self.classy()))


class AsyncViews(Views):
    """The same for ASGI."""

    token_of: Callable[[Any], Any] = staticmethod(atoken_of)

    def view(self, answer: Callable[[Any], Any]) -> Any:
        async def view(request: Any, **_: str) -> Any:
            return answer(request)

        return view

    def stream(self, parts: Callable[[], Iterator[bytes]]) -> Any:
        async def aparts() -> AsyncIterator[bytes]:
            for part in parts():
                yield part

        return StreamingHttpResponse(aparts())

    def streamed(self, media_type: str) -> Any:
        async def aparts() -> AsyncIterator[bytes]:
            for part in PARTS:
                yield part

        return StreamingHttpResponse(aparts(), content_type=media_type)

    def classy(self) -> Any:
        @guarded(self.guards.limit, token=self.token_of)
        class Classy(View):  # type: ignore[misc]
            @raises(OutOfStock)
            async def get(self, _: Any) -> Any:
                """One of a class."""
                return HttpResponse("yes")

        return Classy.as_view()

    def by_hand(self) -> Any:
        async def by_hand(request: Any) -> Any:
            await failwell.django.aadmit(request, self.guards.room)
            await failwell.django.aadmit(request, self.guards.limit, token="t")
            return HttpResponse("yes")

        return by_hand

    def patterns(self) -> Any:
        @guarded(self.guards.room)
        async def slow(_: Any) -> Any:
            await self.guards.room.work()
            return HttpResponse("never")

        return (*super().patterns(), path("slow", slow))


class RestViews(Views):
    """The same on Django REST framework: guards stand below `@api_view`."""

    def above(self, view: Any) -> Any:
        return api_view(["GET", "POST"])(view)

    def classy(self) -> Any:
        @guarded(self.guards.limit, token=self.token_of)
        class Classy(APIView):  # type: ignore[misc]
            @raises(OutOfStock)
            def get(self, _: Any) -> Any:
                """One of a class."""
                return Response("yes")

        return Classy.as_view()
