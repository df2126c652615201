"""httpx clients in which an error response is the very exception that the server raised.

    http = failwell.httpx.Client(contract, base_url="https://api.drops.example")
    try:
        http.post("/v1/drops", json=drop)
    except QuotaExceeded as e:
        print(e.suggestion, e.limit, e.request_id)

Successes pass as they are, and so do httpx's own errors, for instance `httpx.ConnectError`.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from failwell.contract import MAX_BODY, Contract, NotAProblem
from failwell.declare import Problem
from failwell.exceptions import missing_extra
from failwell.typing import Headers

try:
    import httpx
except ModuleNotFoundError as error:
    raise missing_extra("httpx", "failwell.httpx") from error

__all__ = ["AsyncClient", "Client", "check"]


def check(contract: Contract, response: httpx.Response) -> Problem | None:
    """Says which problem a response is, without raising it.

        match failwell.httpx.check(contract, response):
            case None: ...
            case QuotaExceeded(limit=limit, used=used): ...
            case UnknownProblem(code=code): ...
            case NotAProblem(status=502): ...

    It neither raises nor reads from the network: the body of a streamed response is to be read before, with
    `response.read()` or `await response.aread()`.

    Returns:
        None for a success, and for a redirection that delivers no problem; otherwise what `Contract.parse`
        makes of the response.
    """
    status = response.status_code
    if status < 400:
        return _problem(contract, response, b"") if status >= 300 else None
    try:
        body = response.content
    except RuntimeError:  # ResponseNotRead, of httpx or httpx2
        reason = "its body has not been read: call response.read() or await response.aread() first"
        return NotAProblem(status=status, headers=_headers(response), reason=reason)
    return _problem(contract, response, body)


class _Contracted:
    """What both clients know, and decide alike.

    Attributes:
        contract: what the API promises about its errors.
    """

    def __init__(self, contract: Contract, *, raise_problems: bool) -> None:
        self.contract = contract
        redirects = any(cls.problem_type.redirect for cls in contract.catalog)
        lowest = 300 if redirects else 400
        self._raise_from = lowest if raise_problems else 1000  # above all statuses

    def check(self, response: httpx.Response) -> Problem | None:
        """Says which problem of the client's contract a response is; see `failwell.httpx.check`."""
        return check(self.contract, response)


class Client(_Contracted, httpx.Client):
    """A `httpx.Client` that raises problems.

    A response with a status from 400 on is raised: as the declared class, as `UnknownProblem` where the
    catalog does not have its code, as `NotAProblem` where it is no problem of this API. So is a redirection
    that delivers a problem, unless it is followed: then the last response counts. Streams are no exception.
    """

    def __init__(self, contract: Contract, *, raise_problems: bool = True, **options: Any) -> None:
        """Makes a client.

        Args:
            contract: what the API promises about its errors.
            raise_problems: False to get every response back, and to ask `check` about it.
            options: whatever `httpx.Client` takes. Unless `headers` has its own, `Accept` asks for JSON
                and for problems, and takes anything else too.
        """
        _Contracted.__init__(self, contract, raise_problems=raise_problems)
        httpx.Client.__init__(self, **_accepting(contract, options))

    def send(self, request: httpx.Request, *, stream: bool = False, **options: Any) -> httpx.Response:
        """Sends a request as `httpx.Client.send` does.

        Raises:
            Problem: the one that the response is, unless the client has `raise_problems=False`.
        """
        response = super().send(request, stream=True, **options)
        problem: Problem | None = None
        try:
            if response.status_code >= self._raise_from:
                body = _read(response) if response.status_code >= 400 else b""
                problem = _problem(self.contract, response, body)
            if problem is None and not stream:
                response.read()
        except BaseException:
            response.close()
            raise
        if problem is None:
            return response
        response.close()
        try:
            raise problem
        finally:
            del problem  # else traceback and frame would keep each other, and the response, alive


class AsyncClient(_Contracted, httpx.AsyncClient):
    """A `httpx.AsyncClient` that raises problems, in the same cases as `Client`."""

    def __init__(self, contract: Contract, *, raise_problems: bool = True, **options: Any) -> None:
        """Makes a client; see `Client`."""
        _Contracted.__init__(self, contract, raise_problems=raise_problems)
        httpx.AsyncClient.__init__(self, **_accepting(contract, options))

    async def send(self, request: httpx.Request, *, stream: bool = False, **options: Any) -> httpx.Response:
        """Sends a request as `httpx.AsyncClient.send` does.

        Raises:
            Problem: the one that the response is, unless the client has `raise_problems=False`.
        """
        response = await super().send(request, stream=True, **options)
        problem: Problem | None = None
        try:
            if response.status_code >= self._raise_from:
                body = await _aread(response) if response.status_code >= 400 else b""
                problem = _problem(self.contract, response, body)
            if problem is None and not stream:
                await response.aread()
        except BaseException:
            await response.aclose()
            raise
        if problem is None:
            return response
        await response.aclose()
        try:
            raise problem
        finally:
            del problem  # else traceback and frame would keep each other, and the response, alive


def _problem(contract: Contract, response: httpx.Response, body: bytes) -> Problem | None:
    """The problem that a response from 300 on is. Redirections are problems only if they carry a code."""
    status = response.status_code
    problem = contract.parse(status, _headers(response), body)
    return None if status < 400 and isinstance(problem, NotAProblem) else problem


def _read(response: httpx.Response) -> bytes:
    """As much of a body as can be a problem. One that cannot be decompressed ends where it breaks."""
    body = bytearray()
    with suppress(httpx.DecodingError):
        for part in response.iter_bytes():
            body += part[: MAX_BODY + 1 - len(body)]
            if len(body) > MAX_BODY:
                break
    return bytes(body)


async def _aread(response: httpx.Response) -> bytes:
    """As `_read`."""
    body = bytearray()
    with suppress(httpx.DecodingError):
        async for part in response.aiter_bytes():
            body += part[: MAX_BODY + 1 - len(body)]
            if len(body) > MAX_BODY:
                break
    return bytes(body)


def _headers(response: httpx.Response) -> Headers:
    """The fields one by one as they came, in the encoding that httpx found for them."""
    encoding = response.headers.encoding
    raw = response.headers.raw
    return tuple([(k.decode(encoding, "replace"), v.decode(encoding, "replace")) for k, v in raw])


def _accepting(contract: Contract, options: dict[str, Any]) -> dict[str, Any]:
    """The options of a client with an `Accept` that makes servers and proxies send problems, not pages."""
    headers = httpx.Headers(options.get("headers"))
    types = dict.fromkeys(["application/json", "application/problem+json", contract.dialect.media_type])
    headers.setdefault("Accept", ", ".join([*types, "*/*;q=0.5"]))
    return {**options, "headers": headers}
