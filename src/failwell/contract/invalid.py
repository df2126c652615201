"""Input that failed validation, as a problem of the catalog: no contract needs code for the usual forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from failwell.declare.problem import Problem
from failwell.typing import InputFailure


def _where(failure: InputFailure) -> str:
    return failure.path or failure.place


def _fields(failures: Sequence[InputFailure]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for failure in failures:
        fields.setdefault(_where(failure), failure.detail)
    return fields


FILLED: Mapping[str, Callable[[Sequence[InputFailure]], Any]] = {
    "errors": list,
    "fields": _fields,
    "param": lambda failures: _where(failures[0]) if failures else "body",
}
"""Members that are filled where the type has them, by name: all failures as they are, one message for each
dotted path, the dotted path of the first.
"""


def invalid_problem(cls: type[Problem], failures: Sequence[InputFailure]) -> Problem:
    """The problem of a type for failures. A type with several statuses is sent with 422 if that is one."""
    members = {name: fill(failures) for name, fill in FILLED.items() if name in cls.member_set.known}
    status = 422 if 422 in cls.problem_type.statuses else None
    return cls(detail_of(failures), status=status, **members)


def detail_of(failures: Sequence[InputFailure]) -> str | None:
    """The first failure in words, and how many there are beside it."""
    if not failures:
        return None
    more = f" (and {len(failures) - 1} more)" if len(failures) > 1 else ""
    return f"{_where(failures[0])}: {failures[0].detail}{more}"
