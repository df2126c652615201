"""Errors through Django REST framework, in process; driver, settings and floors as in servers_django.

Each handler of exceptions is set on its own views. By hand is such a handler, whose answer msgspec encodes.
Invalid input is a JSON body that lacks two fields of a serializer. drf-standardized-errors has its defaults.
"""

# mypy: disable-error-code="import-untyped"
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from drf_standardized_errors.handler import exception_handler as standardized
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.serializers import BooleanField, CharField, IntegerField, Serializer
from rest_framework.settings import DEFAULTS, IMPORT_STRINGS, APISettings, api_settings
from rest_framework.views import APIView

import failwell.django
from bench import drops, task
from bench.django_site import Site, SiteDriver
from bench.measure import Row
from bench.task import BY_HAND, ERROR, FLOOR, FLOOR_ID, INVALID, OURS, SUCCESS, UNHANDLED, Task

Endpoint = Callable[[Request], Any]
Handler = Callable[[Exception, Any], Any]
CALLS = 50
PEER = "drf-standardized-errors + id"


class NewDrop(Serializer):  # type: ignore[misc]
    """What is published."""

    title = CharField()
    size = IntegerField()
    draft = BooleanField(required=False)


# ------------------------------------------------------------------------------------------- endpoints


def fine(_: Request) -> Any:
    return HttpResponse(drops.BODY, content_type=drops.MEDIA_TYPE)


def constant(_: Request) -> Any:
    return HttpResponse(drops.BODY, status=404, content_type=drops.MEDIA_TYPE)


def by_failwell(_: Request) -> Any:
    raise drops.drop_not_found()


def by_hand(_: Request) -> Any:
    raise drops.hand_written()


def by_drf(_: Request) -> Any:
    raise NotFound(drops.DETAIL)


def unhandled(_: Request) -> Any:
    raise RuntimeError("boom")


def publish(request: Request) -> Any:
    NewDrop(data=request.data).is_valid(raise_exception=True)
    raise AssertionError("not a whole drop")


# ----------------------------------------------------------------------------------------------- sites


def handle_by_hand(error: Exception, _: Any) -> Any:
    if isinstance(error, drops.HandWrittenError):
        return answered(drops.body_by_hand(error), 404)
    if isinstance(error, ValidationError):
        detail: Any = error.detail
        rows = [([name], text.code, str(text)) for name, texts in detail.items() for text in texts]
        return answered(drops.invalid_by_hand(rows), 400)
    return None


def answered(body: bytes, status: int) -> HttpResponse:
    headers = drops.HAND_WRITTEN_HEADERS
    return HttpResponse(body, status=status, headers=headers, content_type=drops.MEDIA_TYPE)


def view(endpoint: Endpoint, handler: Handler | None) -> Any:
    """A view whose settings are its own, as REST framework allows."""
    own = api_settings
    if handler is not None:
        said = {**api_settings.user_settings, "EXCEPTION_HANDLER": handler}
        own = APISettings(said, DEFAULTS, IMPORT_STRINGS)

    class View(APIView):  # type: ignore[misc]
        settings = own

        def get(self, request: Request) -> Any:
            return endpoint(request)

        def post(self, request: Request) -> Any:
            return endpoint(request)

    return View.as_view()


def plain(endpoint: Endpoint, handler: Handler | None = None) -> Site:
    return Site(view(endpoint, handler), with_id=True)


def without_id(endpoint: Endpoint) -> Site:
    return Site(view(endpoint, None))


def with_failwell(endpoint: Endpoint) -> Site:
    return Site(view(endpoint, failwell.django.exception_handler), ["failwell.django.Middleware"])


# ------------------------------------------------------------------------------------------- the table


def tasks() -> list[Task]:
    errors = {
        FLOOR_ID: plain(constant),
        OURS: with_failwell(by_failwell),
        BY_HAND: plain(by_hand, handle_by_hand),
        "REST framework NotFound + id": plain(by_drf),
        PEER: plain(by_drf, standardized),
        FLOOR: without_id(constant),
    }
    unhandled_errors = {
        "Django's HTML + id": plain(unhandled),
        OURS: with_failwell(unhandled),
        PEER: plain(unhandled, standardized),
    }
    invalid = {
        "REST framework's 400 + id": plain(publish),
        OURS: with_failwell(publish),
        BY_HAND: plain(publish, handle_by_hand),
        PEER: plain(publish, standardized),
    }
    successes = {
        FLOOR: without_id(fine),
        FLOOR_ID: plain(fine),
        OURS: with_failwell(fine),
        PEER: plain(fine, standardized),
    }
    return [
        Task(ERROR, errors, 404, drops.NOT_FOUND, goal=1.15),
        Task(UNHANDLED, unhandled_errors, 500, drops.INTERNAL),
        Task(INVALID, invalid, 422, drops.INVALID, drops.INCOMPLETE, elsewhere=400),
        Task(SUCCESS, successes, 200),
    ]


def rows(rounds: int) -> list[Row]:
    return task.rows(tasks(), SiteDriver, calls=CALLS, rounds=rounds)
