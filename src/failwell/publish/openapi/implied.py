"""What an operation can answer without saying so, by what it has: one table.

No response of a path that does not exist is here, nor of a method that a path does not have: those are no
operations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from failwell.contract import Contract
from failwell.declare import Problem, Standard
from failwell.publish.openapi.components import Json, Tree
from failwell.publish.openapi.routes import Route
from failwell.typing import InputFailure, Place

Answer = tuple[type[Problem], int]
"""A problem type, and the status that it comes with."""

_NARROWING = frozenset({"enum", "const", "format", "pattern", "maxLength"})


class _Row(NamedTuple):
    condition: Standard
    holds: Callable[[Route], bool]


def _always(_: Route) -> bool:
    return True


def _has_body(route: Route) -> bool:
    return "requestBody" in route.operation


def _is_secured(route: Route) -> bool:
    return any(route.security)  # an empty requirement says that none is needed


IMPLIED = (
    _Row("internal", _always),  # a failure that nobody foresaw
    _Row(400, _has_body),  # one that is broken, for instance no JSON
    _Row(401, _is_secured),  # credentials that are missing or not valid
    _Row(413, _has_body),  # one that is too large
    _Row(415, _has_body),  # one of another media type
)
"""The standard conditions that operations can meet. Those for which the catalog has no type are left out."""


def implied_answers(contract: Contract, route: Route, tree: Tree) -> Iterator[Answer]:
    """The answers of `IMPLIED`, and those to invalid input, where an operation has input that can be so."""
    for row in IMPLIED:
        answer = standing_answer(contract, row.condition) if row.holds(route) else None
        if answer is not None:
            yield answer
    for place in _fallible_places(route, tree):
        failure = InputFailure(pointer="/name", place=place, code="missing", detail="is required")
        problem = contract.invalid_input((failure,))
        if contract.catalog.find(problem.code) is type(problem):
            yield type(problem), problem.status


def standing_answer(contract: Contract, condition: Standard) -> Answer | None:
    """The type that stands for a condition, with its status; None if the catalog has none."""
    cls = contract.catalog.standing_for(condition)
    return None if cls is None else (cls, contract.problem_for(condition).status)


def _fallible_places(route: Route, tree: Tree) -> Iterator[Place]:
    """Where a request to the operation can be invalid: its body, and parameters that not every text fits."""
    if _has_body(route):
        yield "body"
    listed = map(tree.look_up, (*route.item.get("parameters", ()), *route.operation.get("parameters", ())))
    parameters = {(p.get("in"), p.get("name")): p for p in listed}.values()  # an operation's own win
    for place in ("query", "path", "header", "cookie"):
        if any(p.get("in") == place and _can_be_invalid(p, tree) for p in parameters):
            yield place


def _can_be_invalid(parameter: Json, tree: Tree) -> bool:
    is_in_path = parameter["in"] == "path"
    if parameter.get("required") and not is_in_path:
        return True  # it can be missing
    least = 1 if is_in_path else 0  # a path with an empty part is another path
    return not any(_takes_any_text(option, least) for option in tree.options(parameter.get("schema")))


def _takes_any_text(schema: Json, least: int) -> bool:
    """Whether every text of at least so many characters fits."""
    kinds = schema.get("type", ())
    is_text = "string" in ([kinds] if isinstance(kinds, str) else kinds)
    return is_text and not schema.keys() & _NARROWING and schema.get("minLength", 0) <= least
