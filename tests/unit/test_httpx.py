"""The httpx clients, over real HTTP: a server in a thread answers from a table of responses."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import gzip
import importlib
import socket
import sys
import traceback
import weakref
from collections.abc import AsyncIterator, Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, Literal, cast

import httpx
import pytest

import failwell.httpx
from failwell import Catalog, Contract, NotAProblem, Problem, Redirect, Retry, UnknownProblem, dialects
from failwell.exceptions import MissingExtraError
from failwell.typing import Headers

Kind = Literal["sync", "async"]
Answer = tuple[int, Headers, bytes]
JSON = ("Content-Type", "application/json")
ONE_CONNECTION = httpx.Limits(max_connections=1)

drops = Catalog("drops", base="https://errors.drops.example/")
logins = Catalog("logins", base="https://errors.logins.example/")


class QuotaExceeded(
    Problem,
    catalog=drops,
    code="quota_exceeded",
    status=(413, 403),
    title="Quota exceeded",
    retry=Retry.AFTER_ACTION,
    suggestion="Free up space, or upgrade the plan.",
):
    """A limit of the plan was hit."""

    limit: int
    used: int


class LoginFailed(
    Problem,
    catalog=logins,
    code="login_failed",
    status=401,
    title="The login failed",
    redirect=Redirect("/login?error={code}"),
):
    """The identity provider refused."""


contract = Contract(drops, dialect=dialects.PROBLEM)
redirecting = Contract(logins, dialect=dialects.FLAT)

quota = QuotaExceeded("12 MB do not fit.", limit=10, used=9)
refusal = contract.render(quota, request_id="req_1")
REFUSED: Answer = (refusal.status, refusal.headers, refusal.body)
PUBLISHED: Answer = (200, (JSON,), b'{"id":"drop_1"}')
PAGE = b"<html><head><title>Bad gateway</title></head>" + b"<p>sorry</p>" * 5_000


class Server:
    """What the server answers by path, and what it saw."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.answers: dict[str, Answer] = {
            "/refused": REFUSED,
            "/published": PUBLISHED,
            "/huge": (500, (JSON,), b"..."),
            "/moved": (303, (("Location", "/published"),), b""),
            "/denied": (303, redirecting.render(LoginFailed()).headers, b""),
        }
        self.requests: list[dict[str, str]] = []
        self.bytes_sent = 0
        self.done = Event()

    def answer(self, path: str, headers: dict[str, str]) -> Answer:
        self.requests.append(headers)
        if path == "/digest" and "authorization" not in headers:
            return 401, (("WWW-Authenticate", 'Digest realm="drops", nonce="n", qop="auth"'),), b"{}"
        return self.answers.get(path, PUBLISHED)


