"""The outer seam of a WSGI server (PEP 3333): request ids on every response, an answer to what escaped.

Frameworks on WSGI answer errors inside of their own middleware: the inner seam is theirs, an error handler.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from itertools import chain
from typing import Any, Protocol

from failwell.answers import Answered
from failwell.edge.exchange import CONTRACT, EXCHANGE, Exchange, current_exchange
from failwell.edge.head import limit_fields, mended_head, shows_limits, sure_id
from failwell.edge.reply import Replier, has_content
from failwell.edge.verdict import forget_traceback, log_unhandled, note_request
from failwell.edge.watch import Watch
from failwell.headers import new_request_id
from failwell.typing import Headers

Environ = dict[str, Any]
Fields = list[tuple[str, str]]
ExcInfo = Any
"""What `sys.exc_info` returns, or None."""

_READ = (b"accept", b"accept-language", b"traceparent")
_REASONS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
_OF_THE_CONTENT = frozenset(
    {
        "allow",
        "cache-control",
        "content-encoding",
        "content-language",
        "content-length",
        "content-type",
        "location",
        "retry-after",
        "transfer-encoding",
    }
)
"""What a response that is given up says of itself, besides what `mended_head` drops."""
_SEVERAL = frozenset({"set-cookie", "vary"})


class StartResponse(Protocol):
    """The callable with which an app begins its response."""

    def __call__(
        self, status: str, headers: Fields, exc_info: ExcInfo = None, /
    ) -> Callable[[bytes], object]:
        """Takes status line, header fields, and the error if the response takes another one's place."""
        ...


WSGIApp = Callable[[Environ, StartResponse], Iterable[bytes]]


