"""The outer seam of WSGI servers, around apps written to the interface itself."""

from __future__ import annotations

import contextvars
import gc
import io
import json
import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.handlers import SimpleHandler
from wsgiref.util import FileWrapper, setup_testing_defaults
from wsgiref.validate import validator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell import Catalog, Contract, Problem, dialects, standard_types
from failwell.edge import CONTRACT, EXCHANGE, Exchange, Replier, current_exchange
from failwell.edge.wsgi import Stamper, status_line
from failwell.typing import LimitState

App = Callable[[Any, Any], Iterable[bytes]]
SECRET = "hunter2-password-42"
LIMITS = (LimitState(name="token", limit=60, window=60.0, remaining=59, reset=0.5),)

shop = Catalog("shop", base="https://errors.shop.example/")
standard_types(shop)


class SoldOut(Problem, catalog=shop, code="sold_out", status=409, title="Sold out"):
    """Nothing is left."""


class SlowDown(Problem, catalog=shop, code="slow_down", status=429, title="Slow down"):
    """Too many requests."""


class Fleeting(Problem, catalog=shop, code="fleeting", status=409, title="Fleeting"):
    """One that nothing keeps."""


contract = Contract(shop, dialect=dialects.PROBLEM, limit_headers="x-ratelimit")


def stamped(app: App, **words: Any) -> Stamper:
    return Stamper(app, Replier(contract, lambda _: None), make_request_id=lambda: "req_1", **words)


