"""The two seams of an ASGI server: the stamper outside of everything, the catcher inside all middleware.

One seam is not enough. Outside, an unhandled error has already been answered by the framework, in plain
text and without CORS headers; inside, errors of middleware never arrive, and ids miss on other responses.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Container, Iterable, MutableMapping
from typing import Any

from failwell.answers import Answered
from failwell.completion import finished
from failwell.declare import Problem
from failwell.edge.exchange import CONTRACT, EXCHANGE, Exchange, RawHeaders, current_exchange
from failwell.edge.head import limit_fields, mended_head, shows_limits, sure_id
from failwell.edge.plain import is_plain, plain_problem
from failwell.edge.reply import Replier, has_content
from failwell.edge.verdict import forget_traceback, log_unhandled, note_request
from failwell.edge.watch import Watch
from failwell.headers import new_request_id
from failwell.typing import Headers

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

IsDisconnect = Callable[[Exception], bool]
"""Whether an exception that is no problem only says that the client went away."""

_MOST_KEPT = 1024


class Answerer:
    """Sends the problems that errors mean, as ASGI messages."""

    def __init__(self, replier: Replier, is_disconnect: IsDisconnect) -> None:
        """Takes what both seams of an app share.

        Args:
            replier: makes responses of errors.
            is_disconnect: whether an exception only says that the client went away.
        """
        self.replier, self.is_disconnect = replier, is_disconnect
        self._raw: dict[int, tuple[Headers, RawHeaders]] = {}

    async def answer(self, error: Exception, scope: Scope, send: Send) -> bool:
        """Sends the problem that an error means, and tells whether nobody foresaw it.

        A HEAD gets the same head and no body (RFC 9110, section 9.3.2).
        """
        exchange: Exchange = scope[EXCHANGE]
        if isinstance(error, Answered):
            await self._give(error, exchange, scope, send)
            return False
        status, fields, body, exchange.unforeseen = self.replier.reply(error, exchange)
        kept = self._raw.get(id(fields))
        raw = kept[1] if kept is not None and kept[0] is fields else self._encoded(fields)
        head = exchange.head = [*raw, (b"content-length", b"%d" % len(body)), exchange.id_field]
        await send({"type": "http.response.start", "status": status, "headers": head.copy()})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
        return exchange.unforeseen

    async def _give(self, answered: Answered, exchange: Exchange, scope: Scope, send: Send) -> None:
        """Sends a response that was known without the handler. Middleware does with it as with any other."""
        status, fields, body = self.replier.answer(answered, exchange)
        head = raw_headers(fields)
        if has_content(status):
            head.append((b"content-length", b"%d" % len(body)))
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    def _encoded(self, headers: Headers) -> RawHeaders:
        if len(self._raw) >= _MOST_KEPT:  # those of a type recur; those of an occurrence must not pile up
            self._raw.clear()
        raw = raw_headers(headers)
        self._raw[id(headers)] = headers, raw
        return raw


class Stamper:
    """Outermost seam: a request id on every response, limit headers on success, an answer to what escaped."""

    def __init__(
        self,
        app: ASGIApp,
        answerer: Answerer,
        *,
        make_request_id: Callable[[], str] = new_request_id,
        reraise: bool = True,
    ) -> None:
        """Wraps an app.

        Args:
            app: the ASGI app.
            answerer: answers errors; the app's catchers have the same one.
            make_request_id: makes the ids; tests freeze it.
            reraise: whether unhandled errors are raised again after the response, so that the server logs
                them and test clients and error trackers see them; else they are logged here.
        """
        self.app, self._answerer, self._contract = app, answerer, answerer.replier.contract
        self._make_request_id, self._reraise = sure_id(make_request_id), reraise
        self._id_name = self._contract.request_id_header.lower().encode("latin-1")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        scope[CONTRACT] = self._contract
        if scope["type"] != "http" or EXCHANGE in scope:  # the latter: an app mounted in a stamped one
            await self._pass_on(scope, receive, send)
            return
        request_id = self._make_request_id()
        scope[EXCHANGE] = exchange = Exchange(request_id, scope["headers"], self._id_name)

        def stamped(message: Message) -> Awaitable[None]:
            nonlocal send
            if message["type"] == "http.response.start":
                self._stamp(message, exchange)
                if exchange.watch is not None and exchange.watch.keepers:
                    send = _Withholding(exchange.watch, message, self._id_name, send)
                if exchange.limits and shows_limits(message["status"]):
                    message["headers"] += raw_headers(limit_fields(self._contract, exchange.limits))
            return send(message)

        token = current_exchange.set(exchange)
        try:
            await self.app(scope, receive, stamped)
        except Exception as error:
            if isinstance(send, _Withholding) and not send.is_out:  # nothing has left: it can be answered
                send, exchange.started, exchange.head = send.given_up(), False, None
            if await self._must_reraise(error, exchange, scope, stamped):
                raise
            forget_traceback(error)
        finally:
            try:
                if exchange.watch is not None:
                    await exchange.watch.aover()
            finally:
                current_exchange.reset(token)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets through what has no response to stamp. A WebSocket has an exchange, for what is held by it."""
        if scope["type"] != "websocket" or EXCHANGE in scope:
            await self.app(scope, receive, send)
            return
        scope[EXCHANGE] = exchange = Exchange(self._make_request_id(), scope["headers"], self._id_name)
        try:
            await self.app(scope, receive, send)
        finally:
            if exchange.watch is not None:
                await exchange.watch.aover()

    def _stamp(self, message: Message, exchange: Exchange) -> None:
        """Puts the request id on the head of a response."""
        exchange.started = True
        headers = message.get("headers", ())
        if exchange.head is not None:
            if headers == exchange.head:  # as the answerer made it
                return
            headers = raw_headers(mended_head(_as_text(headers), _as_text(exchange.head)))
        # A new list: a response object may be sent again, and an app may have put an id of its own.
        headers = [field for field in headers if field[0] != self._id_name]
        headers.append(exchange.id_field)
        message["headers"] = headers

    async def _must_reraise(self, error: Exception, exchange: Exchange, scope: Scope, send: Send) -> bool:
        """Answers an error that came through, if nobody did, and tells whether it goes on to the server."""
        answerer = self._answerer
        if answerer.is_disconnect(error):
            return False
        if not exchange.started:
            must_report = await answerer.answer(error, scope, send)
        else:
            was_answered = exchange.head is not None and not exchange.unforeseen
            must_report = not was_answered or answerer.replier.verdict(error)[1]
        if not must_report:
            return False
        if self._reraise:
            note_request(error, exchange.request_id)
        else:
            log_unhandled(error, exchange.request_id)
        return self._reraise


