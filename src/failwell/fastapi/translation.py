"""What FastAPI's own exceptions mean."""

from __future__ import annotations

from json import JSONDecodeError
from typing import Any, cast

from fastapi.exceptions import RequestValidationError, WebSocketRequestValidationError
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from failwell.contract import Contract
from failwell.declare import Problem
from failwell.edge import NO_JSON, failures_of
from failwell.starlette import translation

_UNREADABLE = (400, "There was an error parsing the body")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def translate(contract: Contract, error: Exception) -> Problem | None:
    """The problem that one of FastAPI's or Starlette's exceptions means; None for any other."""
    if isinstance(error, (RequestValidationError, WebSocketRequestValidationError)):
        if isinstance(error.__cause__, JSONDecodeError):
            return contract.problem_for(400, NO_JSON)
        return contract.invalid_input(failures_of(error))
    cause = _cause_in_reading(error)
    if isinstance(cause, Problem) and contract.owns(cause):
        return cause
    return translation.translate(contract, error)


def is_disconnect(error: Exception) -> bool:
    """Whether an exception only says that the client went away."""
    cause = _cause_in_reading(error)
    return translation.is_disconnect(error) or (
        isinstance(cause, Exception) and translation.is_disconnect(cause)
    )


def is_unreadable(error: Exception) -> bool:
    """Whether FastAPI itself found a body malformed: then it has asked no dependency yet."""
    if isinstance(error, RequestValidationError):  # a handler may raise it too, yet without the endpoint
        return isinstance(error.__cause__, JSONDecodeError) and error.endpoint_path is not None
    if isinstance(error.__context__, MultiPartException):
        return True
    cause = _cause_in_reading(error)
    return cause is not None and not isinstance(cause, Problem) and not is_disconnect(error)


def _cause_in_reading(error: Exception) -> BaseException | None:
    """What was raised while FastAPI read the body. It makes a 400 of anything, of problems too."""
    if isinstance(error, HTTPException) and (error.status_code, error.detail) == _UNREADABLE:
        return error.__cause__
    return None


def expected_media_type(error: RequestValidationError, request: Request) -> str:
    """What the body should have been, if it is of another media type; else empty.

    FastAPI validates such a body as it is: bytes in place of a document, or a form without fields.
    """
    field = getattr(request.scope.get("route"), "body_field", None)
    # An app may raise it, too, with rows of any kind.
    rows = cast("list[dict[str, Any]]", [row for row in error.errors() if isinstance(row, dict)])
    kinds = [str(row.get("type")) for row in rows if tuple(row.get("loc", ()))[:1] == ("body",)]
    if field is None or not kinds:
        return ""
    expected = str(field.field_info.media_type)
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if expected in _FORMS:
        return "" if given in _FORMS or not given else expected
    is_document = isinstance(error.body, bytes) and any(k == "missing" or k.endswith("_type") for k in kinds)
    return expected if is_document and given != expected else ""
