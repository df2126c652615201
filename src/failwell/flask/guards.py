"""How guards get to requests: called in a view, or declared above it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from flask import Flask, current_app, request
from flask.views import View
from werkzeug.local import LocalProxy

from failwell.edge import MAX_BODY, guarding
from failwell.edge.guarding import Extractors, facts_of_environ
from failwell.exceptions import DeclarationError
from failwell.flask.requests import read_body
from failwell.flask.seams import exchange_of_request
from failwell.typing import Admission, Facts, Guard

_View = TypeVar("_View", bound=Callable[..., Any])
_WHERE = "failwell.flask.guarded"


def admit(guard: Guard, /, *, max_bytes: int = MAX_BODY, **values: Any) -> Admission:
    """Asks a guard for the current request, and sees to what it wants of the response.

    Its limits are shown in the response's headers, the response is shown to it, and what the request holds is
    let go when the response is over, functions of `call_on_close` included.

    Args:
        guard: admits the request, or raises.
        max_bytes: the largest body, for guards that need it; a smaller `MAX_CONTENT_LENGTH` counts instead.
        values: what the guard's own check takes: `token=…`.

    Raises:
        Exception: what the guard raises: a problem, `Refused` or `Answered`.
        Problem: for 413, if the guard needs the body and it is too large.
    """
    facts = facts_of_environ(request.environ, read_body(max_bytes) if guard.needs_body else b"")
    return guarding.admit(exchange_of_request(), guard, facts, values)


class _Later:
    """Stands for a guard that is not made yet."""

    def admit(self, facts: Facts, values: Mapping[str, Any]) -> Admission:
        """Is never asked."""
        raise NotImplementedError


def _misplaced(what: str, hint: str) -> DeclarationError:
    return DeclarationError(what, code="guarded-where", where=_WHERE, hint=hint)


def guarded(
    guard: Guard | LocalProxy[Any], /, *, max_bytes: int = MAX_BODY, **extractors: Any
) -> Callable[[_View], _View]:
    """Has a view reached only by requests that a guard admits: `@guarded(limit, token=token_of)`.

    It stands below `@app.get(…)`, on functions, on classes of views or on their methods, and in their
    `decorators`. Of several the first is asked first.

    Args:
        guard: admits requests, or raises; or a `LocalProxy` of one that is made later, in an app factory.
        max_bytes: the largest body, for guards that need it.
        extractors: what the guard's own check takes, by name: functions of the request, or constant values.

    Raises:
        DeclarationError: for what is no guard, or no view.
    """
    # What a proxy stands for is known only while an app answers.
    told = Extractors(_Later() if isinstance(guard, LocalProxy) else guard, extractors, where=_WHERE)

    def decorated(view: Any = None) -> Any:
        if not callable(view) or isinstance(view, Flask):  # a hook before requests is called with nothing
            raise _misplaced(
                f"{view!r} is no view",
                hint="call admit(limit, token=…) in a before_request function of the app or blueprint",
            )
        return _guarded_class(view) if isinstance(view, type) else _guarded_function(view)

    def _guarded_class(view: Any) -> Any:
        if not issubclass(view, View):
            raise _misplaced(
                f"{view!r} is no view",
                hint="put it on a function, a subclass of flask.views.View, or a method of one",
            )
        view.decorators = [*view.decorators, _guarded_function]
        return view

    def _guarded_function(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def asked(*args: Any, **kwargs: Any) -> Any:
            admit(cast("Guard", guard), max_bytes=max_bytes, **told.values(request))
            return current_app.ensure_sync(view)(*args, **kwargs)

        return asked

    return decorated
