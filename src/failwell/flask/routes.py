"""What an app can be asked for: its operations, with the problems of all that runs for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from failwell.operations import Operation, raised_by

_PARAMETER = re.compile(r"<(?:[^<>]+:)?(\w+)>")
_AUTOMATIC = frozenset({"HEAD", "OPTIONS"})


def operations(app: Flask) -> tuple[Operation, ...]:
    """The app's operations, with the problems that `@raises` declares.

    It may stand on views, on classes of views and their methods, and on `before_request` functions of the
    app and its blueprints.
    """
    return tuple(
        _operation(app, rule, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint in app.view_functions and not (_is_static(rule) or rule.build_only or rule.websocket)
        for method in sorted(_methods(rule))
    )


def _is_static(rule: Rule) -> bool:
    endpoint: str = rule.endpoint
    return endpoint.rpartition(".")[2] == "static"


def _methods(rule: Rule) -> set[str]:
    automatic = _AUTOMATIC if getattr(rule, "provide_automatic_options", False) else {"HEAD"}
    return (rule.methods or set()) - automatic


def _operation(app: Flask, rule: Rule, method: str) -> Operation:
    view: Any = app.view_functions[rule.endpoint]
    owner = getattr(view, "view_class", None)
    handler = getattr(owner, method.lower(), None) or getattr(owner, "dispatch_request", view)
    summary = (handler.__doc__ or owner.__doc__ or "").strip().partition("\n")[0]
    hooks = [hook for scope in _scopes(rule.endpoint) for hook in app.before_request_funcs.get(scope, ())]
    return Operation(
        method=method,
        path=_PARAMETER.sub(r"{\1}", rule.rule),
        problems=raised_by(handler, view, owner, *hooks),
        name=rule.endpoint,
        summary=summary,
    )


def _scopes(endpoint: str) -> Iterator[str | None]:
    """The app, and the blueprints around an endpoint."""
    yield None
    parts = endpoint.split(".")[:-1]
    for count in range(1, len(parts) + 1):
        yield ".".join(parts[:count])