class Answer:
    """What a server got from an app, in order."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.status, self.fields, self.body = "", list[tuple[str, str]](), b""
        self.exc_info: Any = None

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        self.events.append("start")
        self.status, self.fields, self.exc_info = status, headers, exc_info
        return self.write

    def write(self, part: bytes) -> None:
        self.events.append("write")
        self.body += part

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.fields if key.lower() == name]

    @property
    def code(self) -> tuple[int, str]:
        document = json.loads(self.body)
        assert self.all("x-request-id") == [document["request_id"]] == ["req_1"]
        assert self.all("content-length") == [str(len(self.body))]
        assert SECRET not in self.body.decode()
        return int(self.status[:3]), document["code"]


def environ_of(**words: Any) -> dict[str, Any]:
    environ: dict[str, Any] = {}
    setup_testing_defaults(environ)
    return {**environ, **words}


def ask(app: App, **words: Any) -> Answer:
    """One request, as a server makes it."""
    answer = Answer()
    parts = app(environ_of(**words), answer.start)
    answer.events.append("returned")
    try:
        for part in parts:
            answer.events.append("part")
            answer.body += part
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
            answer.events.append("closed")
    return answer


def saying(body: Iterable[bytes] = (b"fine",), status: str = "200 OK", **fields: str) -> App:
    """An app that answers."""
    headers = [(name.replace("_", "-"), value) for name, value in fields.items()]

    def app(_: Any, start: Any) -> Iterable[bytes]:
        start(status, [("Content-Type", "text/plain"), *headers])
        return body

    return app


def raising(error: Exception) -> App:
    def app(_: Any, __: Any) -> Iterable[bytes]:
        raise error

    return app


class Parts:
    """A body that fails after some parts, and knows whether it was closed."""

    def __init__(
        self, *parts: bytes, error: Exception | None = None, closing: Exception | None = None
    ) -> None:
        self.left, self.error, self.closing = list(parts), error, closing
        self.seen: list[Exchange | None] = []
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        self.seen.append(current_exchange.get())
        if self.left:
            return self.left.pop(0)
        if self.error is not None:
            raise self.error
        raise StopIteration

    def close(self) -> None:
        self.seen.append(current_exchange.get())
        self.closed += 1
        if self.closing is not None:
            raise self.closing


def test_every_response_has_the_servers_request_id_once() -> None:
    answer = ask(stamped(saying(X_Request_ID="mine")), HTTP_X_REQUEST_ID="theirs")
    assert (answer.status, answer.body) == ("200 OK", b"fine")
    assert answer.all("x-request-id") == ["req_1"]


def test_a_list_goes_through_as_it_is() -> None:
    body = [b"a", b"b"]
    assert stamped(saying(body))(environ_of(), Answer().start) is body


def test_a_file_goes_to_the_server_as_it_is() -> None:
    environ = environ_of(**{"wsgi.file_wrapper": FileWrapper})
    file, answer = FileWrapper(io.BytesIO(b"file")), Answer()
    assert stamped(saying(file))(environ, answer.start) is file
    assert answer.all("x-request-id") == ["req_1"]


def test_a_response_object_that_is_sent_again_is_not_changed() -> None:
    headers = [("Content-Type", "text/plain")]

    def app(_: Any, start: Any) -> Iterable[bytes]:
        start("200 OK", headers)
        return (b"",)

    for _ in range(2):
        assert ask(stamped(app)).all("x-request-id") == ["req_1"]
    assert headers == [("Content-Type", "text/plain")]


@pytest.mark.parametrize("status", ["200 OK", "204 No Content", "304 Not Modified", "429 Too Many"])
def test_limits_are_shown_where_they_say_something(status: str) -> None:
    def app(environ: Any, start: Any) -> Iterable[bytes]:
        environ[EXCHANGE].keep_limits(LIMITS)
        return saying(status=status)(environ, start)

    assert ask(stamped(app)).all("x-ratelimit-limit") == ["60"]


def test_limits_are_not_shown_on_other_responses() -> None:
    def app(environ: Any, start: Any) -> Iterable[bytes]:
        environ[EXCHANGE].keep_limits(LIMITS)
        return saying(status="404 Not Found")(environ, start)

    assert ask(stamped(app)).all("x-ratelimit-limit") == []


def test_a_problem_that_says_slow_down_shows_the_limits() -> None:
    def app(environ: Any, _: Any) -> Iterable[bytes]:
        environ[EXCHANGE].keep_limits(LIMITS)
        raise SlowDown

    answer = ask(stamped(app))
    assert (answer.code, answer.all("x-ratelimit-limit")) == ((429, "slow_down"), ["60"])


def test_a_raised_problem_is_answered_and_no_server_is_told(caplog: pytest.LogCaptureFixture) -> None:
    answer = ask(stamped(raising(SoldOut())))
    assert (answer.code, answer.status) == ((409, "sold_out"), "409 Conflict")
    assert answer.all("content-type") == ["application/problem+json"]
    assert answer.all("cache-control") == ["no-store"]
    assert (answer.exc_info, caplog.records) == (None, [])


def test_an_unhandled_error_is_answered_and_logged_and_test_clients_may_raise_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    error = RuntimeError(SECRET)
    answer = ask(stamped(raising(error)))
    assert answer.code == (500, "internal")
    assert answer.exc_info[1] is error
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("failwell", logging.ERROR)
    assert "req_1" in record.getMessage()


@pytest.mark.parametrize("reraises", [True, False])
def test_an_adapter_decides_whether_unhandled_errors_go_on(
    caplog: pytest.LogCaptureFixture, *, reraises: bool
) -> None:
    error = RuntimeError(SECRET)
    app = stamped(raising(error), reraises=lambda: reraises)
    if not reraises:
        answer = ask(app)
        assert (answer.code, answer.exc_info, len(caplog.records)) == ((500, "internal"), None, 1)
        return
    with pytest.raises(RuntimeError) as caught:
        ask(app)
    assert (caught.value.__notes__, caplog.records) == (["Request id: req_1"], [])
    assert ask(stamped(raising(SoldOut()), reraises=lambda: True)).code == (409, "sold_out")


def test_a_note_that_an_adapter_made_is_not_made_again() -> None:
    error = RuntimeError()
    error.add_note("Request id: req_1")
    with pytest.raises(RuntimeError):
        ask(stamped(raising(error), reraises=lambda: True))
    assert error.__notes__ == ["Request id: req_1"]


def test_a_body_that_is_left_when_an_error_goes_on_is_closed() -> None:
    parts = Parts(error=RuntimeError())
    with pytest.raises(RuntimeError):
        ask(stamped(saying(parts), reraises=lambda: True))
    assert parts.closed == 1


@pytest.mark.parametrize("before", [(), (b"",), (b"", b"")])
def test_an_error_before_the_first_bytes_is_answered(before: tuple[bytes, ...]) -> None:
    parts = Parts(*before, error=SoldOut())
    answer = ask(stamped(saying(parts)))
    assert answer.code == (409, "sold_out")
    assert answer.events == ["start", "returned", "part", "closed"]
    assert parts.closed == 1


def test_an_error_after_start_response_keeps_what_middleware_set_and_nothing_of_the_content() -> None:
    app = saying(
        Parts(error=SoldOut()),
        Access_Control_Allow_Origin="*",
        Cache_Control="public, max-age=60",
        Content_Disposition="attachment",
        Content_Encoding="gzip",
        Content_Length="5",
        ETag='"stale"',
        Last_Modified="Sat, 01 Aug 2026 00:00:00 GMT",
        Location="/elsewhere",
        Set_Cookie="seen=1",
        Vary="Origin",
    )
    answer = ask(stamped(app))
    assert answer.code == (409, "sold_out")
    assert answer.all("cache-control") == ["no-store"]
    kept = {name for name, _ in answer.fields}
    assert kept == {
        *("Content-Type", "Content-Length", "Cache-Control", "X-Request-Id"),
        *("Access-Control-Allow-Origin", "Set-Cookie", "Vary"),
    }


@pytest.mark.parametrize("error", [SoldOut(), RuntimeError(SECRET)])
def test_an_error_after_the_first_bytes_breaks_off_with_the_request_id(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    parts, answer = Parts(b"first", error=error), Answer()
    body = iter(stamped(saying(parts))(environ_of(), answer.start))
    assert next(body) == b"first"
    with pytest.raises(type(error)) as caught:
        next(body)
    assert caught.value is error
    assert error.__notes__ == ["Request id: req_1"]
    assert (answer.events, caplog.records) == (["start"], [])  # the server logs it, once


def test_an_app_may_begin_when_its_first_part_is_asked_for() -> None:
    def app(_: Any, start: Any) -> Iterator[bytes]:
        start("201 Created", [("Content-Type", "text/plain")])
        yield b"made"

    answer = ask(stamped(app))
    assert (answer.status, answer.body, answer.all("x-request-id")) == ("201 Created", b"made", ["req_1"])


def test_an_app_may_write() -> None:
    def app(_: Any, start: Any) -> Iterable[bytes]:
        write = start("200 OK", [("Content-Type", "text/plain")])
        write(b"one ")
        write(b"two ")
        return [b"three"]

    answer = ask(stamped(app))
    assert answer.body == b"one two three"
    assert answer.events == ["start", "write", "write", "returned", "part"]


def test_an_error_after_a_write_breaks_off() -> None:
    def app(_: Any, start: Any) -> Iterable[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])(b"one")
        raise SoldOut

    with pytest.raises(SoldOut) as caught:
        ask(stamped(app))
    assert caught.value.__notes__ == ["Request id: req_1"]


def test_an_app_may_change_its_mind_before_the_first_bytes() -> None:
    def app(_: Any, start: Any) -> Iterable[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        error = RuntimeError()
        start("503 Service Unavailable", [("Content-Type", "text/plain")], (RuntimeError, error, None))
        return (b"closed",)

    answer = ask(stamped(app))
    assert (answer.status, answer.events[0], answer.all("x-request-id")) == (
        "503 Service Unavailable",
        "start",
        ["req_1"],
    )
    assert answer.exc_info[0] is RuntimeError


def test_an_app_that_changes_its_mind_too_late_gets_the_servers_refusal() -> None:
    def app(_: Any, start: Any) -> Iterator[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        yield b"first"
        try:
            raise RuntimeError(SECRET)  # noqa: TRY301
        except RuntimeError as error:
            start("500 Oops", [("Content-Type", "text/plain")], (RuntimeError, error, error.__traceback__))
            yield b"never"

    out, log = io.BytesIO(), io.StringIO()
    SimpleHandler(io.BytesIO(), out, log, environ_of()).run(stamped(app))
    assert b"first" in out.getvalue()
    assert b"never" not in out.getvalue()
    assert log.getvalue().count("Traceback") == 1
    assert "Request id: req_1" in log.getvalue()


@pytest.mark.parametrize("app", [raising(SoldOut()), saying(Parts(error=SoldOut()))])
def test_head_gets_the_head_only(app: App) -> None:
    answer = ask(stamped(app), REQUEST_METHOD="HEAD")
    assert (answer.status, answer.body) == ("409 Conflict", b"")
    assert int(answer.all("content-length")[0]) > 50


def test_the_current_exchange_is_set_whenever_the_app_runs_and_only_then() -> None:
    first, second, answers = Parts(b"a", b"b"), Parts(b"c", b"d"), [Answer(), Answer()]
    bodies = [
        stamped(saying(parts))(environ_of(), answer.start)
        for parts, answer in zip((first, second), answers, strict=True)
    ]
    assert current_exchange.get() is None
    for body in bodies:
        assert list(body)
        assert current_exchange.get() is None
    for body in bodies:
        body.close()  # type: ignore[attr-defined]
    exchanges = [set(map(id, parts.seen)) for parts in (first, second)]
    assert [len(one) for one in exchanges] == [1, 1]
    assert exchanges[0] != exchanges[1]
    assert None not in first.seen


def test_a_body_may_be_read_in_another_context() -> None:
    parts = Parts(b"a", b"b")
    body = stamped(saying(parts))(environ_of(), Answer().start)
    assert contextvars.copy_context().run(list, body) == [b"a", b"b"]
    assert None not in parts.seen


@pytest.mark.parametrize("app", [saying(), raising(SoldOut()), raising(RuntimeError()), saying(Parts(b"a"))])
def test_nothing_of_the_exchange_is_left(app: App) -> None:
    ask(stamped(app))
    assert current_exchange.get() is None


def test_a_client_that_leaves_has_the_body_closed_once() -> None:
    parts = Parts(b"a", b"b", b"c")
    body: Any = stamped(saying(parts))(environ_of(), Answer().start)
    next(iter(body))
    body.close()
    assert parts.closed == 1


def test_an_error_while_closing_has_the_request_id() -> None:
    error = RuntimeError()
    with pytest.raises(RuntimeError):
        ask(stamped(saying(Parts(b"a", closing=error))))
    assert error.__notes__ == ["Request id: req_1"]


@pytest.mark.parametrize("error", [StopIteration(), ConnectionError()])
def test_an_app_may_take_the_connection_over_for_a_websocket(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """Extensions say so to gunicorn and to Werkzeug's server by raising; nothing may be written then."""
    answer = Answer()
    with pytest.raises(type(error)):
        stamped(raising(error))(environ_of(HTTP_UPGRADE="WebSocket"), answer.start)
    assert (answer.events, caplog.records) == ([], [])
    assert ask(stamped(raising(error))).code == (500, "internal")


