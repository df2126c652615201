"""Views with which Django goes wrong in ways of its own."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation, ValidationError
from django.db import connection
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.urls import include, path, re_path
from django.views import View
from django.views.decorators.http import condition, require_GET

from failwell import raises
from tests.frameworks.shop import SECRET, OutOfStock, SlowDown, odd_error


def unhandled(_: Any) -> Any:
    raise odd_error()


def form(request: Any) -> Any:
    return HttpResponse(b"%d fields" % len(request.POST))


def own_page(_: Any) -> Any:
    return HttpResponse(b"<h1>Nothing here</h1>", status=404)


def empty(_: Any) -> Any:
    response = HttpResponse(status=403, headers={"X-Own": "kept", "ETag": '"stale"'})
    response.set_cookie("visited", "yes")
    return response


@require_GET
def only_get(_: Any) -> Any:
    return HttpResponse(b"got")


@condition(etag_func=lambda _: '"one"')
def conditional(_: Any) -> Any:
    return HttpResponse(b"one")


ERRORS: dict[str, Exception] = {
    "row": Http404("No Article matches the given query."),
    "text": PermissionDenied("Members only."),
    "bad": BadRequest("Which one?"),
    "suspicious": SuspiciousOperation(SECRET),
    "model": ValidationError({"title": ValidationError(SECRET, code="max_length")}),
}


def error(_: Any, kind: str) -> Any:
    raise ERRORS[kind]


def file(_: Any) -> Any:
    return FileResponse(io.BytesIO(Path(__file__).read_bytes()))


def events(_: Any) -> Any:
    def parts() -> Iterator[bytes]:
        raise OutOfStock("Too late to say.", article="a", left=0)
        yield b""

    return StreamingHttpResponse(parts(), content_type="text/event-stream")


def numbers(_: Any) -> Any:
    return StreamingHttpResponse(str(number) for number in range(3))


async def anumbers(_: Any) -> Any:
    async def parts() -> AsyncIterator[str]:
        for number in range(3):
            yield str(number)

    return StreamingHttpResponse(parts())


def nothing(_: Any) -> Any:
    return StreamingHttpResponse(iter(()))


def write(_: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO sold VALUES (1)")
    raise OutOfStock("Sold.", article="tea", left=0)


def no_response(_: Any) -> Any:
    return None


class Orders(View):  # type: ignore[misc]
    """All orders.

    Of all customers.
    """

    @raises(SlowDown)
    def get(self, request: Any) -> Any:
        return HttpResponse()

    def post(self, request: Any, number: int = 0) -> Any:
        """Order something."""
        return HttpResponse()


@raises(OutOfStock)
@require_GET
def one_order(_: Any, number: int) -> Any:
    """One order."""
    return HttpResponse()


urlpatterns = [
    path("unhandled", unhandled),
    path("site/unhandled", unhandled),
    path("site/page", error, {"kind": "text"}),
    path("form", form),
    path("own-page", own_page),
    path("empty", empty),
    path("only-get", only_get),
    path("conditional", conditional),
    path("error/<str:kind>", error),
    path("file", file),
    path("events", events),
    path("numbers", numbers),
    path("anumbers", anumbers),
    path("nothing", nothing),
    path("write", write),
    path("no-response", no_response),
]
orders = [
    path("orders/", Orders.as_view(), name="orders"),
    path("orders/<int:number>", one_order),
    re_path(r"^orders/(?P<number>\d+)/lines/(?P<line>[0-9]+)/?$", one_order, name="line"),
    path("shops/", include(([path("<slug:shop>/orders", Orders.as_view(), name="orders")], "shops"))),
]
