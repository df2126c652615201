"""Any ASGI app: `app = failwell.asgi.wrap(app, contract)` makes it answer with the problems of a contract.

For frameworks that have no adapter here, and for apps written to the interface itself (ASGI 3.0). An adapter
knows more: what its framework's exceptions mean, its OpenAPI document, where its middleware begins.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from failwell.contract import Contract
from failwell.edge import ERRORS, Replier, Translate, check_given, first_of
from failwell.edge.asgi import Answerer, ASGIApp, Catcher, Replacer, Scope, Stamper
from failwell.edge.guarding import aadmit, body_for, exchange_in, facts_of_scope
from failwell.edge.witness import Site, witnessed
from failwell.headers import new_request_id
from failwell.typing import Admission, Guard

__all__ = ["admit", "wrap"]


def wrap(  # noqa: PLR0913 - what can be said about an app
    app: ASGIApp,
    contract: Contract,
    *,
    translate: Translate | None = None,
    replace_plain: bool = True,
    is_disconnect: Callable[[Exception], bool] = lambda _: False,
    make_request_id: Callable[[], str] = new_request_id,
    reraise: bool = True,
) -> ASGIApp:
    """Wraps an app: problems that it raises are answered, every response has a request id.

    Args:
        app: the app. Wrap it outside of all middleware, and once more inside of what adds headers to
            responses, such as CORS. An app in it that is wrapped, too, keeps its own contract and shares the
            request id.
        contract: what errors look like.
        translate: makes problems of the exceptions of a framework or of yours; None for one that it does
            not know. `contract.problem_for(status, text)` makes one for a status.
        replace_plain: whether responses of 400 or more without a body, or with one of plain text or HTML,
            become the problem that stands for their status. Their `Allow`, `Retry-After` and
            `WWW-Authenticate` are kept, their text is not.
        is_disconnect: whether an exception only says that the client went away.
        make_request_id: makes request ids; tests freeze it.
        reraise: whether unhandled errors are raised again after the response, so that the server logs the
            traceback with the request id under it; else the logger `failwell` does.
    """
    check_given(app, contract, object, where="failwell.asgi.wrap")
    answerer = Answerer(Replier(contract, first_of(translate)), is_disconnect)
    inner: ASGIApp = Replacer(app, answerer, ERRORS) if replace_plain else app
    stamper = Stamper(Catcher(inner, answerer), answerer, make_request_id=make_request_id, reraise=reraise)
    return witnessed(stamper, Site(contract))


async def admit(scope: Scope, guard: Guard, /, *, body: bytes | None = None, **values: Any) -> Admission:
    """Asks a guard for a request, and sees to what it wants of the response.

    Its limits are shown in the response's headers, the response is shown to it, and what the request holds is
    let go when the app returns; of a WebSocket, too.

    Args:
        scope: of a request or a WebSocket, to an app that is wrapped.
        guard: admits it, or raises. The app lets that pass, and it is answered.
        body: the request's content, for guards that need it. The app reads it, and says how much it takes.
        values: what the guard's own check takes: `token=…`.

    Raises:
        Exception: what the guard raises: a problem, `Refused` or `Answered`.
        FailwellError: if the app is not wrapped, or the guard needs the body and there is none.
    """
    where = "failwell.asgi.admit"
    exchange = exchange_in(scope, where=where)
    facts = facts_of_scope(scope, exchange, body_for(guard, body, where=where))
    return await aadmit(exchange, guard, facts, values)
