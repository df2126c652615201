"""Errors through plain Django, in process, by the smallest WSGI driver; floors as in servers_starlette.

No middleware but what is measured, and no database. By hand is middleware with `process_exception`, whose
bodies msgspec encodes. Invalid input is a JSON body that lacks two fields of a form.
"""

# mypy: disable-error-code="import-untyped"
from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse

import failwell.django
from bench import drops, task
from bench.django_site import Site, SiteDriver
from bench.measure import Row
from bench.task import BY_HAND, ERROR, FLOOR, FLOOR_ID, INVALID, OURS, SUCCESS, UNHANDLED, Task

View = Callable[[HttpRequest], HttpResponse]
CALLS = 100


class NewDrop(forms.Form):  # type: ignore[misc]
    """What is published."""

    title = forms.CharField()
    size = forms.IntegerField()
    draft = forms.BooleanField(required=False)


# ----------------------------------------------------------------------------------------------- views


def fine(_: HttpRequest) -> HttpResponse:
    return HttpResponse(drops.BODY, content_type=drops.MEDIA_TYPE)


def constant(_: HttpRequest) -> HttpResponse:
    return HttpResponse(drops.BODY, status=404, content_type=drops.MEDIA_TYPE)


def by_failwell(_: HttpRequest) -> HttpResponse:
    raise drops.drop_not_found()


def by_hand(_: HttpRequest) -> HttpResponse:
    raise drops.hand_written()


def publish_by_failwell(request: HttpRequest) -> HttpResponse:
    drop = failwell.django.valid(request, NewDrop(json.loads(request.body)))
    raise AssertionError(f"{drop} is not a whole drop")


def by_django(_: HttpRequest) -> HttpResponse:
    raise Http404(drops.DETAIL)


def unhandled(_: HttpRequest) -> HttpResponse:
    raise RuntimeError("boom")


class InvalidFormError(Exception):
    """What one raises by hand."""


def publish_by_hand(request: HttpRequest) -> HttpResponse:
    form = NewDrop(json.loads(request.body))
    if not form.is_valid():
        failures: Any = form.errors
        raise InvalidFormError(failures.get_json_data())
    raise AssertionError("not a whole drop")


def _answered(body: bytes, status: int) -> HttpResponse:
    headers = drops.HAND_WRITTEN_HEADERS
    return HttpResponse(body, status=status, headers=headers, content_type=drops.MEDIA_TYPE)


class ByHand:
    """Middleware as one writes it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, _: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, drops.HandWrittenError):
            return _answered(drops.body_by_hand(error), 404)
        if isinstance(error, InvalidFormError):
            failures = [
                ([name], row["code"], row["message"]) for name, said in error.args[0].items() for row in said
            ]
            return _answered(drops.invalid_by_hand(failures), 422)
        return None


# ----------------------------------------------------------------------------------------------- sites


class Sites:
    """Makes the sites, for WSGI or for ASGI."""

    def __init__(self, *, is_async: bool) -> None:
        self._is_async = is_async

    def plain(self, view: View, middleware: Sequence[str] = (), *, with_id: bool = False) -> Site:
        async def awaited(request: HttpRequest) -> HttpResponse:
            return view(request)

        served = awaited if self._is_async else view
        return Site(served, middleware, with_id=with_id, is_async=self._is_async)

    def with_failwell(self, view: View) -> Site:
        return self.plain(view, ["failwell.django.Middleware"])

    def by_hand(self, view: View) -> Site:
        return self.plain(view, ["bench.servers_django.ByHand"], with_id=True)


# ------------------------------------------------------------------------------------------- the table


def tasks() -> list[Task]:
    sites = Sites(is_async=False)
    unhandled_errors = {
        "Django's HTML + id": sites.plain(unhandled, with_id=True),
        OURS: sites.with_failwell(unhandled),
    }
    invalid = {BY_HAND: sites.by_hand(publish_by_hand), OURS: sites.with_failwell(publish_by_failwell)}
    return [
        errors(sites),
        Task(UNHANDLED, unhandled_errors, 500, drops.INTERNAL),
        Task(INVALID, invalid, 422, drops.INVALID, drops.INCOMPLETE),
        successes(sites),
    ]


def tasks_on_asgi() -> list[Task]:
    sites = Sites(is_async=True)
    return [errors(sites), successes(sites)]


def errors(sites: Sites) -> Task:
    apps = {
        FLOOR_ID: sites.plain(constant, with_id=True),
        OURS: sites.with_failwell(by_failwell),
        BY_HAND: sites.by_hand(by_hand),
        "Django Http404, HTML + id": sites.plain(by_django, with_id=True),
        FLOOR: sites.plain(constant),
    }
    return Task(ERROR, apps, 404, drops.NOT_FOUND, goal=1.15)


def successes(sites: Sites) -> Task:
    apps = {
        FLOOR: sites.plain(fine),
        FLOOR_ID: sites.plain(fine, with_id=True),
        OURS: sites.with_failwell(fine),
    }
    return Task(SUCCESS, apps, 200)


def rows(rounds: int) -> list[Row]:
    return task.rows(tasks(), SiteDriver, calls=CALLS, rounds=rounds)
