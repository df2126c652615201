"""Several Django sites in one process: each has its own handler, and so its own middleware and contract."""

from __future__ import annotations

import os
from typing import Any

import django
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings

from failwell import Contract

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.frameworks.django_settings")
django.setup()

HERE = "tests.frameworks.django_middleware"
SHOP = (f"{HERE}.allow_the_shop", f"{HERE}.break_on_demand", f"{HERE}.cache")


def make_site(
    contract: Contract,
    *middleware: str,
    debug: bool = False,
    is_async: bool = False,
    told: dict[str, Any] | None = None,
    **words: Any,
) -> Any:
    """A site's handler. It reads the settings now; what is read at each request is the same for all.

    Args:
        contract: what its errors look like.
        middleware: by dotted paths, from the outside in, without Failwell's.
        debug: the setting `DEBUG`.
        is_async: whether it is an app for ASGI.
        told: more words for the setting `FAILWELL`.
        words: other settings.
    """
    said = {
        "MIDDLEWARE": [*middleware, "failwell.django.Middleware"],
        "FAILWELL": {"contract": contract, **(told or {})},
        "DEBUG": debug,
        **words,
    }
    with override_settings(**said):
        handler: Any = ASGIHandler() if is_async else WSGIHandler()
    if not debug:
        return handler
    return _debugging_async(handler) if is_async else _debugging(handler)


def _debugging(app: Any) -> Any:
    def debugging(environ: Any, start_response: Any) -> Any:
        with override_settings(DEBUG=True):
            return app(environ, start_response)

    return debugging


def _debugging_async(app: Any) -> Any:
    async def debugging(scope: Any, receive: Any, send: Any) -> None:
        with override_settings(DEBUG=True):
            await app(scope, receive, send)

    return debugging
