"""An API that is not there: an httpx transport with which tests of consumers get any error."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from failwell.contract import Contract
from failwell.declare import Problem
from failwell.exceptions import FailwellError, missing_extra, one_of
from failwell.publish.sample import sample_problem
from failwell.testing.assertions import UnexpectedRequest
from failwell.testing.clock import request_ids

try:
    import httpx
except ModuleNotFoundError as error:
    raise missing_extra("testing", "failwell.testing.transport") from error

_PARAMETER = re.compile(r"\{[^{}]*\}")
_ANY = "*"

Given = Problem | type[Problem] | str
"""A problem, a class that stands for its sample, or a code that does."""

_Answer = Callable[[httpx.Request], httpx.Response]


class Route:
    """What requests to one method and path are answered with, step by step."""

    def __init__(self, api: Transport, method: str, path: str) -> None:
        self._api, self.method, self.path = api, method.upper(), path
        parts = map(re.escape, _PARAMETER.split(path))
        self._pattern = re.compile(".*" if path == _ANY else "[^/]+".join(parts))
        self._steps: list[tuple[_Answer, float]] = []

    def raises(self, problem: Given, *, status: int | None = None, times: int | None = None) -> Route:
        """Answers with a problem, written by the contract as the API would.

        Args:
            problem: an occurrence; a class or a code for its sample, with the example's values.
            status: of a sample, where the type has several statuses.
            times: how many requests, before the next step; by default all that come.

        Raises:
            FailwellError: for a code or a class that the catalog does not have.
        """
        found = self._api.problem(problem, status)
        return self._then(lambda request: self._api.render(found, request), times)

    def responds(self, status: int = 200, *, times: int | None = None, **options: Any) -> Route:
        """Answers with a response that is no problem.

        Args:
            status: the HTTP status.
            times: how many requests, before the next step; by default all that come.
            options: what `httpx.Response` takes: `json=`, `content=`, `headers=` …
        """

        def answer(request: httpx.Request) -> httpx.Response:
            response = httpx.Response(status, request=request, **options)
            response.headers.setdefault(self._api.contract.request_id_header, self._api.make_request_id())
            return response

        return self._then(answer, times)

    def fits(self, request: httpx.Request) -> bool:
        """Whether it is about a request."""
        return self.method in (_ANY, request.method) and bool(self._pattern.fullmatch(request.url.path))

    def next_answer(self) -> _Answer | None:
        """What the next request is answered with; None if there is no step left."""
        if not self._steps:
            return None
        answer, left = self._steps[0]
        self._steps[0] = answer, left - 1
        if left <= 1:
            del self._steps[0]
        return answer

    def _then(self, answer: _Answer, times: int | None) -> Route:
        if times is not None and times < 1:
            raise FailwellError(
                f"times={times} is no number of requests",
                code="bad-times",
                where=str(self),
                hint="give 1 or more, or leave it out for all requests that come",
            )
        if self._steps and self._steps[-1][1] == float("inf"):
            raise FailwellError(
                "the step before this one has no end, so this one would never be reached",
                code="endless-step",
                where=str(self),
                hint="say how often it is answered: .raises(…, times=2)",
            )
        self._steps.append((answer, float("inf") if times is None else times))
        return self

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Transport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers requests in the place of an API, for clients of httpx and of `failwell.httpx`, async or not.

    Attributes:
        contract: the API's.
        requests: those that came, in order, bodies read.
        make_request_id: makes the request ids.
    """

    def __init__(self, contract: Contract, make_request_id: Callable[[], str] | None = None) -> None:
        self.contract, self.make_request_id = contract, make_request_id or request_ids()
        self.requests: list[httpx.Request] = []
        self._routes: list[Route] = []

    def on(self, method: str = _ANY, path: str = _ANY) -> Route:
        """Says what is answered to a method and a path, and what then: `.raises(…, times=2).responds(201)`.

        Of several that fit, the one that was said last counts, until it has no step left.

        Args:
            method: in capitals or not; `*` for any.
            path: with parameters in braces, as `/v1/drops/{id}`; `*` for any. A query does not count.
        """
        route = Route(self, method, path)
        self._routes.insert(0, route)
        return route

    def problem(self, given: Given, status: int | None = None) -> Problem:
        """The occurrence that a problem, a class or a code stands for.

        Raises:
            FailwellError: if the catalog does not have it.
        """
        catalog = self.contract.catalog
        if isinstance(given, str):
            found = catalog.find(given)
            if found is None:
                raise self._unknown(f"the catalog has no code {given!r}", one_of(given, catalog.records))
            given = found
        if isinstance(given, type):
            given = sample_problem(given, status)
        if not self.contract.owns(given):
            name = type(given).__name__
            raise self._unknown(
                f"{name} is not of the catalog {catalog.name!r}", "give a problem of the contract's catalog"
            )
        return given

    def _unknown(self, what: str, hint: str) -> FailwellError:
        return FailwellError(what, code="unknown-problem", where="transport(…)", hint=hint)

    def render(self, problem: Problem, request: httpx.Request) -> httpx.Response:
        """The response with a problem, as the API writes it for this request."""
        out = self.contract.render(
            problem,
            request_id=self.make_request_id(),
            accept=request.headers.get("Accept", ""),
            languages=request.headers.get("Accept-Language", ""),
        )
        body = b"" if request.method == "HEAD" else out.body
        return httpx.Response(out.status, headers=list(out.headers), content=body, request=request)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answers a request of a synchronous client.

        Raises:
            UnexpectedRequest: if nothing was said about it, or all that was said is used up.
        """
        request.read()
        return self._answered(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answers a request of an asynchronous client.

        Raises:
            UnexpectedRequest: if nothing was said about it, or all that was said is used up.
        """
        await request.aread()
        return self._answered(request)

    def _answered(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        fitting = [route for route in self._routes if route.fits(request)]
        for route in fitting:
            answer = route.next_answer()
            if answer is not None:
                return answer(request)
        came = f"{request.method} {request.url.path}"
        known = ", ".join(map(str, reversed(self._routes))) or "nothing"
        raise UnexpectedRequest(
            f"all answers to {came} are used up" if fitting else f"no answer was said for {came}",
            code="unexpected-request",
            where=f"transport({self.contract.catalog.name})",
            hint=f'say one: api.on("{request.method}", "{request.url.path}").responds(200); said was {known}',
        )
