"""An app's operations, and what their handlers are made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from litestar import Litestar
from litestar.params import ParameterKwarg
from litestar.routes import HTTPRoute

from failwell.operations import Operation, raised_by
from failwell.typing import InputFailure


def operations(app: Litestar) -> tuple[Operation, ...]:
    """The app's operations, with the problems that `@raises` declares.

    What counts is on the handler, its controller, the guards of all layers, its `before_request` hook, and
    those dependencies that it uses, with their own.
    """
    return tuple(
        _operation(route, str(method), handler)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method, (handler, _) in route.route_handler_map.items()
        if handler.resolve_include_in_schema()
    )


def named_as_sent(handler: Any, failure: InputFailure) -> InputFailure:
    """A failure of a parameter by the name that it has in requests: Litestar gives that of the argument.

    Args:
        handler: the route handler that was to have the parameter.
        failure: what Litestar says.
    """
    argument, _, rest = failure.pointer[1:].partition("/")
    for signature in _signatures(handler) if failure.place != "body" else ():
        field = signature.parameters.get(argument)
        known = field.kwarg_definition if field is not None else None
        if isinstance(known, ParameterKwarg):
            name = known.name or known.header or known.cookie or known.query or argument
            return msgspec.structs.replace(failure, pointer=f"/{name}/{rest}" if rest else f"/{name}")
    return failure


def _operation(route: HTTPRoute, method: str, handler: Any) -> Operation:
    summary = handler.summary or (handler.fn.__doc__ or "").strip().partition("\n")[0]
    # A synchronous function stands as `func` in what calls it in a thread; what is guarded, as itself.
    involved = (part for one in _involved(handler) for part in (one, getattr(one, "func", one)))
    return Operation(
        method=method,
        path=route.path_format or "/",
        problems=raised_by(*involved),
        name=handler.handler_name,
        summary=summary,
    )


def _involved(handler: Any) -> Iterator[Any]:
    """Everything that runs for a handler and can declare problems."""
    yield handler.fn
    for layer in reversed(handler.ownership_layers):
        yield layer
        yield from layer.guards or ()
    yield handler.resolve_before_request()
    for provider in _dependencies(handler):
        yield provider.dependency


def _signatures(handler: Any) -> Iterator[Any]:
    yield handler.parsed_fn_signature
    for provider in _dependencies(handler):
        yield provider.parsed_fn_signature


def _dependencies(handler: Any) -> Iterator[Any]:
    """The dependencies that a handler uses, and those that these use."""
    provided: dict[str, Any] = handler.resolve_dependencies()
    wanted = list[str](handler.parsed_fn_signature.parameters)
    seen = set[str]()
    for name in wanted:  # it grows
        if name in provided and name not in seen:
            seen.add(name)
            yield provided[name]
            wanted += provided[name].parsed_fn_signature.parameters