def handler_for(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, fields, body = server.answer(self.path, {k.lower(): v for k, v in self.headers.items()})
            self.send_response(status)
            for name, value in fields:
                self.send_header(name, value)
            endless = body == b"..."
            self.send_header("Content-Length", str(50_000_000 if endless else len(body)))
            self.end_headers()
            if endless:
                self.send_much()
            elif self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_POST = do_GET  # noqa: N815 - names of the standard library

        def send_much(self) -> None:
            self.close_connection = True
            with contextlib.suppress(OSError):
                while server.bytes_sent < 50_000_000:
                    server.bytes_sent += self.wfile.write(b"x" * 50_000)
            server.done.set()

        def log_message(self, *_: Any) -> None:
            """Tests print nothing."""

    return Handler


@pytest.fixture
def server() -> Iterator[Server]:
    http = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    told = Server(f"http://127.0.0.1:{http.server_port}")
    http.RequestHandlerClass = handler_for(told)
    thread = Thread(target=http.serve_forever, args=(0.01,))
    thread.start()
    yield told
    http.shutdown()
    thread.join()
    http.server_close()


@pytest.fixture(params=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> Kind:
    return cast("Kind", request.param)


def call(
    kind: Kind, server: Server, *paths: str, method: str = "GET", of: Contract = contract, **options: Any
) -> httpx.Response:
    """Asks for the paths one after the other with one client of either kind; the last response."""
    if kind == "sync":
        with failwell.httpx.Client(of, base_url=server.address, **options) as http:
            return [http.request(method, path) for path in paths][-1]

    async def ask() -> httpx.Response:
        async with failwell.httpx.AsyncClient(of, base_url=server.address, **options) as http:
            return [await http.request(method, path) for path in paths][-1]

    return asyncio.run(ask())


def problem_of(kind: Kind, server: Server, path: str, **options: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        call(kind, server, path, **options)
    return caught.value


# ------------------------------------------------------------------------------------------------ raise


def test_the_servers_exception_is_raised_in_the_client(kind: Kind, server: Server) -> None:
    with pytest.raises(QuotaExceeded) as caught:
        call(kind, server, "/refused", method="POST")
    assert caught.value == quota
    assert (caught.value.limit, caught.value.used, caught.value.request_id) == (10, 9, "req_1")
    assert caught.value.suggestion == "Free up space, or upgrade the plan."


def test_the_problem_has_the_responses_headers_one_by_one(kind: Kind, server: Server) -> None:
    status, headers, body = REFUSED
    server.answers["/refused"] = (status, (*headers, ("Link", "</a>"), ("Link", "</b>")), body)
    links = [v for k, v in problem_of(kind, server, "/refused").headers if k.lower() == "link"]
    assert links == ["</a>", "</b>"]


def test_a_code_that_the_catalog_lacks_is_an_unknown_problem(kind: Kind, server: Server) -> None:
    body = b'{"type":"https://errors.drops.example/too_new","code":"too_new","detail":"New."}'
    server.answers["/new"] = (409, (("Content-Type", "application/problem+json"),), body)
    problem = problem_of(kind, server, "/new")
    assert isinstance(problem, UnknownProblem)
    assert (problem.code, problem.status, problem.detail) == ("too_new", 409, "New.")


def test_a_proxys_page_is_not_a_problem_and_stays_out_of_the_text(kind: Kind, server: Server) -> None:
    server.answers["/page"] = (502, (("Content-Type", "text/html"), ("Server", "nginx")), PAGE)
    problem = problem_of(kind, server, "/page")
    assert isinstance(problem, NotAProblem)
    assert (problem.status, problem.media_type, problem.size) == (502, "text/html", len(PAGE))
    assert "Bad gateway" in str(problem)
    assert "sorry" not in str(problem)


def test_a_head_request_has_its_status_only(kind: Kind, server: Server) -> None:
    problem = problem_of(kind, server, "/refused", method="HEAD")
    assert isinstance(problem, NotAProblem)
    assert (problem.status, problem.reason) == (413, "empty")


def test_a_compressed_problem_is_read(kind: Kind, server: Server) -> None:
    status, headers, body = REFUSED
    server.answers["/refused"] = (status, (*headers, ("Content-Encoding", "gzip")), gzip.compress(body))
    assert problem_of(kind, server, "/refused") == quota


@pytest.mark.parametrize("status", [400, 599, 999])
def test_every_status_from_400_on_is_a_problem(kind: Kind, server: Server, status: int) -> None:
    server.answers["/odd"] = (status, (JSON,), b"{}")
    assert problem_of(kind, server, "/odd").status == status


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        ((("Content-Encoding", "gzip"),), b"not compressed"),
        ((("X-Raw", "caf\xe9"),), b"{}"),
        ((), b"[" * 100_000),
        ((), b'{"code": NaN}'),
        ((), b'{"code": "\\ud800"}'),
        ((), b"\xff\xfe"),
    ],
    ids=["broken compression", "Latin-1 header", "deep", "NaN", "lone surrogate", "not UTF-8"],
)
def test_hostile_answers_are_not_problems(kind: Kind, server: Server, fields: Headers, body: bytes) -> None:
    server.answers["/hostile"] = (500, (JSON, *fields), body)
    problem = problem_of(kind, server, "/hostile")
    assert isinstance(problem, NotAProblem)
    assert problem.status == 500
    assert len(str(problem)) <= 200


def test_of_a_huge_body_only_the_start_is_read(kind: Kind, server: Server) -> None:
    problem = problem_of(kind, server, "/huge")
    assert isinstance(problem, NotAProblem)
    assert problem.reason == "too large to be a problem"
    assert problem.size == (1 << 20) + 1
    assert server.done.wait(30)
    assert server.bytes_sent < 50_000_000  # what the sockets hold is gone, but not all


def test_an_auth_flow_may_answer_a_challenge_first(kind: Kind, server: Server) -> None:
    response = call(kind, server, "/digest", auth=httpx.DigestAuth("ada", "secret"))
    assert response.json() == {"id": "drop_1"}
    assert problem_of(kind, server, "/digest").status == 401


def test_hooks_may_have_read_the_response(server: Server) -> None:
    hooks = {"response": [httpx.Response.read]}
    assert problem_of("sync", server, "/refused", event_hooks=hooks) == quota


# ---------------------------------------------------------------------------------------------- success


def test_a_success_comes_back_as_from_httpx(kind: Kind, server: Server) -> None:
    response = call(kind, server, "/published")
    assert type(response) is httpx.Response
    assert response.json() == {"id": "drop_1"}
    assert response.is_closed
    assert response.elapsed.total_seconds() > 0


def test_streams_raise_free_their_connection_and_leave_successes_unread(
    server: Server,
) -> None:
    with failwell.httpx.Client(contract, base_url=server.address, limits=ONE_CONNECTION, timeout=20) as http:
        for path in ("/refused", "/huge", "/refused"):
            with pytest.raises(Problem), http.stream("GET", path):
                pytest.fail("not raised")
        with http.stream("GET", "/published") as response:
            assert not response.is_stream_consumed
            assert b"".join(response.iter_raw()) == PUBLISHED[2]


def test_asynchronous_streams_do_so_too(server: Server) -> None:
    async def ask() -> bytes:
        async with failwell.httpx.AsyncClient(
            contract, base_url=server.address, limits=ONE_CONNECTION, timeout=20
        ) as http:
            for path in ("/refused", "/huge", "/refused"):
                with pytest.raises(Problem):
                    async with http.stream("GET", path):
                        pytest.fail("not raised")
            async with http.stream("GET", "/published") as response:
                assert not response.is_stream_consumed
                return b"".join([part async for part in response.aiter_raw()])

    assert asyncio.run(ask()) == PUBLISHED[2]


def test_transport_errors_pass_unchanged(kind: Kind) -> None:
    with socket.socket() as unused:  # bound, but nobody listens
        unused.bind(("127.0.0.1", 0))
        nobody = Server(f"http://127.0.0.1:{unused.getsockname()[1]}")
        with pytest.raises(httpx.ConnectError):
            call(kind, nobody, "/published")


class BrokenOff(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body of which only the start arrives."""

    closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield b"{"
        raise httpx.ReadError("gone")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self:
            yield part

    def close(self) -> None:
        self.closed = True

    async def aclose(self) -> None:
        self.closed = True


@pytest.mark.parametrize("status", [200, 500])
def test_a_body_that_breaks_off_is_a_transport_error_and_closes_the_response(
    kind: Kind, server: Server, status: int
) -> None:
    body = BrokenOff()
    transport = httpx.MockTransport(lambda _: httpx.Response(status, stream=body))
    with pytest.raises(httpx.ReadError):
        call(kind, server, "/", transport=transport)
    assert body.closed


# -------------------------------------------------------------------------------------------- redirects


def test_a_redirection_that_delivers_a_problem_is_raised(kind: Kind, server: Server) -> None:
    problem = problem_of(kind, server, "/denied", of=redirecting)
    assert problem == LoginFailed()


@pytest.mark.parametrize("of", [contract, redirecting], ids=["without redirecting types", "with"])
def test_other_redirections_pass(kind: Kind, server: Server, of: Contract) -> None:
    response = call(kind, server, "/moved", of=of)
    assert (response.status_code, response.has_redirect_location) == (303, True)
    assert failwell.httpx.check(of, response) is None


def test_without_redirecting_types_no_redirection_is_a_problem(kind: Kind, server: Server) -> None:
    assert call(kind, server, "/denied").status_code == 303


@pytest.mark.parametrize("path", ["/moved", "/denied"])
def test_where_redirections_are_followed_the_last_response_counts(
    kind: Kind, server: Server, path: str
) -> None:
    response = call(kind, server, path, of=redirecting, follow_redirects=True)
    assert (response.status_code, len(response.history)) == (200, 1)


def test_a_problem_behind_a_redirection_is_raised(kind: Kind, server: Server) -> None:
    server.answers["/moved"] = (307, (("Location", "/refused"),), b"")
    assert problem_of(kind, server, "/moved", follow_redirects=True) == quota


# ---------------------------------------------------------------------------------------------- request


def test_by_default_clients_accept_problems(kind: Kind, server: Server) -> None:
    call(kind, server, "/published")
    assert server.requests[0]["accept"] == "application/json, application/problem+json, */*;q=0.5"


def test_the_dialects_media_type_is_accepted_too(kind: Kind, server: Server) -> None:
    call(kind, server, "/published", of=Contract(drops, dialect=dialects.JSON_API))
    assert "application/vnd.api+json" in server.requests[0]["accept"]


@pytest.mark.parametrize("headers", [{"accept": "text/csv"}, [("Accept", "text/csv")]])
def test_the_callers_accept_counts(kind: Kind, server: Server, headers: Any) -> None:
    call(kind, server, "/published", headers=headers)
    assert server.requests[0]["accept"] == "text/csv"


def test_other_default_headers_of_httpx_stay(kind: Kind, server: Server) -> None:
    call(kind, server, "/published", headers={"X-Team": "blue"})
    assert server.requests[0]["x-team"] == "blue"
    assert server.requests[0]["user-agent"].startswith("python-httpx/")


# ------------------------------------------------------------------------------------------------ check


def test_clients_that_do_not_raise_give_responses_back(kind: Kind, server: Server) -> None:
    response = call(kind, server, "/refused", raise_problems=False)
    assert (response.status_code, response.content) == (413, REFUSED[2])
    assert failwell.httpx.check(contract, response) == quota


@pytest.mark.parametrize("client", [failwell.httpx.Client, failwell.httpx.AsyncClient])
def test_clients_check_by_their_contract(client: Callable[..., Any]) -> None:
    http = client(contract, raise_problems=False)
    match http.check(httpx.Response(413, headers=list(REFUSED[1]), content=REFUSED[2])):
        case QuotaExceeded(limit=limit, used=used):
            assert (limit, used) == (10, 9)
        case other:
            pytest.fail(f"{other!r}")
    assert http.check(httpx.Response(200)) is None


def test_check_takes_a_redirection_that_delivers_a_problem() -> None:
    response = httpx.Response(303, headers={"Location": "/login?error=login_failed"})
    assert failwell.httpx.check(redirecting, response) == LoginFailed()


def test_check_says_that_a_stream_is_to_be_read_first(server: Server) -> None:
    with (
        failwell.httpx.Client(contract, base_url=server.address, raise_problems=False) as http,
        http.stream("GET", "/refused") as response,
    ):
        unread = http.check(response)
        assert isinstance(unread, NotAProblem)
        assert (unread.status, "response.read()" in unread.reason) == (413, True)
        response.read()
        assert http.check(response) == quota


def test_check_takes_headers_in_any_encoding() -> None:
    response = httpx.Response(500, headers=[(b"Server", b"caf\xe9")])
    response.headers.encoding = "ascii"
    problem = failwell.httpx.check(contract, response)
    assert isinstance(problem, NotAProblem)
    assert problem.via == "caf\ufffd"


def test_check_reads_responses_of_httpx2() -> None:
    httpx2: Any = pytest.importorskip("httpx2")
    response = httpx2.Response(413, headers=list(REFUSED[1]), content=REFUSED[2])
    assert failwell.httpx.check(contract, response) == quota


# -------------------------------------------------------------------------------------------- traceback


def test_the_traceback_ends_in_the_adapter_and_has_no_context(kind: Kind, server: Server) -> None:
    problem = problem_of(kind, server, "/refused")
    assert traceback.extract_tb(problem.__traceback__)[-1].filename == failwell.httpx.__file__
    assert problem.__context__ is None


def test_what_the_caller_was_handling_stays_visible(kind: Kind, server: Server) -> None:
    """A failure while reporting a failure never hides the first."""
    first = KeyError("first")
    try:
        raise first
    except KeyError:
        problem = problem_of(kind, server, "/refused")
    assert problem.__context__ is first
    assert not problem.__suppress_context__


def test_a_handled_problem_is_freed_at_once(server: Server) -> None:
    gc.collect()
    gc.disable()
    try:
        with failwell.httpx.Client(contract, base_url=server.address) as http:
            handled = []
            try:
                http.get("/refused")
            except QuotaExceeded as problem:
                handled.append(weakref.ref(problem))
            assert [reference() for reference in handled] == [None]
    finally:
        gc.enable()


def test_without_httpx_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    monkeypatch.delitem(sys.modules, "failwell.httpx")
    with pytest.raises(MissingExtraError, match=r"failwell\[httpx\]"):
        importlib.import_module("failwell.httpx")
