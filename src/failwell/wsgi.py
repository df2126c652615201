"""Any WSGI app: `app = failwell.wsgi.wrap(app, contract)` makes it answer with the problems of a contract.

For frameworks that have no adapter here, and for apps written to the interface itself (PEP 3333). An adapter
knows more: what its framework's exceptions mean, its OpenAPI document, where its middleware begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from failwell.contract import Contract
from failwell.edge import ERRORS, EXCHANGE, Exchange, Replier, Translate, check_given, first_of, guarding
from failwell.edge.guarding import body_for, exchange_in, facts_of_environ
from failwell.edge.plain import is_plain, plain_problem
from failwell.edge.witness import Site, witnessed_wsgi
from failwell.edge.wsgi import Environ, ExcInfo, Fields, Stamper, StartResponse, WSGIApp
from failwell.headers import new_request_id
from failwell.typing import Admission, Guard

__all__ = ["admit", "wrap"]


def wrap(  # noqa: PLR0913 - what can be said about an app
    app: WSGIApp,
    contract: Contract,
    *,
    translate: Translate | None = None,
    replace_plain: bool = True,
    make_request_id: Callable[[], str] = new_request_id,
    reraise: bool = True,
) -> WSGIApp:
    """Wraps an app: problems that it raises are answered, every response has a request id.

    Unhandled errors are logged once by the logger `failwell`, with the request id: over WSGI nothing can be
    raised after a response.

    Args:
        app: the app. Wrap it outside of all middleware, and once more inside of what adds headers to
            responses, such as CORS. An app in it that is wrapped, too, keeps its own contract and shares the
            request id.
        contract: what errors look like.
        translate: makes problems of the exceptions of a framework or of yours; None for one that it does
            not know.
        replace_plain: whether responses of 400 or more without a body, or with one of plain text or HTML,
            become the problem that stands for their status. Their `Allow`, `Retry-After` and
            `WWW-Authenticate` are kept, their text is not.
        make_request_id: makes request ids; tests freeze it.
        reraise: whether the server is given an unhandled error with the answer (`exc_info` of PEP 3333).
            Servers take no notice, and most test clients raise it.
    """
    check_given(app, contract, object, where="failwell.wsgi.wrap")
    inner = _Replaced(app, contract) if replace_plain else app
    replier = Replier(contract, first_of(translate))
    reraises = None if reraise else _raise_none
    stamper = Stamper(inner, replier, make_request_id=make_request_id, reraises=reraises)
    return witnessed_wsgi(stamper, Site(contract))


def admit(environ: Environ, guard: Guard, /, *, body: bytes | None = None, **values: Any) -> Admission:
    """Asks a guard for a request, and sees to what it wants of the response.

    Its limits are shown in the response's headers, the response is shown to it, and what the request holds is
    let go when the server closes the response.

    Args:
        environ: of a request to an app that is wrapped.
        guard: admits it, or raises. The app lets that pass, and it is answered.
        body: the request's content, for guards that need it. The app reads it, and says how much it takes.
        values: what the guard's own check takes: `token=…`.

    Raises:
        Exception: what the guard raises: a problem, `Refused` or `Answered`.
        FailwellError: if the app is not wrapped, or the guard needs the body and there is none.
    """
    where = "failwell.wsgi.admit"
    exchange = exchange_in(environ, where=where)
    facts = facts_of_environ(environ, body_for(guard, body, where=where))
    return guarding.admit(exchange, guard, facts, values)


def _raise_none() -> bool:
    return False


class _Replaced:
    """Raises a problem in place of an error response that says nothing a program could read."""

    def __init__(self, app: WSGIApp, contract: Contract) -> None:
        self._app, self._contract = app, contract

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        exchange: Exchange = environ[EXCHANGE]
        begun = _Begun()

        def replacing(status: str, headers: Fields, exc_info: ExcInfo = None, /) -> Callable[[bytes], object]:
            begun.status, begun.headers = int(status[:3]), headers
            begun.is_replaced = begun.status in ERRORS and exchange.head is None and is_plain(tuple(headers))
            if begun.is_replaced:
                return lambda _: None  # nobody gets to see what is written
            return start_response(status, headers, exc_info)

        parts = self._app(environ, replacing)
        if begun.status and not begun.is_replaced:
            return parts
        return self._checked(parts, begun)

    def _checked(self, parts: Iterable[bytes], begun: _Begun) -> Iterator[bytes]:
        """The body of an app that may begin its response only when its first part is asked for."""
        try:
            if begun.is_replaced:
                raise plain_problem(self._contract, begun.status, tuple(begun.headers))
            for part in parts:
                if begun.is_replaced:
                    raise plain_problem(self._contract, begun.status, tuple(begun.headers))
                yield part
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()


class _Begun:
    """What an app has said of its response so far."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: Fields = []
        self.is_replaced = False
