"""Django's files and streams before a guard that wants to keep them."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable
from inspect import iscoroutinefunction
from typing import Any

import httpx
import pytest
from anyio import to_thread
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import path
from django.utils.decorators import sync_and_async_middleware

from failwell.django import aadmit, admit
from tests.frameworks.django_site import make_site
from tests.frameworks.guard_parts import Guards
from tests.frameworks.shop import contract

pytestmark = pytest.mark.anyio
_PART = b"x" * 400
_LONG = 4
"""So many parts are more than the guard takes."""


def make_app(guards: Guards, *middleware: str, is_async: bool) -> Any:
    """A site whose views send files and streams."""

    async def several(count: int) -> AsyncIterator[bytes]:
        for _ in range(count):
            yield _PART

    def file(request: Any) -> HttpResponseBase:
        admit(request, guards.archive)
        return FileResponse(io.BytesIO(_PART))

    def stream(request: Any, count: int) -> HttpResponseBase:
        admit(request, guards.archive)
        return StreamingHttpResponse(_PART for _ in range(count))

    async def async_stream(request: Any, count: int) -> HttpResponseBase:
        await aadmit(request, guards.archive)
        return StreamingHttpResponse(several(count))

    async def sync_stream(request: Any, count: int) -> HttpResponseBase:
        await aadmit(request, guards.archive)
        return StreamingHttpResponse(_PART for _ in range(count))

    routes = (
        path("file", file),
        path("stream/<int:count>", stream),
        path("async_stream/<int:count>", async_stream),
        path("sync_stream/<int:count>", sync_stream),
    )
    _ROUTES["now"] = routes
    return make_site(contract, *middleware, f"{__name__}.to_these_views", is_async=is_async)


_ROUTES: dict[str, Any] = {}


@sync_and_async_middleware
def to_these_views(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Middleware that takes the place of a setting."""

    async def answer_async(request: Any) -> Any:
        request.urlconf = _ROUTES["now"]
        return await get_response(request)

    def answer(request: Any) -> Any:
        request.urlconf = _ROUTES["now"]
        return get_response(request)

    return answer_async if iscoroutinefunction(get_response) else answer


def in_a_thread(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Middleware that is not for coroutines, so that all within it is not either."""
    return get_response


async def ask(guards: Guards, url: str, *middleware: str, is_async: bool) -> bytes:
    """What a request is answered with."""
    app = make_app(guards, *middleware, is_async=is_async)
    if is_async:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            return (await client.get(f"http://shop.test/{url}")).content
    with httpx.Client(transport=httpx.WSGITransport(app)) as other:
        return await to_thread.run_sync(lambda: other.get(f"http://shop.test/{url}").content)


async def test_a_file_is_left_to_the_server() -> None:
    guards = Guards()
    assert await ask(guards, "file", is_async=False) == _PART
    assert [(status, body) for status, _, body in guards.archive.kept] == [(200, None)]


@pytest.mark.parametrize(
    ("url", "interface"),
    [("stream", "wsgi"), ("stream", "asgi"), ("async_stream", "asgi"), ("sync_stream", "asgi")],
)
@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume:Warning")  # Django's, of the last two
async def test_streams_arrive_whole_and_only_short_ones_are_kept(url: str, interface: str) -> None:
    guards, is_async = Guards(), interface == "asgi"
    assert await ask(guards, f"{url}/2", is_async=is_async) == _PART * 2
    assert await ask(guards, f"{url}/{_LONG}", is_async=is_async) == _PART * _LONG
    assert [body for _, _, body in guards.archive.kept] == [_PART * 2, None]


async def test_a_stream_for_coroutines_is_not_held_back_by_middleware_that_is_not() -> None:
    guards = Guards()
    assert await ask(guards, "async_stream/2", f"{__name__}.in_a_thread", is_async=True) == _PART * 2
    assert [(status, body) for status, _, body in guards.archive.kept] == [(200, None)]
