"""The plugin: where the seams go into an app."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from functools import partial
from typing import Any, cast

from litestar import Litestar
from litestar.config.app import AppConfig
from litestar.openapi.spec import OpenAPI
from litestar.plugins import InitPlugin, ReceiveRoutePlugin
from litestar.routes import HTTPRoute
from litestar.routes.base import BaseRoute

from failwell.contract import Contract
from failwell.edge import Replier, Translate, first_of
from failwell.edge.asgi import Answerer, ASGIApp, Receive, Scope, Send, Stamper
from failwell.edge.witness import Site, witnessed
from failwell.exceptions import FailwellError
from failwell.headers import new_request_id
from failwell.litestar.errors import Errors
from failwell.litestar.outcome import Outermost
from failwell.litestar.routes import operations
from failwell.litestar.translation import is_disconnect, translate
from failwell.publish.openapi import with_problems


class Plugin(InitPlugin, ReceiveRoutePlugin):
    """Makes an app answer every error with a problem of the contract, and every request with a request id.

    `Litestar([…], plugins=[Plugin(contract)])`. One instance may serve several apps. Exception handlers that
    the app, its routers, controllers and handlers register stay in force.
    """

    def __init__(
        self,
        contract: Contract,
        *,
        translate: Translate | None = None,
        make_request_id: Callable[[], str] = new_request_id,
        reraise: bool = False,
        debug_pages: bool = False,
    ) -> None:
        """Takes what the app's errors are made of.

        Args:
            contract: what they look like.
            translate: makes problems of exceptions of yours or of a library; None for one that it does not
                know.
            make_request_id: makes request ids; tests freeze it.
            reraise: whether unhandled errors are raised again after the response, so that the server logs
                them and test clients raise them. Litestar's habit is not to, so they are logged once, by
                Litestar if its logging configuration says so, else by the logger `failwell`.
            debug_pages: with `app.debug`, show Litestar's traceback page instead. Never in production.

        Raises:
            FailwellError: if it is not given a contract.
        """
        if not isinstance(cast("object", contract), Contract):
            raise FailwellError(
                f"{contract!r} is not a contract",
                code="install-what",
                where="failwell.litestar.Plugin",
                hint="write plugins=[Plugin(contract)] with a failwell.Contract",
            )
        self._contract, self._translate = contract, translate
        self._make_request_id, self._reraise, self._debug_pages = make_request_id, reraise, debug_pages

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        """Checks that the app has one plugin only, and gives it a copy of what it may share with others.

        Raises:
            FailwellError: if the app has another one.
        """
        if sum(isinstance(plugin, Plugin) for plugin in app_config.plugins) > 1:
            raise FailwellError(
                "the app has a contract already",
                code="install-too-late",
                where="failwell.litestar.Plugin",
                hint="give one Plugin to an app; an app that is mounted in it may have its own",
            )
        app_config.openapi_config = copy(app_config.openapi_config)
        return app_config

    def receive_route(self, route: BaseRoute) -> None:
        """Puts the seams in with the app's first route, for there a plugin first sees the app."""
        known = cast("Any", route)
        handler = known.route_handlers[0] if isinstance(route, HTTPRoute) else known.route_handler
        app: Litestar = handler.app
        if not hasattr(app, "failwell_contract"):
            self._install(app)

    def _install(self, app: Litestar) -> None:
        contract = self._contract
        replier = Replier(contract, first_of(self._translate, partial(translate, contract)))
        answerer = Answerer(replier, is_disconnect)
        errors = Errors(answerer, self._translate, debug_pages=self._debug_pages)
        errors.take_over(app, reraise=self._reraise)
        if app.openapi_config is not None:
            make = app.openapi_config.to_openapi_schema
            app.openapi_config.to_openapi_schema = partial(_described, app, contract, make)  # type: ignore[method-assign]
        inside = Outermost(cast("ASGIApp", partial(type(app).__call__, app)))
        stamper = Stamper(inside, answerer, make_request_id=self._make_request_id, reraise=self._reraise)
        app.__class__ = _stamped(type(app), witnessed(stamper, _site(app, contract)), contract)


def _site(app: Litestar, contract: Contract) -> Site:
    """What is known of the app to those who watch it while tests run."""

    def document() -> Mapping[str, Any]:
        return app.openapi_schema.to_schema()  # made when it is asked for, and it is kept

    return Site(
        contract,
        lambda: operations(app),
        document=document if app.openapi_config is not None else None,
        is_routed=_is_routed,
    )


def _is_routed(scope: Mapping[str, Any]) -> bool:
    """Whether a route was found: it leaves its handler in the scope."""
    return "route_handler" in scope


def _stamped(cls: type[Litestar], stamper: ASGIApp, contract: Contract) -> type[Litestar]:
    """An app's class with the stamper before it.

    Litestar sets its `asgi_handler` after the last moment at which a plugin sees the app, and what is called
    is its class. So one app gets a class of its own; `Litestar` stays as it is.
    """

    async def call(_: object, scope: Scope, receive: Receive, send: Send) -> None:
        await stamper(scope, receive, send)  # a coroutine function: servers know ASGI 3 by that

    names = {"__slots__": (), "__module__": cls.__module__, "__qualname__": cls.__qualname__}
    return type(cls.__name__, (cls,), {**names, "__call__": call, "failwell_contract": contract})


def _described(app: Litestar, contract: Contract, make: Callable[[], OpenAPI]) -> OpenAPI:
    """The app's OpenAPI object, whose document has the problems in it, whoever asks for it."""
    made = make()
    write = made.to_schema
    made.to_schema = lambda: with_problems(write(), contract, operations(app))  # type: ignore[method-assign]
    return made