class Stamper:
    """Outermost seam: a request id on every response, limit headers on success, an answer to what escaped."""

    def __init__(
        self,
        app: WSGIApp,
        replier: Replier,
        *,
        make_request_id: Callable[[], str] = new_request_id,
        reraises: Callable[[], bool] | None = None,
    ) -> None:
        """Wraps an app.

        Args:
            app: the WSGI app.
            replier: answers errors; the framework's error handler has the same one.
            make_request_id: makes the ids; tests freeze it.
            reraises: asked for each unhandled error, whether it goes on to the server or the test client
                instead of being answered: over WSGI it cannot be both. By default all are answered, and the
                server is given the error with the answer (`exc_info`), which most test clients then raise.
        """
        self._app, self._contract = app, replier.contract
        self._make_request_id = sure_id(make_request_id)
        self.replier, self.reraises = replier, reraises
        self._id_name = self._contract.request_id_header
        self._id_key = self._id_name.lower()
        self._id_field = self._id_key.encode("latin-1")
        self._read = [
            ("HTTP_" + name.decode("latin-1").upper().replace("-", "_"), name)
            for name in (*_READ, self._id_field)
        ]

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answers one request."""
        environ[CONTRACT] = self._contract
        if EXCHANGE in environ:  # an app inside of a stamped one, which has the last word on the head
            return _Response(self, environ[EXCHANGE], start_response, is_inner=True).run(self._app, environ)
        exchange = environ[EXCHANGE] = Exchange(
            self._make_request_id(),
            [(name, environ[key].encode("latin-1", "replace")) for key, name in self._read if key in environ],
            self._id_field,
        )
        token = current_exchange.set(exchange)
        try:
            return _Response(self, exchange, start_response).run(self._app, environ)
        except BaseException:
            if exchange.watch is not None:
                exchange.watch.over()
            raise
        finally:
            current_exchange.reset(token)

    def unstamped(self, headers: Fields, exchange: Exchange) -> Fields:
        """The head of a response without a request id."""
        if headers is exchange.head:  # as it was made here or by an adapter
            return headers
        fields = [field for field in headers if field[0].lower() != self._id_key]
        return fields if exchange.head is None else [*mended_head(tuple(fields), tuple(exchange.head))]

    def stamped(self, headers: Fields, status: str, exchange: Exchange) -> Fields:
        """The head of a response with the request id, and with limits where it is a success."""
        fields = self.unstamped(headers, exchange)  # a new list, for a response object may be sent again
        fields.append((self._id_name, exchange.request_id))
        if exchange.limits and shows_limits(int(status[:3])):
            fields += limit_fields(self._contract, exchange.limits)
        return fields


class _Response:
    """A response on its way. An error before its first bytes is answered, one after them breaks it off.

    The head waits for the first bytes, as it does in servers. The current exchange is set whenever the app
    runs, and only then: servers read bodies in contexts of their own, several at a time, and some never
    close them.
    """

    _head: tuple[str, Fields, ExcInfo] | None = None
    _parts: Iterable[bytes] = ()
    _rest: Iterator[bytes] = iter(())
    _first: bytes | None = None
    _written: Callable[[bytes], object]

    def __init__(
        self, stamper: Stamper, exchange: Exchange, start: StartResponse, *, is_inner: bool = False
    ) -> None:
        self._stamper, self._exchange, self._start, self._is_inner = stamper, exchange, start, is_inner

    def run(self, app: WSGIApp, environ: Environ) -> Iterable[bytes]:
        """Runs the app up to the first part of the body that is not empty, and sends the head."""
        is_whole = False
        exchange = self._exchange
        try:
            self._parts = parts = app(environ, self.begin)
            # A list cannot fail, and a file the server sends by itself, if it gets to see it.
            is_whole = parts.__class__ in (list, environ.get("wsgi.file_wrapper"))
            if not is_whole or exchange.watch is not None:  # it has to be told when the response is over
                is_whole = False
                self._rest = iter(parts)
                self._first = next(filter(None, self._rest), b"")
            if exchange.watch is not None:
                self._hold_back(exchange.watch)
        except Exception as error:
            self._first = None if _is_handover(error, environ) else self._answer(error, environ)
            if self._first is None:
                self.close()  # the server never gets to see it
                raise
            self._rest = iter(())
            if exchange.watch is not None:
                self._hold_back(exchange.watch)
        self._send_head()
        return self._parts if is_whole else self

    def _hold_back(self, watch: Watch) -> None:
        """Reads a response for which somebody waits that wants to see it first, as far as they take it."""
        if self._is_inner or not watch.keepers or self._head is None:
            return
        status, headers, _ = self._head
        withheld = watch.begin(int(status[:3]), tuple(self._stamper.unstamped(headers, self._exchange)))
        read = [self._first or b""]
        if withheld.add(read[0]):
            for part in self._rest:
                read.append(part)
                if not withheld.add(part):
                    break
        withheld.keep(is_whole=withheld.is_open)
        self._first, self._rest = read[0], chain(read[1:], self._rest)

    def begin(self, status: str, headers: Fields, exc_info: ExcInfo = None, /) -> Callable[[bytes], object]:
        """What the app has for `start_response`."""
        if exc_info is not None and self._exchange.started:
            return self._start(status, headers, exc_info)  # which raises the error, as PEP 3333 has it
        self._head = status, headers, exc_info
        return self._write

    def _write(self, part: bytes) -> None:
        """What `start_response` returns, for apps that cannot return their body."""
        self._send_head()
        self._written(part)

    def _send_head(self) -> None:
        if self._head is None:
            return
        status, headers, exc_info = self._head
        self._head = None
        if not self._is_inner:
            self._exchange.started = True
            watch = self._exchange.watch
            if watch is not None and watch.keepers:  # the app writes its body, which cannot be held back
                watch.begin(int(status[:3]), tuple(headers)).keep(is_whole=False)
            headers = self._stamper.stamped(headers, status, self._exchange)
        self._written = self._start(status, headers, exc_info)

    def _answer(self, error: Exception, environ: Environ) -> bytes | None:
        """Makes the head of the response that an error means. Returns its body; None if it has to be raised.

        What nobody foresaw is logged, unless it is raised on: then whoever catches it logs it.
        """
        exchange, stamper = self._exchange, self._stamper
        if exchange.started:
            note_request(error, exchange.request_id)
            return None
        if isinstance(error, Answered):
            return self._give(error, environ)
        status, fields, body, unforeseen = stamper.replier.reply(error, exchange)
        if unforeseen and stamper.reraises is not None and stamper.reraises():
            note_request(error, exchange.request_id)
            return None
        exchange.head = head = [*fields, ("Content-Length", str(len(body)))]
        if self._head is not None:
            head = [*head, *_kept_of(self._head[1], fields)]
        exc_info = sys.exc_info() if unforeseen and stamper.reraises is None else None
        self._head = status_line(status), head, exc_info
        if unforeseen:
            log_unhandled(error, exchange.request_id)
        else:
            forget_traceback(error)
        return b"" if environ["REQUEST_METHOD"] == "HEAD" else body

    def _give(self, answered: Answered, environ: Environ) -> bytes:
        """Makes the head of a response that was known without the handler. Returns its body."""
        status, fields, body = self._stamper.replier.answer(answered, self._exchange)
        length = [("Content-Length", str(len(body)))] if has_content(status) else []
        kept = [] if self._head is None else _kept_of(self._head[1], fields)
        self._head = status_line(status), [*fields, *length, *kept], None
        forget_traceback(answered)
        return b"" if environ["REQUEST_METHOD"] == "HEAD" else body

    def __iter__(self) -> Iterator[bytes]:
        first, self._first = self._first, None
        if first is not None:
            yield first
        exchange, rest = self._exchange, self._rest
        while True:
            token = current_exchange.set(exchange)
            try:
                part = next(rest)
            except StopIteration:
                return
            except Exception as error:
                note_request(error, exchange.request_id)
                raise
            finally:
                current_exchange.reset(token)
            yield part

    def close(self) -> None:
        """Ends the response, as servers do when its last bytes are sent or the client went away."""
        close, watch = getattr(self._parts, "close", None), self._exchange.watch
        if close is None and watch is None:
            return
        token = current_exchange.set(self._exchange)
        try:
            if close is not None:
                close()
        except Exception as error:
            note_request(error, self._exchange.request_id)
            raise
        finally:
            if watch is not None and not self._is_inner:
                watch.over()
            current_exchange.reset(token)


def _is_handover(error: Exception, environ: Environ) -> bool:
    """Whether an app has taken the connection over for a WebSocket, and tells the server so by raising."""
    is_sign = isinstance(error, (StopIteration, ConnectionError))
    return is_sign and str(environ.get("HTTP_UPGRADE", "")).lower() == "websocket"


def _kept_of(abandoned: Iterable[tuple[str, str]], fields: Headers) -> Fields:
    """What stays of the head of a response that is given up: what middleware added, as CORS and cookies."""
    own = {name.lower() for name, _ in fields} - _SEVERAL | _OF_THE_CONTENT
    return [field for field in abandoned if field[0].lower() not in own]


def status_line(status: int) -> str:
    """A status with its phrase; one that is not registered has the words of its class (RFC 9110, 15)."""
    return _REASONS.get(status) or f"{status} {'Client' if status < 500 else 'Server'} Error"