class _Withholding:
    """Sends a response for which somebody waits that wants to see it first: not before it is whole.

    What is longer than all of them take goes out as it comes, and so do streams and files of the server's.
    """

    def __init__(self, watch: Watch, head: Message, id_name: bytes, send: Send) -> None:
        fields = (field for field in head["headers"] if field[0] != id_name)
        self._withheld = watch.begin(head["status"], _as_text(fields))
        self._messages: list[Message] = []
        self._send, self.is_out = send, False

    def given_up(self) -> Send:
        """What else to send with, when nothing has left and something went wrong."""
        self._messages.clear()
        return self._send

    async def __call__(self, message: Message) -> None:
        """Takes one message."""
        if self.is_out:
            await self._send(message)
            return
        self._messages.append(message)
        if self._waits_for_more(message):
            return
        self.is_out = True
        await finished(self._withheld.akeep(is_whole=self._withheld.is_open))
        for one in self._messages:
            await self._send(one)
        self._messages.clear()

    def _waits_for_more(self, message: Message) -> bool:
        if message["type"] == "http.response.body":
            return self._withheld.add(message.get("body", b"")) and message.get("more_body", False)
        self._withheld.is_open = self._withheld.is_open and message["type"] == "http.response.start"
        return self._withheld.is_open


class Catcher:
    """Inner seam: answers errors inside the framework's middleware, so that CORS and other headers stay.

    What nobody foresaw is raised again after the answer, and so is what comes after the response started.
    """

    def __init__(self, app: ASGIApp, answerer: Answerer) -> None:
        self.app, self._answerer = app, answerer

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answers one request."""
        return (self.watch if scope["type"] == "http" else self.app)(scope, receive, send)

    async def watch(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, and watches whether its response has begun."""
        started = False

        def watched(message: Message) -> Awaitable[None]:
            nonlocal started
            started = True
            return send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            if not isinstance(error, Problem) and self._answerer.is_disconnect(error):
                return
            if started:
                raise
            # In a frame of its own: one of the traceback that refers to the error would make a cycle, which
            # keeps the error, and all that its frames hold, until the garbage collector comes.
            if await self.answer(error, scope, receive, send):
                raise
            forget_traceback(error)

    def answer(self, error: Exception, scope: Scope, _receive: Receive, send: Send) -> Awaitable[bool]:
        """Answers an error, and tells whether nobody foresaw it. Adapters add what their framework means."""
        return self._answerer.answer(error, scope, send)


class Replacer:
    """Sends problems in place of error responses that no program can read: plain text, HTML, or nothing."""

    def __init__(self, app: ASGIApp, answerer: Answerer, statuses: Container[int]) -> None:
        """Wraps an app, inside of a stamper.

        Args:
            app: the ASGI app.
            answerer: answers errors.
            statuses: of the responses that are replaced.
        """
        self.app, self._answerer, self._statuses = app, answerer, statuses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        problem: Problem | None = None

        async def replacing(message: Message) -> None:
            nonlocal problem
            if problem is not None:  # the rest of a body that nobody gets to see
                return
            if message["type"] == "http.response.start":
                problem = self._problem_for(message)
            await (send(message) if problem is None else self._answerer.answer(problem, scope, send))

        await self.app(scope, receive, replacing)

    def _problem_for(self, message: Message) -> Problem | None:
        if message["status"] not in self._statuses:
            return None
        fields = _as_text(message.get("headers", ()))
        contract = self._answerer.replier.contract
        return plain_problem(contract, message["status"], fields) if is_plain(fields) else None


def raw_headers(headers: Headers) -> RawHeaders:
    """Header fields as ASGI wants them: bytes, names in lower case."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers]


def _as_text(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)
