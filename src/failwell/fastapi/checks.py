"""Routes whose checks come before what is wrong with the body."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute, get_request_handler
from starlette.exceptions import HTTPException

from failwell.fastapi.translation import is_unreadable

_UNREADABLE = "failwell.fastapi.unreadable"
"""Where a scope keeps what FastAPI said of a malformed body, while checks are asked."""


class ChecksFirstRoute(APIRoute):
    """A route that asks its dependencies before it says that a body is malformed.

    FastAPI reads and parses a body before it asks dependencies. So somebody who may not call at all hears of
    a syntax error, and no limit counts them. Give this class to `APIRouter(route_class=…)`, or set
    `app.router.route_class`: of a body that is no JSON, or no form, only those hear whom all dependencies
    admit. They are asked once. Those that take the body themselves, and those that depend on such, are not
    asked for a malformed one. A body that can be read is treated as ever, and the document is the same.

    The body is still read before: `max_body_size` says how much of it.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Returns what answers requests, as FastAPI has it."""
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except (RequestValidationError, HTTPException) as error:
                if not is_unreadable(error):
                    raise
                request.scope[_UNREADABLE] = error
            return await self._asked(request)  # out there, lest a check's problem has this error as context

        return answer

    async def _asked(self, request: Request) -> Response:
        """Asks all that need no body, and raises what was wrong with it."""
        reached = _reached(self, request)
        checks = Dependant(
            dependencies=[one for one in reached.dependant.dependencies if not _takes_body(one)],
            call=_refuse,
            request_param_name="request",
            path=reached.dependant.path,
        )
        provider = reached.dependency_overrides_provider
        handle = get_request_handler(checks, dependency_overrides_provider=provider)
        try:
            return await handle(request)
        except RequestValidationError:  # of the input of a check: nobody can be told of all that is wrong
            return await _refuse(request)


def _reached(route: APIRoute, request: Request) -> Any:
    """The route as it was reached, with the dependencies of including routers if FastAPI keeps them apart."""
    context = request.scope.get("fastapi", {}).get("effective_route_context")
    return context if getattr(context, "original_route", None) is route else route


def _takes_body(dependant: Dependant) -> bool:
    return bool(dependant.body_params) or any(map(_takes_body, dependant.dependencies))


async def _refuse(request: Request, **_: Any) -> Response:
    error: Exception = request.scope[_UNREADABLE]
    raise error
