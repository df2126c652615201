"""How the seams get into a handler of Django's while it builds its chain of middleware."""

from __future__ import annotations

from functools import partial
from typing import Any

from failwell.django.seams import Seam
from failwell.django.untyped import ASGIHandler, BaseHandler, iscoroutinefunction
from failwell.django.watching import letting_go
from failwell.exceptions import FailwellError


def handler_behind(get_response: Any) -> Any:
    """The handler that builds a chain, from what it gives to the innermost middleware.

    That is the handler's own method, in the wrapper with which Django makes pages of errors.

    Raises:
        FailwellError: if there is another middleware between them.
    """
    handler = getattr(getattr(get_response, "__wrapped__", None), "__self__", None)
    if not isinstance(handler, BaseHandler):
        raise FailwellError(
            "failwell.django.Middleware has to be the last of MIDDLEWARE, and there once",
            code="install-order",
            where="settings.MIDDLEWARE",
            hint="move it to the end: the last is built first, so it can stand around each of the others too",
        )
    return handler


class Chain:
    """Puts seams around all layers of middleware.

    Django wraps each layer into a function that makes pages of exceptions, and hands it to the handler's
    `adapt_method_mode` before the next layer gets it, and once more when the chain is whole. There the
    wrappers are taken off and the seams put on, for this one handler. Inside of middleware nothing else sees
    an exception as it was raised.
    """

    def __init__(self, handler: Any, views: Any, seam: Seam) -> None:
        self._handler, self._views, self._seam = handler, views, seam
        self._adapt, self._make_atomic = handler.adapt_method_mode, handler.make_view_atomic

    def install(self, innermost: object) -> None:
        """Begins with the innermost middleware, which does nothing but start this."""
        self._innermost = innermost
        self._handler.adapt_method_mode = self._adapted
        if iscoroutinefunction(self._views):
            self._handler.make_view_atomic = self._made_atomic
        if isinstance(self._handler, ASGIHandler):
            self._create_request = self._handler.create_request
            self._handler.create_request = self._created_request
            self._handler.handle = partial(letting_go, self._handler.handle)

    def _adapted(
        self,
        is_async: bool,  # noqa: FBT001 - Django's signature
        method: Any,
        method_is_async: bool | None = None,  # noqa: FBT001
        debug: bool = False,  # noqa: FBT001, FBT002
        name: str | None = None,
    ) -> Any:
        if method_is_async is not None:  # a layer, and not one of the hooks such as process_view
            method = self._guarded(method.__wrapped__, is_async=method_is_async)
            if name is None:  # the outermost
                del self._handler.adapt_method_mode
                method = (self._seam.astamped if method_is_async else self._seam.stamped)(method)
        return self._adapt(is_async, method, method_is_async, debug=debug, name=name)

    def _guarded(self, layer: Any, *, is_async: bool) -> Any:
        seam = self._seam
        if layer is self._innermost:
            return (seam.ainnermost if is_async else seam.innermost)(self._views)
        return (seam.aguarded if is_async else seam.guarded)(layer)

    def _made_atomic(self, view: Any) -> Any:
        """A view whose foreseen errors are answered where they are raised, outside of its transactions.

        Asked for each request. `BaseHandler._get_response_async` would carry each exception into a thread, to
        ask middleware that may not be there.
        """
        view = self._make_atomic(view)
        if self._handler._exception_middleware:  # noqa: SLF001 - theirs comes first
            return view
        seam = self._seam

        def answered(request: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                return view(request, *args, **kwargs)
            except Exception as error:
                answer = seam.foreseen(request, error) if seam.answers(request, error) else None
                if answer is None:
                    raise
                return answer

        async def awaited(request: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                return await view(request, *args, **kwargs)
            except Exception as error:
                answer = seam.foreseen(request, error) if seam.answers(request, error) else None
                if answer is None:
                    raise
                return answer

        return awaited if iscoroutinefunction(view) else answered

    def _created_request(self, scope: Any, body_file: Any) -> Any:
        """The request, or the response where Django cannot make one of what came."""
        request, response = self._create_request(scope, body_file)
        return request, response if request is not None else self._seam.refused(response, scope)
