"""The mock: answers with any problem of a catalog, exactly as the API would."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from failwell.contract import Contract, Rendered
from failwell.declare import Problem, Stage
from failwell.declare.template import Template
from failwell.exceptions import DeclarationError
from failwell.headers import is_safe_value
from failwell.publish.occurrence import changed
from failwell.publish.sample import sample_problem
from failwell.serve.countdown import Countdown
from failwell.serve.prefer import Preference, preference
from failwell.serve.search import near_codes
from failwell.serve.site import Site
from failwell.typing import Headers
from failwell.wire.dialects import BUILT_IN

_PROBLEM = "problem"
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


class Ask(NamedTuple):
    """What a request to the mock says.

    Attributes:
        method: its method.
        path: below the mock, without slashes at its ends.
        query: the parameters of its address.
        headers: its header fields, by name in lower case.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


class _Refused(Exception):
    """The request asks for something that there is not: a status of the answer, and its text."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


class Mock:
    """Answers for an API, from its catalog alone. No part of a request's body is read."""

    def __init__(self, clock: Callable[[], float], make_request_id: Callable[[], str]) -> None:
        """Takes what makes answers differ.

        Args:
            clock: returns the time in seconds.
            make_request_id: makes request ids.
        """
        self._countdown, self._make_request_id = Countdown(clock), make_request_id

    def answer(self, site: Site, ask: Ask) -> Rendered:
        """The response that a request asks for."""
        origin = "origin" in ask.headers
        if origin and ask.method == "OPTIONS" and "access-control-request-method" in ask.headers:
            return Rendered(204, _preflight(ask.headers), b"")
        contract = site.contract
        more: Headers = ()
        try:
            preferred = _preferred(site, ask)
            contract = _in_dialect(site, ask.query.get("dialect", ""))
            problem, more = self._problem(site, ask, preferred)
        except _Refused as refusal:
            problem = contract.problem_for(refusal.status, refusal.detail)
        out = contract.render(
            problem,
            request_id=self._make_request_id(),
            accept=ask.headers.get("accept", ""),
            languages=ask.headers.get("accept-language", ""),
        )
        headers: Headers = (*out.headers, *more)
        return Rendered(out.status, (*headers, *_exposed(headers)) if origin else headers, out.body)

    def _problem(self, site: Site, ask: Ask, preferred: Preference | None) -> tuple[Problem, Headers]:
        name = preferred.value if preferred else ask.path
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
        said = {**(preferred.parameters if preferred else {}), **ask.query}
        status = _status(cls, said.get("status", ""))
        example = _example(cls, said.get("example", ""), status)
        try:
            problem = sample_problem(cls, status, example)
        except (TypeError, ValueError) as error:
            raise _Refused(400, f"There is no example to answer with: {_first_line(error)}") from None
        headers = (("Preference-Applied", preferred.applied(_PROBLEM)),) if preferred else ()
        return self._counted_down(site, problem, example), headers

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


def _preferred(site: Site, ask: Ask) -> Preference | None:
    """What `Prefer` asks for, on a path that does not name a code itself."""
    if site.contract.catalog.find(ask.path) is not None:
        return None
    return preference(ask.headers.get("prefer", ""), _PROBLEM)


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
    statuses = {e.name: e.status or record.statuses[0] for e in record.examples if e.name}
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


def _either(options: Any) -> str:
    return " or ".join(map(str, options))


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _seconds(value: object) -> int | None:
    """A time to wait as a positive number of seconds; None if it is none."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    return int(value) if isinstance(value, int | float) and 1 <= value < 1e9 else None


def _preflight(headers: Mapping[str, str]) -> Headers:
    """What lets a page from elsewhere send its request (Fetch standard, CORS-preflight request)."""
    method = headers["access-control-request-method"]
    fields = headers.get("access-control-request-headers", "*")
    return (
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Allow-Methods", method if is_safe_value(method) else "*"),
        ("Access-Control-Allow-Headers", fields if is_safe_value(fields) else "*"),
        ("Access-Control-Max-Age", "600"),
    )


def _exposed(headers: Headers) -> Headers:
    """What lets a page from elsewhere read the response, its header fields included."""
    names = dict.fromkeys(name for name, _ in headers if name.lower() not in _SAFELISTED)
    return (("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", ", ".join(names)))
