"""The outermost seam: a request id on every response, limit headers on success, an answer to what escaped."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from failwell.contract import Contract
from failwell.edge.exchange import SCOPE_KEY, Exchange, current_request_id
from failwell.edge.failures import note_request, problem_of
from failwell.edge.reply import ASGIApp, Message, Receive, Replier, Scope, Send, raw_headers
from failwell.headers import new_request_id


class Stamper:
    """ASGI middleware to be put around everything, the framework's own error handling included."""

    def __init__(
        self, app: ASGIApp, contract: Contract, *, make_request_id: Callable[[], str] = new_request_id, reraise: bool = True
    ) -> None:
        """Wraps an app.

        Args:
            app: the ASGI app.
            contract: what its errors look like.
            make_request_id: makes the ids; tests freeze it.
            reraise: whether unhandled errors are raised again after the response, for servers to log, and
                for test clients and error trackers to see.
        """
        self._app, self._contract, self._replier = app, contract, Replier(contract)
        self._make_request_id, self._reraise = make_request_id, reraise
        self._id_name = contract.request_id_header.lower().encode("latin-1")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http" or SCOPE_KEY in scope:  # an app mounted in a stamped one
            await self._app(scope, receive, send)
            return
        request_id = self._make_request_id()
        scope[SCOPE_KEY] = exchange = Exchange(request_id)
        id_name, id_field = self._id_name, (self._id_name, request_id.encode("latin-1"))

        def stamped(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                exchange.started = True
                headers = [field for field in message.get("headers", ()) if field[0] != id_name]
                headers.append(id_field)
                if exchange.limits:
                    self._show_limits(exchange, message["status"], headers)
                message["headers"] = headers
            return send(message)

        token = current_request_id.set(request_id)
        try:
            await self._app(scope, receive, stamped)
        except Exception as error:  # noqa: BLE001 - the last one to answer
            await self._answer_escaped(error, exchange, scope, stamped)
        finally:
            current_request_id.reset(token)

    def _show_limits(self, exchange: Exchange, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        if 200 <= status < 300 or status in (304, 429):
            headers += raw_headers(self._contract.limit_headers(exchange.limits))

    async def _answer_escaped(self, error: Exception, exchange: Exchange, scope: Scope, send: Send) -> None:
        problem, expected = problem_of(error, self._contract)
        if not exchange.started and problem is not None:
            await self._replier.send(problem, scope, send)
        if problem is None or expected and not exchange.answered_late:
            return
        note_request(error, exchange.request_id)
        raise error
