"""One call: a client with one version of a contract, a server with another, and what the client sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Thread
from time import monotonic, sleep
from typing import Any, Literal, NamedTuple

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

import failwell.httpx
import failwell.starlette
from failwell import Contract, NotAProblem, Problem, UnknownProblem
from tests.skew.matrix import Occurrence

REQUEST_ID = "req_1"
_FIELDS = ("Retry-After", "Deprecation", "Sunset", "Link")
_PATIENCE = 30.0


class Seen(NamedTuple):
    """What the caller of a client sees.

    `caught` is the `except` clause that took it. Members are by wire name; `fields` are the header fields
    of the response that speak of the problem; `reason` is why it is no problem of the API; `requests` is
    how many requests the server got.
    """

    caught: Literal["declared", "unknown", "no problem"]
    name: str
    code: str
    status: int
    detail: str | None
    title: str
    suggestion: str
    action: str
    retry: str
    retryable: bool
    members: Mapping[str, Any]
    extra: Mapping[str, Any]
    unreadable: Mapping[str, str]
    fields: Mapping[str, str]
    request_id: str | None
    reason: str
    requests: int


class Unsent(NamedTuple):
    """The server cannot raise such a problem; `why` is what became of the attempt."""

    why: str


class Server:
    """An app that raises one problem, and counts how often it was asked."""

    def __init__(self, contract: Contract, problem: Problem) -> None:
        self.requests = 0
        self._problem = problem
        self.app = Starlette(routes=[Route("/orders", self._orders, methods=["POST"])])
        failwell.starlette.install(self.app, contract, make_request_id=lambda: REQUEST_ID, reraise=False)

    async def _orders(self, request: Request) -> None:
        self.requests += 1
        raise self._problem


def raised(contract: Contract, occurrence: Occurrence) -> Problem | Unsent:
    """The problem that a server with this contract raises, unless it cannot."""
    cls = contract.catalog.find(occurrence.code)
    if cls is None:
        return Unsent("its catalog has no such code")
    try:
        return cls(occurrence.detail, status=occurrence.status, **occurrence.members)
    except TypeError:
        return Unsent("raising it is a `TypeError`")


async def call(server: Contract, client: Contract, occurrence: Occurrence) -> Seen | Unsent:
    """Lets a client call a server, in this process."""
    problem = raised(server, occurrence)
    if isinstance(problem, Unsent):
        return problem
    serving = Server(server, problem)
    transport = httpx.ASGITransport(serving.app)
    async with failwell.httpx.AsyncClient(client, transport=transport, base_url="http://shop.test") as http:
        try:
            await http.post("/orders", json={})
        except Problem as error:
            return seen(client, error, serving.requests)
    raise AssertionError("a server that only raises has answered with a success")


def call_over_loopback(server: Contract, client: Contract, occurrence: Occurrence) -> Seen | Unsent:
    """Lets a client call a server over a socket."""
    problem = raised(server, occurrence)
    if isinstance(problem, Unsent):
        return problem
    serving = Server(server, problem)
    with listening(serving.app) as address, failwell.httpx.Client(client, base_url=address) as http:
        try:
            http.post("/orders", json={})
        except Problem as error:
            return seen(client, error, serving.requests)
    raise AssertionError("a server that only raises has answered with a success")


@contextmanager
def listening(app: Starlette) -> Iterator[str]:
    """The app behind uvicorn on a free loopback port."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_config=None, access_log=False, server_header=False
    )
    running = uvicorn.Server(config)
    thread = Thread(target=running.run)
    thread.start()
    deadline = monotonic() + _PATIENCE
    while not running.started:
        assert monotonic() < deadline, "the server has not started"
        sleep(0.01)
    try:
        yield f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    finally:
        running.should_exit = True
        thread.join(_PATIENCE)


def seen(client: Contract, problem: Problem, requests: int = 1) -> Seen:
    """What a caller sees of a problem that a client with this contract has raised."""
    caught, name = _caught(client, problem)
    declared = problem.problem_type.members if caught == "declared" else ()
    given = httpx.Headers([*problem.headers])
    return Seen(
        caught=caught,
        name=name,
        code=problem.code,
        status=problem.status,
        detail=problem.detail,
        title=problem.title,
        suggestion=problem.suggestion,
        action=problem.resolve.action if problem.resolve else "",
        retry=problem.retry.value,
        retryable=problem.retryable,
        members={member.wire_name: getattr(problem, member.name) for member in declared},
        extra=problem.extra,
        unreadable=problem.unreadable,
        fields={name: given[name] for name in _FIELDS if name in given},
        request_id=problem.request_id,
        reason=problem.reason if isinstance(problem, NotAProblem) else "",
        requests=requests,
    )


def _caught(client: Contract, problem: Problem) -> tuple[Literal["declared", "unknown", "no problem"], str]:
    """Which `except` clause takes it. Those of the client's own classes stand first."""
    try:
        raise problem
    except tuple(client.catalog) as error:
        return "declared", type(error).__name__
    except UnknownProblem:
        return "unknown", "UnknownProblem"
    except NotAProblem:
        return "no problem", "NotAProblem"