def test_a_problem_that_was_compressed_inside_says_so() -> None:
    def app(environ: Any, start: Any) -> Iterable[bytes]:
        environ[EXCHANGE].head = [("Cache-Control", "no-store")]
        return saying([b"zipped"], Content_Encoding="gzip", ETag='"stale"')(environ, start)

    answer = ask(stamped(app))
    assert (answer.all("content-encoding"), answer.all("etag")) == (["gzip"], [])
    assert answer.all("cache-control") == ["no-store"]


def test_a_mounted_app_keeps_its_contract_and_shares_the_exchange() -> None:
    other = Contract(Catalog("other", base="https://errors.other.example/"), dialect=dialects.CODED)
    seen: list[Any] = []

    def inner(environ: Any, start: Any) -> Iterable[bytes]:
        seen.extend((environ[CONTRACT], environ[EXCHANGE].request_id))
        return saying()(environ, start)

    mounted = Stamper(inner, Replier(other, lambda _: None), make_request_id=lambda: "req_2")
    answer = ask(stamped(mounted))
    assert seen == [other, "req_1"]
    assert answer.all("x-request-id") == ["req_1"]


def test_the_exchange_knows_what_the_edge_reads() -> None:
    seen: list[Exchange] = []

    def app(environ: Any, start: Any) -> Iterable[bytes]:
        seen.append(environ[EXCHANGE])
        return saying()(environ, start)

    ask(
        stamped(app),
        HTTP_ACCEPT="text/html",
        HTTP_ACCEPT_LANGUAGE="de",
        HTTP_X_REQUEST_ID="theirs",
        HTTP_X_ODD="€",
    )
    (exchange,) = seen
    assert [exchange.field(name) for name in (b"accept", b"accept-language", b"x-request-id")] == [
        "text/html",
        "de",
        "theirs",
    ]


