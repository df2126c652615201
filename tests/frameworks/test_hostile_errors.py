"""Whatever a handler raises: the answer is safe, and the first failure is told."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import logging
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, ClassVar, NamedTuple

import litestar
import pytest
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path
from fastapi import FastAPI
from flask import Flask
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

import failwell.asgi
import failwell.fastapi
import failwell.flask
import failwell.litestar
import failwell.starlette
import failwell.wsgi
from failwell import Catalog, Contract, Problem, dialects, standard_types
from failwell.edge import current_exchange
from failwell.typing import LimitState
from tests.frameworks.django_site import make_site
from tests.frameworks.servers import Server
from tests.frameworks.shop import SECRET, OutOfStock
from tests.frameworks.strict import (
    OWN,
    UNSAFE,
    Answer,
    Request,
    answer_to,
    environ_of,
    scope_of,
)

odd = Catalog("odd", base="https://errors.odd.example/")


class Holder(
    Problem,
    catalog=odd,
    code="holder",
    status=409,
    title="Holder",
    detail="It holds {held}.",
    headers={"X-Held": "{held}"},
):
    """A problem whose text and header are made of a member."""

    held: Any


class Careless(Problem, catalog=odd, code="careless", status=409, title="Careless"):
    """A problem whose author has forgotten `super().__init__`."""

    def __init__(self, _: str) -> None:
        pass


standard_types(odd)
odd_contract = Contract(odd, dialect=dialects.PROBLEM, limit_headers="ietf")
Make = Callable[[], BaseException]


class NoText(Exception):
    """Neither its text nor its representation can be made."""

    def __str__(self) -> str:
        raise ValueError(SECRET)

    __repr__ = __str__


class NoNotes(Exception):
    """Its notes can neither be read nor written."""

    @property
    def __notes__(self) -> list[str]:  # type: ignore[override]
        raise ValueError(SECRET)

    def add_note(self, note: str) -> None:
        raise ValueError(SECRET)


class Slotted(Exception):
    """It has no room for notes."""

    __slots__ = ()


class Unequal(Exception):
    """It can neither be compared nor hashed."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        raise ValueError(SECRET)


@dataclasses.dataclass(frozen=True)
class Frozen(Exception):
    """Nothing of it can be set, its traceback neither."""

    text: str = SECRET


class Shown:
    """A value whose text cannot be made."""

    def __str__(self) -> str:
        raise ValueError(SECRET)

    __repr__ = __str__


def _with_notes(notes: Any) -> Exception:
    error = RuntimeError(SECRET)
    error.__notes__ = notes
    return error


def _deep(depth: int, leaf: Exception) -> Exception:
    for _ in range(depth):
        leaf = ExceptionGroup("deep", [leaf])
    return leaf


