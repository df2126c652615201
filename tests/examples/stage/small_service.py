"""A service as small as can be, for both interfaces: who answers, and when."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from typing import Any

from examples.identity.deployment import Deployment


class Settings(Deployment, frozen=True, kw_only=True):
    """Settings with a field of its own."""

    upstream_url: str = ""
    hosts: frozenset[str] = frozenset()


def _answer(settings: Settings) -> bytes:
    seen = {"process": os.getpid(), "now": settings.microseconds(), "upstream": settings.upstream_url}
    return json.dumps({**seen, "name": settings.name, "hosts": sorted(settings.hosts)}).encode()


class AsgiApp:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        body = _answer(self.settings)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})


class WsgiApp:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def __call__(self, _: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "application/json")])
        return [_answer(self.settings)]


class FailingApp:
    def __init__(self, _: Settings) -> None:
        pass

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": ""})


def fail(_: Settings) -> Any:
    raise ValueError("no database")
