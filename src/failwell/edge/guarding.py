"""How guards get to a request: what they may know of it, and what applications say of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, cast
from urllib.parse import quote

from failwell.edge.exchange import EXCHANGE, Exchange, current_exchange
from failwell.exceptions import DeclarationError, FailwellError, one_of
from failwell.typing import Admission, Facts, Guard

_UNRESERVED = "/:@!$&'()*+,;=~"  # of RFC 3986, section 3.3, besides letters, digits, "-", "." and "_"
_OF_THE_CONTENT = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


class Extractors:
    """What an application says of each request to a guard.

    Attributes:
        functions: by name, functions of the request.
        constants: by name, what is the same for all requests.
    """

    def __init__(self, guard: object, extractors: Mapping[str, Any], *, where: str) -> None:
        """Takes what `guarded` is given.

        Args:
            guard: admits requests, or raises.
            extractors: by the names of the guard's own check.
            where: the function that was called, for messages.

        Raises:
            DeclarationError: for what is no guard, and for names that are not those which it takes, if it
                says so.
        """
        if isinstance(guard, type) or not callable(getattr(guard, "admit", None)):
            raise DeclarationError(
                f"{guard!r} is not a guard",
                code="guarded-what",
                where=where,
                hint="give the guard first, then what it has to be told: guarded(limit, token=token_of)",
            )
        _verify_names(guard, extractors, where)
        self.functions = {name: given for name, given in extractors.items() if callable(given)}
        self.constants = {name: given for name, given in extractors.items() if not callable(given)}
        self._told = tuple(self.functions.items())

    def values(self, request: object) -> Mapping[str, Any]:
        """What the guard is told of a request."""
        if not self._told:
            return self.constants
        values = self.constants.copy()
        for name, told in self._told:
            values[name] = told(request)
        return values

    async def avalues(self, request: object) -> dict[str, Any]:
        """The same, where functions may be asynchronous. Without functions `constants` says it already."""
        values = self.constants.copy()
        for name, told in self._told:
            value: Any = told(request)
            values[name] = await value if hasattr(value, "__await__") else value
        return values


def _verify_names(guard: object, given: Collection[str], where: str) -> None:
    """Holds names against those that a guard `takes`; one whose `admit` is of another class says nothing."""
    nothing: Mapping[str, object] = {}
    own = next((vars(kind) for kind in type(guard).__mro__ if "admit" in vars(kind)), nothing)
    takes: object = getattr(guard, "takes", None) if "takes" in own else None
    if not isinstance(takes, Mapping):
        return
    needed = cast("Mapping[str, bool]", takes)
    kind = type(guard).__name__
    for name in given:
        if name not in needed:
            raise DeclarationError(
                f"{kind} takes nothing called {name!r}",
                code="guarded-name",
                where=where,
                hint=one_of(name, needed),
            )
    missing = ", ".join(f"{name}=…" for name, is_needed in needed.items() if is_needed and name not in given)
    if missing:
        raise DeclarationError(
            f"{kind} has to be told {missing}",
            code="guarded-missing",
            where=where,
            hint=f"give a function of the request, or what is the same for all: guarded(…, {missing})",
        )


def exchange_in(place: Mapping[str, Any], *, where: str) -> Exchange:
    """The exchange of a request.

    Args:
        place: the ASGI scope or the WSGI environment.
        where: the function that was called, for messages.

    Raises:
        FailwellError: if the app has no contract, so that there is none.
    """
    exchange: Exchange | None = place.get(EXCHANGE)
    if exchange is None:
        raise FailwellError(
            "the app has no contract, so nobody looks after what a guard says",
            code="guard-without-contract",
            where=where,
            hint="give the app a contract first, as with install(app, contract)",
        )
    return exchange


def facts_of_scope(scope: Mapping[str, Any], exchange: Exchange, body: bytes) -> Facts:
    """What guards may know of a request over ASGI. One for a WebSocket is a GET."""
    raw: bytes | None = scope.get("raw_path")
    path = quote(scope["path"], safe=_UNRESERVED) if raw is None else raw.partition(b"?")[0].decode("latin-1")
    query: bytes | None = scope.get("query_string")
    return Facts(
        method=scope.get("method", "GET").upper(),
        path=path,
        query=query.decode("latin-1") if query else "",
        field=lambda name: exchange.given_field(name.encode("latin-1")),
        body=body,
    )


def facts_of_environ(environ: Mapping[str, Any], body: bytes, path: str | None = None) -> Facts:
    """What guards may know of a request over WSGI, whose servers tell the path only as it was decoded.

    Args:
        environ: the WSGI environment, or what a framework has like it.
        body: the request's content.
        path: the decoded path, where the environment need not have it; by default it does (PEP 3333).
    """
    if path is None:
        told = str(environ.get("SCRIPT_NAME", "")) + str(environ.get("PATH_INFO", ""))
        escaped = quote(told.encode("latin-1"), safe=_UNRESERVED)
    else:
        escaped = quote(path, safe=_UNRESERVED)

    def field(name: str) -> str | None:
        of_the_content = _OF_THE_CONTENT.get(name)
        value = environ.get(of_the_content or "HTTP_" + name.upper().replace("-", "_"))
        if value is None or (of_the_content and not value):  # those may be there and empty though none came
            return None
        return str(value)

    return Facts(
        method=environ["REQUEST_METHOD"].upper(),  # frameworks take post for POST
        path=escaped,
        query=environ.get("QUERY_STRING", ""),
        field=field,
        body=body,
    )


def body_for(guard: Guard, body: bytes | None, *, where: str) -> bytes:
    """The body that an app has read for a guard; empty for a guard that does not need it.

    Raises:
        FailwellError: if the guard needs the body, and the app did not pass it: an empty one in its place
            would have all requests look the same.
    """
    if body is None and guard.needs_body:
        raise FailwellError(
            f"{type(guard).__name__} needs the request's body, and nobody read it",
            code="guard-without-body",
            where=where,
            hint="read the body first and pass it, also if it is empty: body=body",
        )
    return body or b""


def admit(exchange: Exchange, guard: Guard, facts: Facts, values: Mapping[str, Any]) -> Admission:
    """Asks a guard for a request, and keeps what comes of it for the response.

    Raises:
        Exception: what the guard raises.
    """
    try:
        admission = guard.admit(facts, values)
    except Exception as error:
        exchange.keep_denial(error)
        raise
    return _admitted(exchange, guard, admission)


async def aadmit(exchange: Exchange, guard: Guard, facts: Facts, values: Mapping[str, Any]) -> Admission:
    """Does what `admit` does without blocking the event loop."""
    try:
        admission = await guard.aadmit(facts, values)
    except Exception as error:
        exchange.keep_denial(error)
        raise
    return _admitted(exchange, guard, admission)


def admission_of(guard: Guard) -> Admission:
    """What a guard said when it admitted the request that is being answered, and what it holds for it.

    For handlers behind `guarded`; who asked with `admit` was given it there.

    Raises:
        FailwellError: if the guard holds nothing for this request, or there is none.
    """
    exchange = current_exchange.get()
    watch = exchange.watch if exchange is not None else None
    for asked, admission in reversed(watch.admissions if watch is not None else ()):
        if asked is guard:
            return admission
    raise FailwellError(
        f"{type(guard).__name__} holds nothing for this request",
        code="guard-holds-nothing",
        where="failwell.edge.admission_of",
        hint="declare this very guard above the handler: @guarded(lease, …), and ask in the handler",
    )


def _admitted(exchange: Exchange, guard: Guard, admission: Admission) -> Admission:
    exchange.keep_admission(admission)
    if admission.held is not None and exchange.watch is not None:
        exchange.watch.admissions.append((guard, admission))
    return admission
