"""Files by reference: fetched from elsewhere, without letting a caller reach into our own network."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import httpx

from examples.drops.errors import FetchFailure, FetchReason, RemoteFetchFailed
from examples.drops.settings import Settings


def source_client() -> httpx.AsyncClient:
    """A client that goes where it is told and nowhere else: no redirects, no proxies or passwords of ours."""
    headers = {"Accept-Encoding": "identity"}  # so that the size limit counts what is kept
    return httpx.AsyncClient(follow_redirects=False, trust_env=False, headers=headers)


async def fetch_sources(
    http: httpx.AsyncClient, settings: Settings, sources: Mapping[str, str], largest: int
) -> dict[str, bytes]:
    """Fetches the sources, URLs by path, one after another; together they have to keep to size and time."""
    fetched: dict[str, bytes] = {}
    failures: list[FetchFailure] = []
    deadline = asyncio.get_running_loop().time() + settings.source_seconds
    for path, url in sources.items():
        answer = await _fetch(http, settings, url, largest - sum(map(len, fetched.values())), deadline)
        if isinstance(answer, bytes):
            fetched[path] = answer
        else:
            failures.append(FetchFailure(path, url, answer))
    if failures:
        raise RemoteFetchFailed(failures=failures)
    return fetched


async def _fetch(
    http: httpx.AsyncClient, settings: Settings, source: str, largest: int, deadline: float
) -> bytes | FetchReason:
    try:
        url = httpx.URL(source)
        if url.scheme not in ("http", "https") or url.netloc.decode() not in settings.source_hosts:
            return "host_not_allowed"
        async with asyncio.timeout_at(deadline), http.stream("GET", url) as response:
            return await _read(response, largest)
    except (TimeoutError, httpx.TimeoutException):
        return "timed_out"
    except (httpx.HTTPError, httpx.InvalidURL):
        return "unreachable"


async def _read(response: httpx.Response, largest: int) -> bytes | FetchReason:
    if response.is_redirect:
        return "redirected"
    if response.status_code != 200 or "content-encoding" in response.headers:
        return "bad_status"
    content = bytearray()
    async for chunk in response.aiter_raw():
        content += chunk
        if len(content) > largest:
            return "too_large"
    return bytes(content)
