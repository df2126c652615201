"""`@raises` and the operation record: which problems a route can answer with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from failwell.declare.problem import Problem
from failwell.exceptions import DeclarationError

_ATTRIBUTE = "__failwell_raises__"
_Handler = TypeVar("_Handler", bound=Callable[..., Any])


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """A method on a route, and the problem types that it can raise.

    Attributes:
        method: HTTP method in capitals.
        path: the route's template, with parameters in braces: `/v1/drops/{id}`.
        problems: the declared problem types, in order of declaration.
        name: the operation's id.
        summary: one line for documents.
    """

    method: str
    path: str
    problems: tuple[type[Problem], ...] = ()
    name: str = ""
    summary: str = ""


def raises(*problems: type[Problem]) -> Callable[[_Handler], _Handler]:
    """Declares the problems that a handler, a dependency or a class can raise. It may stand several times.

    The handler is returned as it is; adapters read the declaration when they list operations.

    Raises:
        DeclarationError: if something else than a declared problem type is given.
    """
    for problem in problems:
        _check(problem)

    def mark(handler: _Handler) -> _Handler:
        setattr(handler, _ATTRIBUTE, tuple(dict.fromkeys((*problems, *raised_by(handler)))))
        return handler

    return mark


def _check(given: object) -> None:
    if not (isinstance(given, type) and issubclass(given, Problem) and hasattr(given, "problem_type")):
        raise DeclarationError(
            f"{given!r} is not a declared problem type",
            code="raises-no-problem",
            where="@raises",
            hint="give the classes themselves, not instances and not abstract bases",
        )


def raised_by(handler: object) -> tuple[type[Problem], ...]:
    """The problems that a handler declares; empty where it says nothing."""
    declared: tuple[type[Problem], ...] = getattr(handler, _ATTRIBUTE, ())
    return declared
