"""What an app can be asked for: its operations, with the problems of all that they depend on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import fastapi.routing
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.security.base import SecurityBase
from starlette.routing import BaseRoute, Mount, Route, compile_path

from failwell.contract import Contract
from failwell.declare import Problem
from failwell.operations import Operation, raised_by

_contexts: Callable[[Iterable[BaseRoute]], Iterable[Any]] = getattr(
    fastapi.routing, "iter_route_contexts", iter
)
"""Routes as they are reached, prefixes and dependencies of including routers among them."""


def operations(app: FastAPI) -> tuple[Operation, ...]:
    """The app's operations with the problems that `@raises` declares.

    It is read from handlers and from everything that they depend on: dependencies of the parameters, the
    route, its routers and the app, functions and classes. Security schemes answer with the type for 401,
    and with scopes also with that for 403. Included and mounted routes have their whole paths.
    """
    contract: Contract | None = getattr(app.state, "failwell_contract", None)
    return tuple(
        _operation(route, method, compile_path(path)[1], contract)
        for path, route in walk(app.routes)
        if route.include_in_schema
        for method in sorted(set(route.methods or ()) - ({"HEAD"} if "GET" in route.methods else set()))
    )


def walk(routes: Iterable[BaseRoute], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """All routes, included and mounted ones too, with their whole paths."""
    for route in _contexts(routes):
        original = getattr(route, "original_route", route)
        if isinstance(original, Mount):
            yield from walk(original.routes, prefix + route.path)
        elif isinstance(original, Route):
            yield prefix + route.path, route


def _operation(route: Any, method: str, path: str, contract: Contract | None) -> Operation:
    dependant: Dependant | None = getattr(route, "dependant", None)
    handler = getattr(route.endpoint, method.lower(), route.endpoint)
    problems = [*raised_by(handler, route.endpoint), *(_raised_in(dependant, contract) if dependant else ())]
    summary = getattr(route, "summary", None) or (handler.__doc__ or "").strip().partition("\n")[0]
    return Operation(
        method=method, path=path, problems=tuple(dict.fromkeys(problems)), name=route.name, summary=summary
    )


def _raised_in(dependant: Dependant, contract: Contract | None) -> Iterator[type[Problem]]:
    for needed in dependant.dependencies:
        call: Any = needed.call
        yield from raised_by(call, getattr(call, "__init__" if isinstance(call, type) else "__call__", None))
        if isinstance(call, SecurityBase) and contract is not None:
            conditions = (401, 403) if needed.parent_oauth_scopes or needed.own_oauth_scopes else (401,)
            yield from filter(None, map(contract.catalog.standing_for, conditions))
        yield from _raised_in(needed, contract)
