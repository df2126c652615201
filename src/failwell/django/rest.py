"""Django REST framework's exceptions as problems. Nothing here imports it unless the site has it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, cast

from failwell.contract import Contract
from failwell.declare import Problem
from failwell.django.untyped import rest_framework, settings
from failwell.edge import NO_JSON, failures_of, forget_traceback, frames_of
from failwell.edge.refusal import bring_field
from failwell.typing import InputFailure, Place

SEAM = "failwell.django.seams"
"""Where a request's `META` keeps the seam that answers its errors."""


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Any:
    """The setting `EXCEPTION_HANDLER` of Django REST framework.

    Transactions are rolled back, as the framework's own handler does. What nobody foresaw is raised on, to
    be answered and reported by the middleware. Where that is not, or not for this path, the framework's own
    handler answers.
    """
    views = rest_framework("views")
    request = context["request"]
    seam = request.META.get(SEAM)
    if seam is None or not seam.answers(request, error):
        return views.exception_handler(error, context)
    if getattr(error, "status_code", 500) < 400:  # nothing went wrong
        return views.exception_handler(error, context)
    meant = (
        error if isinstance(error, Problem) else _read_error(seam.contract, error, request, context["view"])
    )
    answer = seam.foreseen(request, meant)
    if answer is not None:
        forget_traceback(error)
        views.set_rollback()
        context["view"].headers = {}  # they are about the view's representations, and an error is none
    return answer


def has_own_handler() -> bool:
    """Whether a site has REST framework, but nothing that has it answer otherwise than by itself."""
    if "rest_framework" not in settings.INSTALLED_APPS:
        return False
    own = rest_framework("views").exception_handler
    return rest_framework("settings").api_settings.EXCEPTION_HANDLER is own


def _read_error(contract: Contract, error: Exception, request: Any, view: Any) -> Exception:
    """The problem that depends on request and view, or the error itself, if it says enough."""
    exceptions = rest_framework("exceptions")
    if isinstance(error, exceptions.MethodNotAllowed):
        allowed = (("Allow", ", ".join(view.allowed_methods)),)
        return contract.problem_for(405, _own_text(error, exceptions), allowed)
    if isinstance(error, exceptions.ValidationError):
        place: Place = "query" if request.method in {"GET", "HEAD"} else "body"
        document: object = None
        with suppress(Exception):  # what cannot be read again must not hide what was wrong with it
            document = request.query_params if place == "query" else request.data
        return contract.invalid_input(failures_of(error, place, document))
    if isinstance(error, RecursionError) and _comes_from_body(error):
        return contract.problem_for(400, NO_JSON)
    return error


def failures_of_serializer(serializer: Any, place: Place) -> tuple[InputFailure, ...]:
    """What is wrong with the data of a serializer that is not valid."""
    error = rest_framework("exceptions").ValidationError(serializer.errors)
    return failures_of(error, place, serializer.initial_data)


def _comes_from_body(error: Exception) -> bool:
    """Whether the framework's own reader raised it: the same error elsewhere is a failure of the server."""
    code = rest_framework("parsers").JSONParser.parse.__code__
    return any(frame.f_code is code for frame in frames_of(error))


def translated_exception(contract: Contract, error: Any) -> Problem | None:
    """The problem that an `APIException` means, also where a plain view raised it; None for any other."""
    exceptions = rest_framework("exceptions")
    if not isinstance(error, exceptions.APIException) or not 400 <= error.status_code <= 599:
        return None
    if isinstance(error, exceptions.ValidationError):
        return contract.invalid_input(failures_of(error))
    status, wait = cast("int", error.status_code), getattr(error, "wait", None)
    challenge = getattr(error, "auth_header", None)
    fields = (("WWW-Authenticate", challenge),) if challenge else ()
    if not wait:
        return contract.problem_for(status, _own_text(error, exceptions), fields)
    problem = contract.problem_for(status, _own_text(error, exceptions), fields)
    bring_field(problem, "Retry-After", str(int(wait)))
    return problem


def _own_text(error: Any, exceptions: Any) -> str | None:
    """The text that somebody wrote; not the framework's own, which may repeat what came."""
    if not isinstance(error.detail, str):
        return None
    if isinstance(error, exceptions.ParseError) and isinstance(error.__context__, ValueError):
        return NO_JSON
    text, default = str(error.detail), str(error.__class__.default_detail)
    fixed, is_template, _ = default.partition("{")
    is_made = isinstance(error, exceptions.Throttled) or bool(is_template)
    if text == default or (is_made and text.startswith(fixed)) or isinstance(error, exceptions.ParseError):
        return None
    return text
