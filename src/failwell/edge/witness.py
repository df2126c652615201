"""The witness: who sees what the apps of this process answer, while tests run. Nobody does otherwise.

This is the one thing here that is the whole process's. A test tool calls a witness before any app is made;
adapters ask for it once, where they put their seams in. Without a witness nothing is put around an app.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from failwell.contract import Contract
from failwell.edge.asgi import ASGIApp, Message, Receive, Scope, Send
from failwell.edge.exchange import CONTRACT
from failwell.edge.wsgi import Environ, ExcInfo, Fields, StartResponse, WSGIApp
from failwell.operations import Operation
from failwell.typing import Headers

_RECORD = "failwell.witness"
"""Where an ASGI scope or a WSGI environment keeps the record of the response."""


class Sighting(NamedTuple):
    """A response from 300 on, as it leaves, with the request that it answers.

    Attributes:
        method: of the request, in capitals.
        path: of the request, as the app's routes have it.
        status: of the response.
        headers: of the response.
        body: of the response; None where it is a stream that cannot be read twice.
        is_routed: whether the app has found a route for the request.
    """

    method: str
    path: str
    status: int
    headers: Headers
    body: bytes | None
    is_routed: bool = True


Tell = Callable[[Sighting], None]
"""Takes what was seen. It must not raise."""


class Site(NamedTuple):
    """An app with a contract, as an adapter knows it.

    Attributes:
        contract: what its errors look like.
        operations: lists its operations, once something is to be told and not before; None if it cannot.
        document: makes its OpenAPI document with its problems; None where operations tell all there is.
        is_routed: whether a route was found, by the scope or environment after the response.
    """

    contract: Contract
    operations: Callable[[], Iterable[Operation]] | None = None
    document: Callable[[], Mapping[str, Any]] | None = None
    is_routed: Callable[[Mapping[str, Any]], bool] = lambda _: True


class Witness(Protocol):
    """Sees what apps answer."""

    @property
    def contracts(self) -> Sequence[Contract]:
        """Those whose apps it wants to see."""
        ...

    def watch(self, site: Site) -> Tell | None:
        """Whom to tell about an app; None if it is of no interest."""
        ...


_called: list[Witness] = []


def call_witness(witness: Witness) -> None:
    """Has a witness see the apps that are made from now on, until it is dismissed."""
    _called.append(witness)


def dismiss_witness(witness: Witness) -> None:
    """Has it see no more apps. One that was called before sees them again."""
    _called.remove(witness)


def current_witness() -> Witness | None:
    """The witness that was called last; None if there is none."""
    return _called[-1] if _called else None


def whom_to_tell(site: Site) -> Tell | None:
    """Whom an app's responses are told; None if nobody wants to know."""
    return _called[-1].watch(site) if _called else None


# ---------------------------------------------------------------------------- ASGI


def witnessed(app: ASGIApp, site: Site) -> ASGIApp:
    """An app whose responses are told; the app itself where nobody wants to know."""
    tell = whom_to_tell(site)
    return app if tell is None else _Recorder(app, site, tell)


class _Recorder:
    """Outside of the stamper: tells each response just before its last bytes leave."""

    def __init__(self, app: ASGIApp, site: Site, tell: Tell) -> None:
        self._app, self._site, self._tell = app, site, tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        record, path = scope.get(_RECORD), _path_inside(scope)
        if record is not None:
            record.hand_over(self._site, self._tell, path)
            await self._app(scope, receive, send)
            return
        record = scope[_RECORD] = _Record(self._site, self._tell, scope["method"], path)

        async def recording(message: Message) -> None:
            if message["type"] == "http.response.start":
                record.begin(message["status"], _texts(message.get("headers", ())))
            elif message["type"] == "http.response.body":
                record.add(message.get("body", b""))
                if not message.get("more_body"):
                    record.end(scope)
            await send(message)

        await self._app(scope, receive, recording)


