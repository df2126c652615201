"""How guards get to requests: called in a view, or declared above it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

from failwell.django.requests import read_body
from failwell.django.untyped import View, iscoroutinefunction
from failwell.django.watching import tell_handler
from failwell.edge import MAX_BODY, Exchange, guarding
from failwell.edge.guarding import Extractors, exchange_in, facts_of_environ
from failwell.exceptions import DeclarationError
from failwell.typing import Admission, Facts, Guard

_View = TypeVar("_View", bound=Callable[..., Any])
_WHERE = "failwell.django.guarded"


def admit(request: Any, guard: Guard, /, *, max_bytes: int = MAX_BODY, **values: Any) -> Admission:
    """Asks a guard for a request, and sees to what it wants of the response.

    Its limits are shown in the response's headers, the response is shown to it, and what the request holds is
    let go when the response is over.

    Args:
        request: Django's, or that of Django REST framework.
        guard: admits it, or raises.
        max_bytes: the largest body, for guards that need it; a smaller `DATA_UPLOAD_MAX_MEMORY_SIZE` counts
            instead.
        values: what the guard's own check takes: `token=…`.

    Raises:
        Exception: what the guard raises: a problem, `Refused` or `Answered`.
        Problem: for 413, if the guard needs the body and it is too large.
    """
    exchange, facts = _known(request, guard, max_bytes)
    admission = guarding.admit(exchange, guard, facts, values)
    if exchange.watch is not None:
        tell_handler(request, exchange.watch)
    return admission


async def aadmit(request: Any, guard: Guard, /, *, max_bytes: int = MAX_BODY, **values: Any) -> Admission:
    """Does what `admit` does, for asynchronous views."""
    exchange, facts = _known(request, guard, max_bytes)
    admission = await guarding.aadmit(exchange, guard, facts, values)
    if exchange.watch is not None:
        tell_handler(request, exchange.watch)
    return admission


def _known(request: Any, guard: Guard, max_bytes: int) -> tuple[Exchange, Facts]:
    exchange = exchange_in(request.META, where="failwell.django.admit")
    body = read_body(request, max_bytes) if guard.needs_body else b""
    return exchange, facts_of_environ(request.META, body, request.path)


def guarded(guard: Guard, /, *, max_bytes: int = MAX_BODY, **extractors: Any) -> Callable[[_View], _View]:
    """Has a view reached only by requests that a guard admits: `@guarded(limit, token=token_of)`.

    It may stand on functions, synchronous or not, on classes of views, and on their methods and actions. Of
    several the first is asked first. Classes of Django REST framework ask where their throttles are asked:
    after authentication and permissions; for functions it stands below `@api_view`, for the same reason.

    Args:
        guard: admits requests, or raises.
        max_bytes: the largest body, for guards that need it.
        extractors: what the guard's own check takes, by name: functions of the request, for asynchronous
            views also asynchronous ones, or constant values.

    Raises:
        DeclarationError: for what is no guard, or no view.
    """
    told = Extractors(guard, extractors, where=_WHERE)

    def decorated(view: _View) -> _View:
        if isinstance(view, type):
            return cast("_View", _guarded_class(view))
        if not callable(view):
            raise _misplaced(f"{view!r} is no view", hint='path("", guarded(limit, token=token_of)(view))')
        return cast("_View", _guarded_function(view, is_async=iscoroutinefunction(view)))

    def _guarded_class(view: Any) -> Any:
        if not issubclass(view, View):
            raise _misplaced(
                f"{view!r} is no view", hint="put it on a function, a subclass of View, or a method of one"
            )
        if hasattr(view, "check_throttles"):
            view.check_throttles = _guarded_function(view.check_throttles, is_async=False)
        else:
            view.dispatch = _guarded_function(view.dispatch, is_async=view.view_is_async)
        return view

    def _guarded_function(view: Callable[..., Any], *, is_async: bool) -> Callable[..., Any]:
        @functools.wraps(view)
        def asked(*args: Any, **kwargs: Any) -> Any:
            request = _request_in(args)
            admit(request, guard, max_bytes=max_bytes, **told.values(request))
            return view(*args, **kwargs)

        @functools.wraps(view)
        async def awaited(*args: Any, **kwargs: Any) -> Any:
            request = _request_in(args)
            await aadmit(request, guard, max_bytes=max_bytes, **await told.avalues(request))
            return await view(*args, **kwargs)

        return awaited if is_async else asked

    return decorated


def _request_in(args: tuple[Any, ...]) -> Any:
    """The request: the first argument of a function, the second of a method."""
    for one in args:
        if hasattr(one, "META"):
            return one
    raise _misplaced(
        "it is called without a request, so the guard cannot see it",
        hint="put it on a view, or call admit(request, limit, token=…) where the request is known",
    )


def _misplaced(what: str, hint: str) -> DeclarationError:
    return DeclarationError(what, code="guarded-where", where=_WHERE, hint=hint)
