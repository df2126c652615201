"""Several Django sites in one process, though Django's settings are the whole process's.

Middleware is read when a site's handler is made, and the views' addresses at each request: so a site's driver
puts its addresses into the settings before a batch of requests, and nothing is added to any of them.
"""

# mypy: disable-error-code="import-untyped"
from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import django
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.urls import path

from bench import asgi, wsgi
from bench.task import Answer, App, Request
from bench.wsgi import WSGIDriver

View = Callable[..., Any]


django.setup()


class Site:
    """A view at `/` behind middleware, as an application of its own."""

    def __init__(
        self, view: View, middleware: Sequence[str] = (), *, with_id: bool = False, is_async: bool = False
    ) -> None:
        settings.MIDDLEWARE = [*middleware]
        app: Any = ASGIHandler() if is_async else WSGIHandler()
        wrapper: Any = asgi.WithId if is_async else wsgi.WithId
        self._app = wrapper(app) if with_id else app
        self._addresses = (path("", view),)

    def served(self) -> App:
        """The application. Django looks for views at this site's addresses until another site is served."""
        settings.ROOT_URLCONF = self._addresses
        return self._app


class SiteDriver(WSGIDriver):
    """Sends requests to a site on WSGI."""

    def __init__(self, site: Site, request: Request) -> None:
        super().__init__(site.served(), request)
        self._site = site

    def __call__(self, calls: int) -> None:
        self._site.served()
        super().__call__(calls)

    def answer(self) -> Answer:
        self._site.served()
        return super().answer()
