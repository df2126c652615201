"""Responses for which guards wait: to see them before they are sent, to let go when they are over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping
from itertools import chain
from typing import Any

from failwell.completion import finished
from failwell.django.untyped import FileResponse, sync_to_async
from failwell.edge.watch import Watch, Withheld
from failwell.typing import Headers

WATCH = "failwell.django.watch"
"""Where the scope of a request keeps the watch over its response."""

Scope = MutableMapping[str, Any]


def shown(response: Any, watch: Watch, id_name: str) -> Any:
    """Shows a response to those who want to see it, before it is sent.

    Streams are held back as far as they take them. Files are left to the server, and so are streams that only
    a coroutine could read: middleware that is not for coroutines stands around their view.
    """
    if not watch.keepers:
        return response
    withheld = watch.begin(response.status_code, _fields(response, id_name))
    if not response.streaming:
        withheld.add(response.content)
    elif isinstance(response, FileResponse) or response.is_async:  # of a coroutine, in a chain of threads
        withheld.is_open = False
    elif withheld.is_open:
        parts = iter(response.streaming_content)
        response.streaming_content = chain(_read(parts, withheld), parts)
    withheld.keep(is_whole=withheld.is_open)
    return response


async def ashown(response: Any, watch: Watch, id_name: str) -> Any:
    """The same for ASGI."""
    if response.streaming and not response.is_async:
        return await sync_to_async(shown, thread_sensitive=True)(response, watch, id_name)
    if not watch.keepers:
        return response
    withheld = watch.begin(response.status_code, _fields(response, id_name))
    if not response.streaming:
        withheld.add(response.content)
    elif withheld.is_open:
        parts = aiter(response.streaming_content)
        read = [part async for part in _aread(parts, withheld)]
        response.streaming_content = _achain(read, parts)
    await finished(withheld.akeep(is_whole=withheld.is_open))
    return response


def end_with(request: Any, response: Any, watch: Watch) -> None:
    """Has all be let go when the response is closed, unless the handler sees to it."""
    if WATCH not in getattr(request, "scope", ()):
        response._resource_closers.append(watch.over)  # noqa: SLF001


def tell_handler(request: Any, watch: Watch) -> None:
    """Has the handler know what to let go when the response is over, if it asks for that."""
    scope: Scope = getattr(request, "scope", {})
    if WATCH in scope:
        scope[WATCH] = watch


async def letting_go(
    handle: Callable[[Scope, Any, Any], Awaitable[None]], scope: Scope, receive: Any, send: Any
) -> None:
    """Handles a request over ASGI, where Django closes only responses that were sent whole."""
    scope[WATCH] = None
    try:
        await handle(scope, receive, send)
    finally:
        watch: Watch | None = scope[WATCH]
        if watch is not None:
            await watch.aover()


def _fields(response: Any, id_name: str) -> Headers:
    named = ((str(name), str(value)) for name, value in response.items() if name.lower() != id_name.lower())
    cookies = (("Set-Cookie", cookie.OutputString()) for cookie in response.cookies.values())
    return (*named, *cookies)


def _read(parts: Iterator[Any], withheld: Withheld) -> list[Any]:
    """The parts that are held back, and the first that is too much."""
    read: list[Any] = []
    for part in parts:
        read.append(part)
        if not withheld.add(part):
            break
    return read


async def _aread(parts: AsyncIterator[Any], withheld: Withheld) -> AsyncIterator[Any]:
    async for part in parts:
        yield part
        if not withheld.add(part):
            break


async def _achain(read: list[Any], rest: AsyncIterator[Any]) -> AsyncIterator[Any]:
    for part in read:
        yield part
    async for part in rest:
        yield part
