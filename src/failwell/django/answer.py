"""Responses of Django's that carry problems."""

from __future__ import annotations

from typing import Any

from failwell.django.untyped import HttpResponse, ResponseHeaders, SimpleCookie
from failwell.edge import Exchange
from failwell.edge.reply import has_content
from failwell.edge.wsgi import status_line
from failwell.headers.leftovers import STALE, without_stale
from failwell.typing import Headers

_OF_THE_CONTENT = frozenset(
    {
        "cache-control",
        "content-language",
        "content-length",
        "content-type",
        "location",
        "transfer-encoding",
        "vary",
    }
)


_MOST_KEPT = 1024

Store = dict[str, tuple[str, str]]
"""Header fields as Django keeps them: by name in lower case."""


class Answer(HttpResponse):  # type: ignore[misc] # Django has no types
    """The response that a problem is sent in.

    It is made from one of its type that Django has made and checked; only what belongs to a single response
    is new.

    Attributes:
        made: its header fields as they were made, before middleware has seen them.
    """

    made: Store

    def __init__(self, model: Any, store: Store, body: bytes) -> None:
        headers = ResponseHeaders(None)
        headers._store = store  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        self.__dict__ = {
            **model.__dict__,
            "headers": headers,
            "cookies": SimpleCookie(),
            "_resource_closers": [],
            "_container": [body],
            "made": store.copy(),
        }

    def items(self) -> Any:
        """The header fields, as handlers ask for them."""
        return self.headers._store.values()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]


class Given(HttpResponse):  # type: ignore[misc] # Django has no types
    """A response that was known without the view, as it stands."""

    def __init__(self, status: int, fields: Headers, body: bytes) -> None:
        super().__init__(body, status=status, reason=status_line(status)[4:])  # pyright: ignore[reportUnknownMemberType]
        self.headers = ResponseHeaders(_united(fields))
        if has_content(status):
            self.headers["Content-Length"] = str(len(body))


class Answers:
    """Makes the responses that problems are sent in. A HEAD gets no body (RFC 9110, section 9.3.2)."""

    def __init__(self, id_name: str) -> None:
        self._id_name, self._id_key = id_name, id_name.lower()
        self._models: dict[int, tuple[Headers, Any]] = {}

    def answer(self, status: int, fields: Headers, body: bytes, method: str, exchange: Exchange) -> Answer:
        """The response with a problem, and with the request id."""
        kept = self._models.get(id(fields))
        model = kept[1] if kept is not None and kept[0] is fields else self._model(status, fields)
        store: Store = model.headers._store.copy()  # noqa: SLF001
        store["content-length"] = "Content-Length", str(len(body))
        exchange.head = tuple(store.values())
        store[self._id_key] = self._id_name, exchange.request_id
        return Answer(model, store, b"" if method == "HEAD" else body)

    def _model(self, status: int, fields: Headers) -> Any:
        if len(self._models) >= _MOST_KEPT:  # those of a type recur; those of an occurrence must not pile up
            self._models.clear()
        model = HttpResponse(reason=status_line(status)[4:], headers=_united(fields))
        model.status_code = status
        self._models[id(fields)] = fields, model
        return model


def _united(fields: Headers) -> dict[str, str]:
    """Header fields as Django has them, each name once; of several fields one list is made."""
    united: dict[str, str] = {}
    for name, value in fields:
        united[name] = f"{united[name]}, {value}" if name in united else value
    return united


def clean(answer: Any) -> None:
    """Takes off an answer what middleware has added that is meant for other responses.

    A policy to store nothing that was written over is put back.
    """
    if answer.headers._store == answer.made:  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        return
    fields = tuple(answer.headers.items())
    policy = tuple(field for field in answer.made.values() if field[0] == "Cache-Control")
    encoding = answer.headers.get("Content-Encoding")  # middleware has compressed the answer's own body
    answer.headers = ResponseHeaders(_united(without_stale((*fields, *policy))))
    if encoding is not None:
        answer.headers["Content-Encoding"] = encoding


def lasting(response: Any) -> Headers:
    """The header fields of a response that stay when a problem takes its place: those not of its content."""
    dropped = _OF_THE_CONTENT | STALE.keys()
    return tuple((name, value) for name, value in response.headers.items() if name.lower() not in dropped)


def is_page(response: Any) -> bool:
    """Whether an error response says nothing that a program could read, and no view has made it on purpose.

    Django makes such by itself, without any exception: 405, 412, and the failure page of CSRF checks. Those
    it has logged by then; what a view has written is kept, unless it is empty.
    """
    if response.streaming or not getattr(response, "is_rendered", True):
        return False
    media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type not in {"", "text/html", "text/plain"}:
        return False
    return not response.content or getattr(response, "_has_been_logged", False)


def take_over(answer: Any, response: Any) -> None:
    """Has an answer keep what a response holds besides its head and body."""
    answer.cookies = response.cookies
    answer._resource_closers.extend(response._resource_closers)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    answer._has_been_logged = getattr(response, "_has_been_logged", False)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
