"""What one app answers, held against its contract and its operations."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any

from failwell.contract import Contract, UnknownProblem
from failwell.declare import Problem, Standard
from failwell.edge.witness import Sighting, Site
from failwell.finding import Finding, Severity
from failwell.headers import find
from failwell.operations import Operation
from failwell.publish.openapi.routes import METHODS, plain_path
from failwell.testing.examination import Fault, examine

_PARAMETER = re.compile(r"\{[^{}]*\}")
_ANYWHERE: tuple[Standard, ...] = ("internal", 400, 405, 406, 413, 415)
"""Conditions that any operation can meet before its handler has a say: nobody declares them."""

_WBITS = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}


class Operations:
    """An app's operations, to be found by the method and path of a request."""

    def __init__(self, listed: Iterable[Operation]) -> None:
        self.listed = tuple(listed)
        # Where several fit, frameworks prefer the path with the fewest parameters, or the first.
        in_order = sorted(self.listed, key=lambda one: len(_PARAMETER.findall(plain_path(one.path))))
        self._patterns = [(_pattern(one.path, "[^/]+"), _pattern(one.path, ".+"), one) for one in in_order]

    def at(self, method: str, path: str) -> Operation | None:
        """The operation that answers a request; None if there is none."""
        methods = (method, "GET") if method == "HEAD" else (method,)
        path = path.rstrip("/") or "/"
        for place in (0, 1):  # a parameter may hold a path, where no other operation fits
            for *patterns, operation in self._patterns:
                if operation.method in methods and patterns[place].fullmatch(path):
                    return operation
        return None


def _pattern(template: str, part: str) -> re.Pattern[str]:
    path = plain_path(template).rstrip("/") or "/"
    return re.compile(part.join(map(re.escape, _PARAMETER.split(path))))


class Watched:
    """An app that is watched: each of its responses from 400 on is held against its contract."""

    def __init__(self, site: Site) -> None:
        self.contract = site.contract
        self._site = site

    @cached_property
    def operations(self) -> Operations:
        """The app's operations, listed when the first response is looked at: by then all are there."""
        make: Callable[[], Iterable[Operation]] | None = self._site.operations
        return Operations(() if make is None else make())

    @cached_property
    def _documented(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """The codes that the app's OpenAPI document lists, by method and nameless path."""
        make: Callable[[], Mapping[str, Any]] | None = self._site.document
        return {} if make is None else dict(_codes(make(), self.contract.dialect.media_type))

    def operation(self, sighting: Sighting) -> Operation | None:
        """The operation that answered; None if it was none: no such path, or no such method."""
        return self.operations.at(sighting.method, sighting.path) if sighting.is_routed else None

    def look(self, sighting: Sighting) -> tuple[type[Problem] | None, list[Finding]]:
        """The problem type that a response is of, if it is one, and all that is wrong with the response."""
        operation = self.operation(sighting)
        if sighting.body is None or sighting.method == "HEAD" or _is_preflight(sighting, operation):
            return None, []
        body = _plain_body(sighting)
        if body is None:
            return None, []
        if sighting.status < 400:
            return self._redirected(sighting), []
        problem, faults = examine(self.contract, sighting.status, sighting.headers, body)
        found = [self._finding(one, sighting, operation, problem) for one in faults]
        if problem is None or any(fault.rule == "not-a-problem" for fault in faults):
            return None, found
        kind = None if problem.code not in self.contract.catalog else type(problem)
        if operation is not None:
            fault = self._undeclared(problem, operation)
            if fault is not None:
                found.append(self._finding(fault, sighting, operation, problem))
        return kind, found

    def _redirected(self, sighting: Sighting) -> type[Problem] | None:
        """The problem type that a redirection delivers; None if it is any other."""
        problem = self.contract.parse(sighting.status, sighting.headers, b"")
        return type(problem) if problem.code in self.contract.catalog else None

    def _undeclared(self, problem: Problem, operation: Operation) -> Fault | None:
        if type(problem) in operation.problems or self._may_be_anywhere(problem):
            return None
        if problem.code in self._documented.get((operation.method, _nameless(operation.path)), ()):
            return None
        handler = operation.name or f"the handler of {operation.method} {operation.path}"
        if isinstance(problem, UnknownProblem):
            return Fault(
                "undeclared",
                f"answered with the bare status {problem.status}, which it does not declare",
                f"declare a type for it (standard={problem.status}), and add it to @raises on {handler}",
            )
        return Fault(
            "undeclared",
            f"answered {problem.status} {problem.code}, which it does not declare",
            f"add @raises({type(problem).__name__}) to {handler}, or do not let it leave there",
        )

    def _may_be_anywhere(self, problem: Problem) -> bool:
        standing = (self.contract.problem_for(condition) for condition in _ANYWHERE)
        return any(one.code == problem.code for one in standing)

    def _finding(
        self, fault: Fault, sighting: Sighting, operation: Operation | None, problem: Problem | None
    ) -> Finding:
        path = operation.path if operation is not None else sighting.path
        code = problem.code if problem is not None else ""
        told = fault.message
        if fault.rule != "undeclared":
            told = f"answered {sighting.status}{f' {code}' if code != 'not_a_problem' else ''}, and {told}"
        return Finding(
            rule=fault.rule,
            severity=Severity.ERROR,
            subject=f"{sighting.method} {path}",
            message=told,
            remedy=fault.remedy,
            arguments={"catalog": self.contract.catalog.name, "status": sighting.status, "code": code},
        )


def _is_preflight(sighting: Sighting, operation: Operation | None) -> bool:
    """Whether browsers ask for it and nobody else: CORS middleware answers, in plain text if it refuses."""
    return sighting.method == "OPTIONS" and operation is None


def _plain_body(sighting: Sighting) -> bytes | None:
    """The body without its content coding; None for a coding that cannot be read here."""
    coding = (find(sighting.headers, "content-encoding") or "identity").strip().lower()
    if coding == "identity":
        return sighting.body
    with suppress(KeyError, zlib.error):
        return zlib.decompress(sighting.body or b"", _WBITS[coding])
    return None


def _codes(document: Mapping[str, Any], media_type: str) -> Iterator[tuple[tuple[str, str], frozenset[str]]]:
    """The codes of each operation, as `failwell.publish.openapi` names the examples of its responses."""
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            responses = item.get(method, {}).get("responses", {}).values()
            listed = (one.get("content", {}).get(media_type, {}).get("examples", {}) for one in responses)
            yield (method.upper(), _nameless(path)), frozenset(code for codes in listed for code in codes)


def _nameless(path: str) -> str:
    return _PARAMETER.sub("{}", plain_path(path))


def expected_codes(contract: Contract) -> tuple[str, ...]:
    """The codes that tests should provoke: the API's own, but for drafts and tombstones."""
    return tuple(
        code
        for code, record in contract.catalog.own.items()
        if record.lifecycle.stage not in ("draft", "removed")
    )
