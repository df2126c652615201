"""What the exceptions of Flask and Werkzeug mean, with what webargs and flask-smorest hang on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from json import JSONDecodeError
from typing import Any, cast

from flask import Request
from werkzeug.exceptions import HTTPException, SecurityError, UnsupportedMediaType

from failwell.contract import Contract
from failwell.declare import Problem
from failwell.edge import ERRORS, NO_JSON, failures_of, frames_of
from failwell.edge.validation import failures_of_messages
from failwell.typing import Place

_LOCATIONS = frozenset(
    {
        "cookies",
        "files",
        "form",
        "headers",
        "json",
        "json_or_form",
        "path",
        "query",
        "querystring",
        "view_args",
    }
)
"""The parts of a request, in webargs' words."""


def translate(contract: Contract, error: Exception) -> Problem | None:
    """The problem that an exception of Flask, Werkzeug, webargs or marshmallow means; None for any other."""
    if isinstance(error, HTTPException):
        return _of_http(contract, error) if (error.code or 0) in ERRORS else None
    if _is_marshmallow(error):
        return contract.invalid_input(failures_of(error))
    if isinstance(error, RecursionError) and _passed(error, Request.get_json):
        return contract.problem_for(400, NO_JSON)
    return None


def _of_http(contract: Contract, error: HTTPException) -> Problem:
    """The problem for an HTTP exception, with what webargs and flask-smorest hang on it (`data`)."""
    data: Mapping[str, Any] = getattr(error, "data", None) or {}
    if not isinstance(cast("object", data), Mapping):
        data = {}
    cause, messages = getattr(error, "exc", None), data.get("errors") or data.get("messages")
    if _is_marshmallow(cause):
        return contract.invalid_input(failures_of(cause))
    if error.code == 422 and isinstance(messages, Mapping):
        located = _LOCATIONS.issuperset(cast("Mapping[str, Any]", messages))
        place: Place | None = None if located else "body"
        return contract.invalid_input(failures_of_messages(messages, place=place))
    detail = NO_JSON if isinstance(cause, (JSONDecodeError, UnicodeDecodeError)) else _own_detail(error, data)
    more = dict[str, str](data.get("headers") or ())
    return contract.problem_for(error.code or 500, detail, (*_own_headers(error), *more.items()))


def _own_detail(error: HTTPException, data: Mapping[str, Any]) -> str | None:
    """The text that somebody wrote; not those of Werkzeug, nor one that repeats the status's phrase."""
    if _passed(error, Request.on_json_loading_failed):
        wrong_type = isinstance(error, UnsupportedMediaType)
        return "The body has to be application/json." if wrong_type else NO_JSON
    if isinstance(error, SecurityError):  # its text repeats the host that was asked for
        return None
    text = _description(error) or data.get("message")
    return text if isinstance(text, str) and text != error.name else None


def _description(error: HTTPException) -> object:
    """The description that `abort` was given, or that a class of the app's own has."""
    kinds = type(error).__mro__
    by_class = next((kind for kind in kinds if "description" in vars(kind)), HTTPException)
    if "description" in vars(error) or by_class.__module__.partition(".")[0] != "werkzeug":
        return error.description
    return None


def _own_headers(error: HTTPException) -> Iterator[tuple[str, str]]:
    for name, value in error.get_headers():
        if name.lower() == "allow":  # Werkzeug gives them in another order each time
            yield name, ", ".join(sorted(value.split(", ")))
        elif name.lower() not in ("content-type", "content-length"):
            yield name, value


def _passed(error: Exception, function: Callable[..., Any]) -> bool:
    """Whether an exception came through a function."""
    return any(frame.f_code is function.__code__ for frame in frames_of(error))


def _is_marshmallow(error: object) -> bool:
    """Whether it is marshmallow's error, told without the library: who uses it validates input with it."""
    return any(
        kind.__name__ == "ValidationError" and kind.__module__.partition(".")[0] == "marshmallow"
        for kind in type(error).__mro__
    )
