"""Problems as ASGI messages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from failwell.contract import Contract
from failwell.edge.exchange import EXCHANGE, Exchange
from failwell.edge.verdict import Translate, Verdict, judge
from failwell.typing import Headers

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]
RawHeaders = list[tuple[bytes, bytes]]

_MOST_KEPT = 1024


class Replier:
    """Answers errors with problems of one contract, as ASGI responses."""

    def __init__(self, contract: Contract, translate: Translate) -> None:
        self._contract, self._translate = contract, translate
        self._raw: dict[Headers, RawHeaders] = {}

    async def answer(self, error: Exception, scope: Scope, send: Send) -> bool:
        """Sends the problem that an error means, and tells whether nobody foresaw it.

        A HEAD gets the same head and no body (RFC 9110, section 9.3.2). The request id's header is left to
        the stamper, which puts it on every response.
        """
        problem, unhandled = judge(error, self._contract, self._translate)
        exchange: Exchange = scope[EXCHANGE]
        exchange.answered = True
        accept = accepted(scope) if problem.problem_type.redirect else ""
        status, fields, body = self._contract.parts(problem, exchange.request_id, accept)
        headers = [*(self._raw.get(fields) or self._encoded(fields)), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
        return unhandled

    def verdict(self, error: Exception) -> Verdict:
        """The problem that an error means, and whether nobody foresaw it."""
        return judge(error, self._contract, self._translate)

    def _encoded(self, headers: Headers) -> RawHeaders:
        if len(self._raw) >= _MOST_KEPT:  # those of a type recur; those of an occurrence must not pile up
            self._raw.clear()
        raw = self._raw[headers] = raw_headers(headers)
        return raw


def raw_headers(headers: Headers) -> RawHeaders:
    """Header fields as ASGI wants them: bytes, names in lower case."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers]


def accepted(scope: Scope) -> str:
    """The request's `Accept` fields as one."""
    return ", ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"accept")
