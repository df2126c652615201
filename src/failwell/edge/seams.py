"""The two seams of an ASGI server: the stamper outside of everything, the catcher inside all middleware.

One seam is not enough. Outside, an unhandled error has already been answered by the framework, in plain
text and without CORS headers; inside, errors of middleware never arrive, and ids miss on other responses.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from failwell.contract import Contract
from failwell.edge.exchange import CONTRACT, EXCHANGE, Exchange, current_request_id
from failwell.edge.reply import ASGIApp, Message, Receive, Replier, Scope, Send, raw_headers
from failwell.edge.verdict import log_unhandled, note_request
from failwell.headers import new_request_id

IsDisconnect = Callable[[Exception], bool]
"""Whether an exception only says that the client went away."""


class Stamper:
    """Outermost seam: a request id on every response, limit headers on success, an answer to what escaped."""

    def __init__(  # noqa: PLR0913 - what an adapter has to say
        self,
        app: ASGIApp,
        contract: Contract,
        replier: Replier,
        is_disconnect: IsDisconnect,
        *,
        make_request_id: Callable[[], str] = new_request_id,
        reraise: bool = True,
    ) -> None:
        """Wraps an app.

        Args:
            app: the ASGI app.
            contract: what its errors look like.
            replier: answers errors; the app's catcher has the same one.
            is_disconnect: whether an exception only says that the client went away.
            make_request_id: makes the ids; tests freeze it.
            reraise: whether unhandled errors are raised again after the response, so that the server logs
                them and test clients and error trackers see them; else they are logged here.
        """
        self._app, self._contract, self._replier = app, contract, replier
        self._is_disconnect = is_disconnect
        self._make_request_id, self._reraise = make_request_id, reraise
        self._id_name = contract.request_id_header.lower().encode("latin-1")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        scope[CONTRACT] = self._contract
        if scope["type"] != "http" or EXCHANGE in scope:  # the latter: an app mounted in a stamped one
            await self._app(scope, receive, send)
            return
        request_id = self._make_request_id()
        scope[EXCHANGE] = exchange = Exchange(request_id)
        id_name = self._id_name
        id_field = (id_name, request_id.encode("latin-1"))

        def stamped(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                exchange.started = True
                if exchange.answered:  # a problem's headers are a new list, and have no id
                    message["headers"].append(id_field)
                else:  # a response object may be sent again, and an app may have put an id of its own
                    headers = [field for field in message.get("headers", ()) if field[0] != id_name]
                    headers.append(id_field)
                    message["headers"] = headers
                if exchange.limits:
                    self._show_limits(exchange, message)
            return send(message)

        token = current_request_id.set(request_id)
        try:
            await self._app(scope, receive, stamped)
        except Exception as error:
            if await self._must_reraise(error, exchange, scope, stamped):
                raise
            error.__traceback__ = None
        finally:
            current_request_id.reset(token)

    def _show_limits(self, exchange: Exchange, message: Message) -> None:
        if 200 <= message["status"] < 300 or message["status"] in (304, 429):
            message["headers"] += raw_headers(self._contract.limit_headers(exchange.limits))

    async def _must_reraise(self, error: Exception, exchange: Exchange, scope: Scope, send: Send) -> bool:
        """Answers an error that came through, if nobody did, and tells whether it goes on to the server."""
        if self._is_disconnect(error):
            return False
        if not exchange.started:
            must_report = await self._replier.answer(error, scope, send)
        else:
            must_report = not exchange.answered or self._replier.verdict(error)[1]
        if not must_report:
            return False
        if self._reraise:
            note_request(error, exchange.request_id)
        else:
            log_unhandled(error, exchange.request_id)
        return self._reraise


class Catcher:
    """Innermost seam: answers errors inside the framework's middleware, so that CORS and other headers stay.

    What nobody foresaw is raised again after the answer, and so is what comes after the response started.
    """

    def __init__(self, app: ASGIApp, replier: Replier, is_disconnect: IsDisconnect) -> None:
        self._app, self._replier, self._is_disconnect = app, replier, is_disconnect

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        def watched(message: Message) -> Awaitable[None]:
            nonlocal started
            started = True
            return send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            if self._is_disconnect(error):
                return
            if started:
                raise
            # In a frame of its own: one of the traceback that refers to the error would make a cycle, which
            # keeps the error, and all that its frames hold, until the garbage collector comes.
            if await self._replier.answer(error, scope, send):
                raise
            error.__traceback__ = None  # an instance that is raised again and again would collect frames