def _from(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def _altered(**state: Any) -> Exception:
    problem = Holder(held="x")
    problem.__dict__.update(state)
    return problem


def _endless() -> list[Any]:
    inner: list[Any] = []
    inner.append(inner)
    return inner


UNFORESEEN: dict[str, Make] = {
    "no text": NoText,
    "no notes": NoNotes,
    "notes that are no list": lambda: _with_notes(5),
    "notes that are no texts": lambda: _with_notes([5, Shown()]),
    "no room": Slotted,
    "no equality": Unequal,
    "frozen": Frozen,
    "recursion": lambda: RecursionError(SECRET),
    "memory": lambda: MemoryError(SECRET),
    "a warning": lambda: UserWarning(SECRET),
    "a lone surrogate": lambda: RuntimeError("\ud800" + SECRET),
    "a broken pipe": lambda: BrokenPipeError(SECRET),
    "a timeout": lambda: TimeoutError(SECRET),
    "a deep group": lambda: _deep(1000, RuntimeError(SECRET)),
    "a wide group": lambda: ExceptionGroup("wide", [RuntimeError(SECRET)] * 10_000),
    "problems and one more": lambda: ExceptionGroup("m", [*[Holder(held="x")] * 9999, RuntimeError(SECRET)]),
    "an error from a problem": lambda: _from(RuntimeError(SECRET), Holder(held="x")),
    "a problem of another catalog": lambda: OutOfStock(SECRET, article=SECRET, left=0),
    "a problem that is not one yet": lambda: Careless(SECRET),
}
FORESEEN: dict[str, Make] = {
    "a problem from an error": lambda: _from(Holder(held="x"), RuntimeError(SECRET)),
    "a deep group of a problem": lambda: _deep(1000, Holder(held="x")),
    "a wide group of problems": lambda: ExceptionGroup("wide", [Holder(held="x") for _ in range(10_000)]),
    "endless": lambda: Holder(held=_endless()),
    "deep": lambda: Holder(held=json.loads("[" * 900 + "]" * 900)),
    "bytes": lambda: Holder(held=b"\xff"),
    "not a number": lambda: Holder(held=[float("nan"), float("inf")]),
    "a huge number": lambda: Holder(held=10**5000),
    "no text": lambda: Holder(held=Shown()),
    "keys that are no texts": lambda: Holder(held={Shown(): 1, (): 2}),
    "a lone surrogate": lambda: Holder("\ud800", held="\ud800"),
    "a class": lambda: Holder(held=Holder),
    "an iterator": lambda: Holder(held=iter([1])),
    "a line break": lambda: Holder(held="a\r\nSet-Cookie: a=b"),
    "a detail that is no text": lambda: _altered(detail=Shown()),
    "headers with a line break": lambda: _altered(headers=(("X-Own", "a\r\nSet-Cookie: a=b"),)),
    "headers that are no pairs": lambda: _altered(headers=[("X-Own",), 5, None, "ab", ("a", b"b")]),
    "headers in a mapping": lambda: _altered(headers={"X-Own": "a"}),
    "headers that are none": lambda: _altered(headers=None),
    "headers in Cyrillic": lambda: _altered(headers=(("X-Own", "\u0416"), ("\u0416", "a"))),
    "headers of the body": lambda: _altered(
        headers=(("Content-Type", "text/html"), ("Content-Length", "0"), ("Transfer-Encoding", "chunked"))
    ),
    "headers of another response": lambda: _altered(
        headers=(("Vary", "A"), ("Vary", "B"), ("Cache-Control", "public"), ("cache-control", "private"))
    ),
    "a request id of its own": lambda: _altered(headers=(("X-Request-Id", "req_" + "0" * 32),)),
}


class App(NamedTuple):
    """An app with one route, which does what `todo` says at the moment."""

    server: Server
    handler: Any
    todo: list[Callable[[], Any]]


@cache
def _raising_app(framework: str, contract: Contract, **words: Any) -> App:
    todo: list[Callable[[], Any]] = []
    make, interface = BUILDERS[framework]
    return App(Server(framework, make, interface, {}), make(todo, contract, **words), todo)


def _starlette(todo: list[Any], contract: Contract, **words: Any) -> Any:
    async def view(_: Any) -> Any:
        return PlainTextResponse(str(todo[0]()))

    app = Starlette(routes=[Route("/", view)])
    failwell.starlette.install(app, contract, reraise=False, **words)
    return app


def _fastapi(todo: list[Any], contract: Contract, **words: Any) -> Any:
    app = FastAPI()

    @app.get("/")
    async def view() -> str:
        return str(todo[0]())

    failwell.fastapi.install(app, contract, reraise=False, **words)
    return app


def _litestar(todo: list[Any], contract: Contract, **words: Any) -> Any:
    @litestar.get("/")
    async def view() -> str:
        return str(todo[0]())

    plugin = failwell.litestar.Plugin(contract, reraise=False, **words)
    return litestar.Litestar([view], plugins=[plugin], openapi_config=None)


def _flask(todo: list[Any], contract: Contract, **words: Any) -> Any:
    app = Flask("odd", static_folder=None)
    app.add_url_rule("/", "view", lambda: str(todo[0]()))
    failwell.flask.install(app, contract, reraise=False, **words)
    return app


def _asgi(todo: list[Any], contract: Contract, **words: Any) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        body = str(todo[0]()).encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    return failwell.asgi.wrap(app, contract, reraise=False, **words)


def _wsgi(todo: list[Any], contract: Contract, **words: Any) -> Any:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        body = str(todo[0]()).encode()
        start_response("200 OK", [])
        return [body]

    return failwell.wsgi.wrap(app, contract, **words)


def _django(todo: list[Any], contract: Contract, **words: Any) -> Any:
    class Urls:
        urlpatterns: ClassVar = [path("", lambda request: HttpResponse(str(todo[0]()).encode()))]

    site = make_site(contract, told=words)

    def app(environ: Any, start_response: Any) -> Any:
        with override_settings(ROOT_URLCONF=Urls):
            return site(environ, start_response)

    return app


BUILDERS: dict[str, tuple[Callable[..., Any], str]] = {
    "starlette": (_starlette, "asgi"),
    "fastapi": (_fastapi, "asgi"),
    "litestar": (_litestar, "asgi"),
    "asgi": (_asgi, "asgi"),
    "flask": (_flask, "wsgi"),
    "django": (_django, "wsgi"),
    "wsgi": (_wsgi, "wsgi"),
}


class Kept(logging.Handler):
    """Keeps what is logged, and formats nothing: what cannot be formatted is no failure of the app's."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def times_told(self, error: BaseException) -> int:
        """How often an error was logged: with its traceback, or by name where none can be made of it."""
        name = f"{type(error).__qualname__}, which cannot be shown"
        shown = sum(record.exc_info is not None and record.exc_info[1] is error for record in self.records)
        return shown + sum(name in record.getMessage() for record in self.records)


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Kept:
    handler = Kept()  # in place of all handlers: pytest's own would format, and pass on what fails in it
    monkeypatch.setattr(logging.Logger, "callHandlers", lambda _, record: handler.emit(record))
    return handler


def _cases(names: Iterable[Any]) -> list[Any]:
    """Each case on each framework."""
    return [
        pytest.param(framework, name, id=f"{framework}: {getattr(name, '__name__', name)}")
        for framework in BUILDERS
        for name in names
    ]


def _answer_of(app: App, do: Callable[[], Any]) -> Answer:
    app.todo[:] = [do]
    return answer_to(app.server, app.handler, Request())


def _raising(make: Make) -> tuple[Callable[[], Any], BaseException]:
    error = make()

    def fail() -> Any:
        raise error

    return fail, error


def check_odd(answer: Answer, status: int, code: str) -> None:
    """A safe answer, whatever was raised."""
    assert answer.error is None
    assert answer.status == status
    assert len(answer.values("x-request-id")) == 1
    assert answer.values("content-type") == [OWN]
    assert answer.values("content-length") == [str(len(answer.body))]
    assert len(answer.values("cache-control")) == 1
    assert len(answer.values("vary")) <= 1
    assert not any(UNSAFE.search(name + value) for name, value in answer.headers)
    assert not answer.values("set-cookie")
    assert not answer.values("transfer-encoding")
    document = json.loads(answer.body)
    assert (document["code"], document["status"]) == (code, status)
    assert document["request_id"] == answer.values("x-request-id")[0]
    assert SECRET not in answer.body.decode() + str(answer.headers)
    assert current_exchange.get() is None


on_every_framework = pytest.mark.parametrize("framework", BUILDERS)


@pytest.mark.parametrize(("framework", "name"), _cases(UNFORESEEN))
def test_whatever_nobody_foresaw_is_internal_and_its_traceback_logged_once(
    framework: str, name: str, kept: Kept
) -> None:
    fail, error = _raising(UNFORESEEN[name])
    check_odd(_answer_of(_raising_app(framework, odd_contract), fail), 500, "internal")
    assert kept.times_told(error) == 1


@pytest.mark.parametrize(("framework", "name"), _cases(FORESEEN))
def test_a_problem_is_answered_whatever_it_holds(framework: str, name: str, kept: Kept) -> None:
    fail, error = _raising(FORESEEN[name])
    check_odd(_answer_of(_raising_app(framework, odd_contract), fail), 409, "holder")
    assert kept.times_told(error) == 0


BASES: dict[str, Make] = {
    "KeyboardInterrupt": KeyboardInterrupt,
    "SystemExit": lambda: SystemExit(3),
    "GeneratorExit": GeneratorExit,
    "CancelledError": asyncio.CancelledError,
    "a group of them": lambda: BaseExceptionGroup("g", [KeyboardInterrupt(), Holder(held="x")]),
}


@pytest.mark.parametrize(("framework", "name"), _cases(BASES))
def test_what_ends_the_process_or_the_task_passes_untouched(framework: str, name: str, kept: Kept) -> None:
    app = _raising_app(framework, odd_contract)
    fail, error = _raising(BASES[name])
    app.todo[:] = [fail]
    raised: BaseException | None = None
    sent: list[Any] = []
    try:
        if app.server.interface == "wsgi":
            app.handler(environ_of(Request()), lambda *head: sent.append(head))
        else:
            call = app.handler(scope_of(Request()), None, sent.append)
            call.send(None)  # no loop: it would end by such an error
    except BaseException as passed:  # noqa: BLE001 - it is what the test asks for
        raised = passed
    assert raised is error
    assert sent == kept.records == []
    assert current_exchange.get() is None


# ------------------------------------------------------------------ what fails while a failure is told


def _fails(*_: object) -> Any:
    raise LookupError(SECRET)


def _makes_none(*_: object) -> Any:
    return None


def _makes_text(*_: object) -> Any:
    return SECRET


def _makes_foreign(*_: object) -> Any:
    return OutOfStock(SECRET, article=SECRET, left=0)


def _makes_unsendable(*_: object) -> Any:
    return "req_\r\nSet-Cookie: a=\u0416"


@pytest.mark.parametrize(("framework", "translate"), _cases([_fails, _makes_text, _makes_foreign]))
def test_a_translate_that_fails_does_not_hide_the_first_failure(
    framework: str, translate: Any, kept: Kept
) -> None:
    fail, error = _raising(lambda: RuntimeError(SECRET))
    app = _raising_app(framework, odd_contract, translate=translate)
    check_odd(_answer_of(app, fail), 500, "internal")
    assert kept.times_told(error) == 1


def _meaning(error: Exception) -> Problem | None:
    return Holder(held="x") if isinstance(error, Frozen) else None


@pytest.mark.parametrize(("framework", "kind"), _cases([Frozen]))
def test_an_error_that_cannot_be_altered_can_be_translated(
    framework: str, kind: type[Exception], kept: Kept
) -> None:
    fail, _ = _raising(kind)
    check_odd(_answer_of(_raising_app(framework, odd_contract, translate=_meaning), fail), 409, "holder")
    assert [record for record in kept.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize(("framework", "make_request_id"), _cases([_fails, _makes_none, _makes_unsendable]))
def test_a_request_id_that_cannot_be_made_does_not_break_the_answer(
    framework: str, make_request_id: Any, kept: Kept
) -> None:
    app = _raising_app(framework, odd_contract, make_request_id=make_request_id)
    fail, _ = _raising(lambda: Holder(held="x"))
    check_odd(_answer_of(app, fail), 409, "holder")


@pytest.mark.parametrize(
    ("framework", "validation"), _cases([_fails, _makes_none, _makes_text, _makes_foreign])
)
def test_a_validation_policy_that_fails_is_internal(framework: str, validation: Any, kept: Kept) -> None:
    careless = Contract(odd, dialect=dialects.PROBLEM, validation=validation)

    def fail() -> Any:
        raise careless.invalid_input(())

    check_odd(_answer_of(_raising_app(framework, careless), fail), 500, "internal")
    assert len([record for record in kept.records if record.exc_info]) == 1


LIMITS = {
    "a line break": LimitState(name="a\r\nb: c", limit=1, window=1.0, remaining=1, reset=1.0),
    "Cyrillic": LimitState(name="\u0416", limit=1, window=1.0, remaining=1, reset=1.0),
    "infinite": LimitState(name="a", limit=1, window=float("inf"), remaining=1, reset=float("inf")),
    "not a number": LimitState(name="a", limit=1, window=float("nan"), remaining=0, reset=1.0),
}


@pytest.mark.parametrize(("framework", "name"), _cases(LIMITS))
def test_a_limit_that_cannot_be_shown_does_not_break_the_answer(
    framework: str, name: str, kept: Kept
) -> None:
    def do() -> str:
        exchange = current_exchange.get()
        assert exchange is not None
        exchange.keep_limits([LIMITS[name]])
        return "done"

    answer = _answer_of(_raising_app(framework, odd_contract), do)
    assert (answer.status, answer.error) == (200, None)
    assert b"done" in answer.body
    assert not any(UNSAFE.search(key + value) for key, value in answer.headers)


@on_every_framework
def test_a_class_raised_without_its_members_is_internal(framework: str, kept: Kept) -> None:
    def fail() -> Any:
        raise Holder  # type: ignore[call-arg]

    check_odd(_answer_of(_raising_app(framework, odd_contract), fail), 500, "internal")
    assert [record.exc_info[0] for record in kept.records if record.exc_info] == [TypeError]


@on_every_framework
def test_an_instance_can_be_raised_again_and_again(framework: str, kept: Kept) -> None:
    fail, error = _raising(lambda: Holder(held="x"))
    app = _raising_app(framework, odd_contract)
    answers = [_answer_of(app, fail) for _ in range(3)]
    for answer in answers:
        check_odd(answer, 409, "holder")
    assert len({tuple(answer.values("x-request-id")) for answer in answers}) == 3
    assert error.__traceback__ is None
