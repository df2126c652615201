"""What an app can be asked for: its operations, and the methods of a path."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route, compile_path

from failwell.contract import Contract
from failwell.edge.asgi import Scope
from failwell.operations import Operation, raised_by
from failwell.publish.openapi import to_openapi

Routes = Callable[[], Iterable[tuple[str, Any]]]
"""Returns all routes with their whole paths, mounted ones included."""


class Allowed:
    """The methods of an app's paths. Starlette tells only those of the first route that matches a path."""

    def __init__(self, routes: Routes) -> None:
        """Takes what returns the app's routes: they may come and go."""
        self._routes = routes
        self._patterns: dict[str, re.Pattern[str]] = {}

    def headers(self, given: Mapping[str, str] | None, scope: Scope) -> dict[str, str]:
        """The headers of a 405, with all methods of the path in `Allow` (RFC 9110, section 15.5.6).

        The path begins with that under which the app is mounted, and the root path goes on with that of a
        mount in the app, if there was one.
        """
        root = scope.get("root_path", "") + "/"
        for end in (place for place, sign in enumerate(root) if sign == "/"):
            methods = self._methods(scope["path"].removeprefix(root[:end]))
            if methods:
                return {**(given or {}), "Allow": ", ".join(sorted(methods))}
        return dict(given or {})

    def _methods(self, path: str) -> set[str]:
        return {
            method
            for full, route in self._routes()
            if self._pattern(full).match(path)
            for method in route.methods or ()
        }

    def _pattern(self, path: str) -> re.Pattern[str]:
        if path not in self._patterns:
            self._patterns[path] = compile_path(path)[0]
        return self._patterns[path]


def walk(routes: Iterable[BaseRoute], prefix: str = "") -> Iterator[tuple[str, Route]]:
    """All routes, mounted ones included, with their whole paths."""
    for route in routes:
        if isinstance(route, Mount):
            yield from walk(route.routes, prefix + route.path)
        elif isinstance(route, Route):
            yield prefix + route.path, route


def operations(app: Starlette) -> tuple[Operation, ...]:
    """The app's operations, mounted ones included, with the problems that `@raises` declares."""
    return tuple(
        _operation(route, method, compile_path(path)[1])
        for path, route in walk(app.routes)
        if route.include_in_schema
        for method in sorted((route.methods or set()) - {"HEAD"})
    )


def _operation(route: Route, method: str, path: str) -> Operation:
    handler: Any = getattr(route.endpoint, method.lower(), route.endpoint)
    summary = (handler.__doc__ or "").strip().partition("\n")[0]
    problems = raised_by(handler, route.endpoint)
    return Operation(method=method, path=path, problems=problems, name=route.name, summary=summary)


def openapi(app: Starlette, contract: Contract, *, title: str, version: str) -> Mapping[str, Any]:
    """An OpenAPI 3.1 document of the app's operations with their problems."""
    return to_openapi(contract, operations(app), title=title, version=version)
