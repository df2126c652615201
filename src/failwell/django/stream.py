"""Bodies in parts: the first is asked for before the head leaves, so that a failure can still be answered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from failwell.django.untyped import FileResponse, sync_to_async
from failwell.edge import Exchange, current_exchange, note_request

_EVENTS = "text/event-stream"
"""Readers of event streams wait for the head to know that they are connected."""


def watch(response: Any, exchange: Exchange) -> None:
    """Asks a synchronous stream for its first part, and watches over the others.

    Raises:
        Exception: what the stream raises instead of a first part.
    """
    if _is_watched(response) and not response.is_async:
        parts = iter(response.streaming_content)
        first = [] if _is_of_events(response) else _first(parts)
        response.streaming_content = _watched(first, parts, exchange)


async def awatch(response: Any, exchange: Exchange) -> None:
    """The same for an app on ASGI, where both kinds of streams are known.

    Raises:
        Exception: what the stream raises instead of a first part.
    """
    if not response.is_async:
        await sync_to_async(watch, thread_sensitive=True)(response, exchange)
    elif _is_watched(response):
        parts = aiter(response.streaming_content)
        first: list[Any] = []
        if not _is_of_events(response):
            async for part in parts:
                first.append(part)
                break
        response.streaming_content = _awatched(first, parts, exchange, response)


def _is_watched(response: Any) -> bool:
    return not isinstance(response, FileResponse)  # the server may send the file by itself


def _is_of_events(response: Any) -> bool:
    return bool(response.headers.get("Content-Type", "").startswith(_EVENTS))


def _first(parts: Iterator[Any]) -> list[Any]:
    for part in parts:
        return [part]
    return []


def _watched(first: list[Any], parts: Iterator[Any], exchange: Exchange) -> Iterator[Any]:
    yield from first
    while True:
        token = current_exchange.set(exchange)
        try:
            part = next(parts)
        except StopIteration:
            return
        except Exception as error:
            note_request(error, exchange.request_id)
            raise
        finally:
            current_exchange.reset(token)
        yield part


async def _awatched(
    first: list[Any], parts: AsyncIterator[Any], exchange: Exchange, response: Any
) -> AsyncIterator[Any]:
    for part in first:
        yield part
    while True:
        token = current_exchange.set(exchange)
        try:
            part = await anext(parts)
        except StopAsyncIteration:
            return
        except Exception as error:
            note_request(error, exchange.request_id)
            await sync_to_async(response.close)()  # `ASGIHandler.handle` closes only what was sent whole
            raise
        finally:
            current_exchange.reset(token)
        yield part
