"""`@raises` and the operation record: which problems a route can answer with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from types import MethodType
from typing import Any, TypeVar, cast

import msgspec

from failwell.declare.problem import Problem
from failwell.exceptions import DeclarationError

_ATTRIBUTE = "__failwell_raises__"
_Handler = TypeVar("_Handler", bound=Callable[..., Any])
_Problems = tuple[type[Problem], ...]


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

    The handler is returned as it is; adapters read the declaration when they list operations. What a class
    declares holds for its methods and its children; a child adds to it.

    Raises:
        DeclarationError: if something else than a declared problem type is given, or what is decorated
            cannot keep a declaration, as an object without attributes of its own.
    """
    for problem in problems:
        _check(problem)

    def mark(handler: _Handler) -> _Handler:
        is_method = isinstance(handler, (staticmethod, classmethod))
        target = cast("Any", handler).__func__ if is_method else handler
        try:
            setattr(target, _ATTRIBUTE, tuple(dict.fromkeys((*problems, *_own(target)))))
        except (AttributeError, TypeError) as error:
            raise DeclarationError(
                f"{handler!r} cannot keep a declaration",
                code="raises-nowhere",
                where="@raises",
                hint="decorate the function or the class itself, below the framework's own decorators",
            ) from error
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


def raised_by(*objects: object) -> _Problems:
    """The problems that handlers, dependencies and classes declare, each once, in order.

    A declaration is also found on what a wrapper wraps (`__wrapped__`, `functools.partial`), and a bound
    method or an instance has that of its class too. A function does not know its class: for a view's method
    ask for `raised_by(View.get, View)`.
    """
    return tuple(
        dict.fromkeys(problem for given in objects for layer in _layers(given) for problem in _own(layer))
    )


def _layers(given: Any) -> Iterator[object]:
    """An object, its classes, and what it wraps, from the outside in."""
    seen: set[int] = set()
    while given is not None and id(given) not in seen:
        seen.add(id(given))
        owner = given
        if isinstance(given, MethodType):
            given, owner = given.__func__, given.__self__
        yield given
        yield from (owner if isinstance(owner, type) else owner.__class__).__mro__
        given = given.func if isinstance(given, partial) else getattr(given, "__wrapped__", None)


def _own(given: object) -> _Problems:
    """What is declared on an object itself: neither on its class nor on the bases of a class."""
    declared: _Problems = getattr(given, "__dict__", {}).get(_ATTRIBUTE, ())
    return declared
