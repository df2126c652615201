"""The mock: answers with any problem of a catalog, exactly as the API would."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from failwell.contract import Contract, Rendered
from failwell.declare import Problem, Stage
from failwell.declare.template import Template
from failwell.exceptions import DeclarationError
from failwell.headers import is_safe_value
from failwell.publish.occurrence import changed
from failwell.publish.reference import near_codes
from failwell.publish.sample import sample_problem, status_of
from failwell.serve.countdown import Countdown
from failwell.serve.prefer import preference
from failwell.serve.request import Request
from failwell.serve.site import Site
from failwell.typing import Headers
from failwell.wire.dialects import BUILT_IN

_PROBLEM = "problem"
_NOTHING: Headers = ()
_ASKED_METHOD = "access-control-request-method"
_RETRY_AFTER = "Retry-After"
_USUAL_WAIT = 30
_MOST_LISTED = 40
_SAFELISTED = frozenset(
    {
        "cache-control",
        "content-language",
        "content-length",
        "content-type",
        "expires",
        "last-modified",
        "pragma",
    }
)


class _Refused(Exception):
    """The request asks for something that there is not: a status of the answer, and its text."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


class Mock:
    """Answers for an API, from its catalog alone. No part of a request's body is read.

    Servers read away what is left of it, so the connection can go on.
    """

    def __init__(self, clock: Callable[[], float], make_request_id: Callable[[], str]) -> None:
        """Takes what makes answers differ.

        Args:
            clock: returns the time in seconds.
            make_request_id: makes request ids.
        """
        self._countdown, self._make_request_id = Countdown(clock), make_request_id

    def answer(self, site: Site, path: str, request: Request) -> Rendered:
        """The response that a request asks for.

        Args:
            site: the catalog.
            path: of the request, below the mock.
            request: the request.
        """
        has_origin = "origin" in request.headers
        if has_origin and request.method == "OPTIONS" and _ASKED_METHOD in request.headers:
            return Rendered(204, _preflight(request), b"")
        contract, name, added = site.contract, path.strip("/"), _NOTHING
        said: Mapping[str, str] = request.query
        if contract.catalog.find(name) is None:
            preferred = preference(request.field("prefer"), _PROBLEM)
            if preferred is not None:  # the query is the API's own then
                name, said = preferred.value, preferred.parameters
                added = (("Preference-Applied", preferred.applied(_PROBLEM)),)
        try:
            contract = _in_dialect(site, said.get("dialect") or request.query.get("dialect", ""))
            problem = self._problem(site, name, said)
        except _Refused as refusal:
            problem, added = contract.problem_for(refusal.status, refusal.detail), _NOTHING
        out = contract.render(
            problem,
            request_id=self._make_request_id(),
            accept=request.field("accept"),
            languages=request.field("accept-language"),
        )
        headers: Headers = (*out.headers, *added, *_harmless(out.headers))
        return Rendered(out.status, (*headers, *_exposed(headers)) if has_origin else headers, out.body)

    def _problem(self, site: Site, name: str, said: Mapping[str, str]) -> Problem:
        cls = site.contract.catalog.find(name)
        if cls is None:
            raise _Refused(404, _how_to_ask(site, name))
        record = cls.problem_type
        if record.lifecycle.stage is Stage.REMOVED:
            instead = record.lifecycle.replaced_by
            raise _Refused(
                404,
                f"The type {record.code} is removed: the API no longer sends it."
                + (f" Ask for {instead} instead." if instead else ""),
            )
        status = _status(cls, said.get("status", ""))
        example = _example(cls, said.get("example", ""), status)
        try:
            problem = sample_problem(cls, status, example)
        except (TypeError, ValueError) as error:
            raise _Refused(500, f"There is no example to answer with: {_first_line(error)}") from None
        return self._counted_down(site, problem, example)

    def _counted_down(self, site: Site, problem: Problem, example: str) -> Problem:
        """The occurrence with the seconds that are left, in its header and in the member that gives them."""
        record = problem.problem_type
        rule = next((rule for rule in record.headers if rule.name.lower() == _RETRY_AFTER.lower()), None)
        if rule is None:
            return problem
        name = Template(rule.template).single_name
        given: Any = vars(problem).get(name) if name else rule.template or _USUAL_WAIT
        seconds = _seconds(given)
        if seconds is None:  # a date, or nothing
            return problem
        left = self._countdown.left((site.place.prefix, record.code, problem.status, example), seconds)
        return (
            changed(problem, {name: type(given)(left)}, ())
            if name
            else changed(problem, {}, ((_RETRY_AFTER, str(left)),))
        )


