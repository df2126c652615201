"""The operations of a document, and which declared operations they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from failwell.declare import Problem
from failwell.operations import Operation
from failwell.publish.openapi.components import Json, Tree

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_PARAMETER = re.compile(r"\{(\w+)(?::[^{}]*)?\}|<(?:[^<>]*:)?(\w+)>")
"""A path parameter as documents and ASGI frameworks write it, or as Flask and Django do: `<int:id>`."""


class Route(NamedTuple):
    """An operation of a document.

    Attributes:
        method: in small letters, as documents write it.
        path: the path's template.
        item: what the document says of the path.
        operation: what the document says of the operation.
        responses: what it says of the operation's responses, by status or range.
        security: the requirements that hold for the operation.
    """

    method: str
    path: str
    item: Json
    operation: Json
    responses: Json
    security: list[Json]


def routes(tree: Tree) -> Iterator[Route]:
    """The operations of a document, in its order. Webhooks and callbacks are none: others answer those."""
    for path, item in tree.root.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                operation: Json = item[method]
                given: Json = operation.get("responses", {})
                # Some writers use numbers as keys, which are texts in JSON.
                operation["responses"] = responses = {str(status): given[status] for status in given}
                security: list[Json] = operation.get("security") or []
                if "security" not in operation:
                    security = tree.root.get("security") or []
                yield Route(method, path, item, operation, responses, security)


def plain_path(path: str) -> str:
    """A path's template as documents write it: parameters in braces, without converters."""
    return _PARAMETER.sub(lambda found: f"{{{found[1] or found[2]}}}", path)


def parameters_of(path: str) -> list[str]:
    """The names of a path's parameters, in order."""
    return [found[1] or found[2] for found in _PARAMETER.finditer(path)]


class Declarations:
    """What operations declare, to be looked up by method and path."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._exact: dict[tuple[str, str], list[type[Problem]]] = {}
        self._similar: dict[tuple[str, str], list[type[Problem]]] = {}
        for operation in operations:
            method = operation.method.lower()
            self._exact.setdefault((method, plain_path(operation.path)), []).extend(operation.problems)
            self._similar.setdefault((method, _nameless(operation.path)), []).extend(operation.problems)

    def on(self, route: Route) -> list[type[Problem]]:
        """The problems that the operations with a route's method and path declare.

        Where none has the very path, those count whose paths differ in nothing but the names of parameters:
        generators rename them, for instance `pk` to `id`.
        """
        exact = self._exact.get((route.method, plain_path(route.path)))
        return self._similar.get((route.method, _nameless(route.path)), []) if exact is None else exact


def _nameless(path: str) -> str:
    return _PARAMETER.sub("{}", path)