def test_a_field_that_no_server_should_hand_over_does_no_harm() -> None:
    assert ask(stamped(saying()), HTTP_ACCEPT="text/€").status == "200 OK"


@pytest.mark.parametrize(
    "app",
    [
        raising(SoldOut()),
        saying([b"a"]),
        saying(Parts(b"a", b"b")),
        saying(Parts(error=SoldOut())),
        saying(Parts(b"", b"a")),
    ],
)
@pytest.mark.filterwarnings("ignore::wsgiref.validate.WSGIWarning")
def test_both_sides_keep_to_the_interface(app: App) -> None:
    out, log = io.BytesIO(), io.StringIO()
    inside: Any = validator(app)
    SimpleHandler(io.BytesIO(), out, log, environ_of()).run(validator(stamped(inside)))
    assert (log.getvalue(), out.getvalue().count(b"X-Request-Id: req_1")) == ("", 1)


def test_an_answered_error_leaves_no_garbage() -> None:
    def app(_: Any, __: Any) -> Iterable[bytes]:
        raise Fleeting

    ask(stamped(app))
    gc.collect()
    gc.disable()
    try:
        ask(stamped(app))
        ask(stamped(lambda _, start: (start("200 OK", []), Parts(error=Fleeting()))[1]))
        assert [thing for thing in gc.get_objects() if type(thing) is Fleeting] == []
    finally:
        gc.enable()


@given(st.integers(min_value=100, max_value=599))
def test_a_status_line_has_the_status_and_some_words(status: int) -> None:
    number, _, words = status_line(status).partition(" ")
    assert (int(number), words.isascii(), bool(words.strip())) == (status, True, True)


def test_words_for_statuses_that_nobody_registered() -> None:
    assert [status_line(status) for status in (404, 499, 599)] == [
        "404 Not Found",
        "499 Client Error",
        "599 Server Error",
    ]