def _path_inside(scope: Mapping[str, Any]) -> str:
    """The path as the app's own routes have it: what it is mounted under stands in front of it."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path[len(root) :] or "/" if root and f"{path}/".startswith(f"{root}/") else path


def _texts(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)


# ---------------------------------------------------------------------------- WSGI


def witnessed_wsgi(app: WSGIApp, site: Site) -> WSGIApp:
    """An app whose responses are told; the app itself where nobody wants to know."""
    tell = whom_to_tell(site)
    return app if tell is None else _WSGIRecorder(app, site, tell)


class _WSGIRecorder:
    """Outside of the stamper: tells each response just before its last bytes leave."""

    def __init__(self, app: WSGIApp, site: Site, tell: Tell) -> None:
        self._app, self._site, self._tell = app, site, tell

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        record, path = environ.get(_RECORD), environ.get("PATH_INFO", "") or "/"
        if record is not None:
            record.hand_over(self._site, self._tell, path)
            return self._app(environ, start_response)
        record = environ[_RECORD] = _Record(self._site, self._tell, environ["REQUEST_METHOD"], path)

        def recording(status: str, headers: Fields, exc_info: ExcInfo = None, /) -> Callable[[bytes], object]:
            record.begin(int(status[:3]), tuple(headers))
            return start_response(status, headers, exc_info)

        parts = self._app(environ, recording)
        if not record.is_of_interest:
            return parts
        if isinstance(parts, list):
            record.add(b"".join(parts))
            record.end(environ)
            return parts
        return _Told(parts, record, environ)


class _Told:
    """The body of a response that is told before its last part leaves, as far as that can be known."""

    def __init__(self, parts: Iterable[bytes], record: _Record, environ: Environ) -> None:
        self._parts, self._record, self._environ = parts, record, environ

    def __iter__(self) -> Iterator[bytes]:
        for part in self._parts:
            self._record.add(part)
            if self._record.is_whole:
                self._record.end(self._environ)
            yield part
        self._record.end(self._environ)

    def close(self) -> None:
        """Ends the response."""
        close = getattr(self._parts, "close", None)
        if close is not None:
            close()


# ---------------------------------------------------------------------------- what both keep


class _Record:
    """One response while it leaves. An app mounted in another one takes the record over."""

    def __init__(self, site: Site, tell: Tell, method: str, path: str) -> None:
        self._site, self._tell, self._method, self._path = site, tell, method.upper(), path
        self._status, self._headers = 0, Headers()
        self._body = bytearray()
        self._is_told = False

    @property
    def is_of_interest(self) -> bool:
        """Whether the response is anything else than a success."""
        return self._status >= 300

    @property
    def is_whole(self) -> bool:
        """Whether the body has the length that the head announces."""
        length = next((value for name, value in self._headers if name.lower() == "content-length"), "")
        return length == str(len(self._body))

    def hand_over(self, site: Site, tell: Tell, path: str) -> None:
        """Has an inner app answer; one that lists no operations leaves the record to the outer, if it can."""
        if site.operations is not None or site.contract is not self._site.contract:
            self._site, self._tell, self._path = site, tell, path

    def begin(self, status: int, headers: Headers) -> None:
        """Takes the head."""
        self._status, self._headers = status, headers

    def add(self, part: bytes) -> None:
        """Takes a part of the body."""
        if self.is_of_interest:
            self._body += part

    def end(self, scope: Mapping[str, Any]) -> None:
        """Tells the response, once, unless an app in this one has answered that nobody wants to know of."""
        if self._is_told or not self.is_of_interest:
            return
        self._is_told = True
        if scope.get(CONTRACT, self._site.contract) is self._site.contract:
            is_routed = self._site.is_routed(scope)
            self._tell(
                Sighting(self._method, self._path, self._status, self._headers, bytes(self._body), is_routed)
            )


def tell_response(tell: Tell, request: Any, response: Any) -> None:
    """Tells a response that is an object, as Django has them, with the request that it answers."""
    if response.status_code >= 300:
        headers = tuple((str(name), str(value)) for name, value in response.items())
        body = None if response.streaming else bytes(response.content)
        is_routed = request.resolver_match is not None
        tell(Sighting(request.method, request.path_info, response.status_code, headers, body, is_routed))