def _in_dialect(site: Site, name: str) -> Contract:
    if not name:
        return site.contract
    dialect = next((dialect for dialect in BUILT_IN if dialect.name == name), None)
    if dialect is None:
        raise _Refused(
            400, f"There is no such dialect. Ask for one of {', '.join(d.name for d in BUILT_IN)}."
        )
    try:
        return site.in_dialect(dialect)
    except DeclarationError as error:
        raise _Refused(400, f"This catalog cannot be said in the dialect {name}: {error.what}.") from None


def _status(problem: type[Problem], said: str) -> int | None:
    if not said:
        return None
    statuses = problem.problem_type.statuses
    status = next((status for status in statuses if str(status) == said), None)
    if status is None:
        raise _Refused(400, f"{problem.code} does not come with that status. Ask for {_either(statuses)}.")
    return status


def _example(problem: type[Problem], said: str, status: int | None) -> str:
    """The name of an example that there is, and that has the status."""
    record = problem.problem_type
    statuses = {e.name: status_of(e, record) for e in record.examples if e.name}
    if said and said not in statuses:
        others = f"Ask for {_either(statuses)}." if statuses else "It has no named examples."
        raise _Refused(400, f"{problem.code} has no such example. {others}")
    if said and status not in (None, statuses[said]):
        raise _Refused(400, f"The example {said} of {problem.code} comes with {statuses[said]} only.")
    return said


def _how_to_ask(site: Site, name: str) -> str:
    codes = [r.code for r in site.contract.catalog.records.values() if r.lifecycle.stage is not Stage.REMOVED]
    near = near_codes(name, codes)
    listed = [*near, *(code for code in codes if code not in near)]
    more = f" and {len(listed) - _MOST_LISTED} more" if len(listed) > _MOST_LISTED else ""
    missing = "No code was asked for." if not name else "There is no such code."
    return (
        f"{missing} Ask for {site.place.prefix}/mock/CODE, or send `Prefer: problem=CODE`, with one of: "
        f"{', '.join(listed[:_MOST_LISTED])}{more}."
    )


def _either(options: Iterable[object]) -> str:
    return " or ".join(map(str, options))


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _seconds(value: Any) -> int | None:
    """A time to wait as a positive number of seconds; None if it is none."""
    is_text = isinstance(value, str) and value.isascii() and value.isdigit()
    seconds = float(value) if is_text or type(value) in (int, float) else 0.0
    return int(seconds) if 1 <= seconds < 1e9 else None


def _preflight(request: Request) -> Headers:
    """What lets a page from elsewhere send its request (Fetch standard, CORS-preflight request)."""
    method = request.field(_ASKED_METHOD)
    fields = request.field("access-control-request-headers") or "*"
    return (
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Allow-Methods", method if is_safe_value(method) else "*"),
        ("Access-Control-Allow-Headers", fields if is_safe_value(fields) else "*"),
        ("Access-Control-Max-Age", "600"),
    )


def _harmless(headers: Headers) -> Headers:
    """What keeps a catalog whose responses are pages from running scripts where the reference is."""
    types = [value.partition(";")[0].strip() for name, value in headers if name.lower() == "content-type"]
    is_data = all(name.endswith(("/json", "+json")) for name in types)
    return () if is_data else (("Content-Security-Policy", "sandbox"),)


def _exposed(headers: Headers) -> Headers:
    """What lets a page from elsewhere read the response, its header fields included."""
    names = dict.fromkeys(name for name, _ in headers if name.lower() not in _SAFELISTED)
    return (("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", ", ".join(names)))
