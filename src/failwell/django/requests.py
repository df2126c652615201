"""What views do with a request: read its body, check its input, and show the caller's limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from failwell.contract import Contract
from failwell.django.rest import failures_of_serializer
from failwell.django.untyped import RawPostDataException
from failwell.edge import CONTRACT, EXCHANGE, MAX_BODY, Exchange, failures_of, read_json, too_large
from failwell.exceptions import FailwellError
from failwell.typing import LimitState, Place

_Body = TypeVar("_Body")
_MOST_DIGITS = 18


def body(request: Any, kind: type[_Body], *, max_bytes: int = MAX_BODY) -> _Body:
    """Reads a request's JSON body as a msgspec type or a pydantic model.

    Args:
        request: Django's, or that of Django REST framework.
        kind: what it has to be.
        max_bytes: the largest body; a smaller `DATA_UPLOAD_MAX_MEMORY_SIZE` counts instead.

    Raises:
        Problem: for 413, 415, 400 (no JSON) or invalid input, with a pointer to each failure.
    """
    raw = read_body(request, max_bytes)
    return read_json(request.META[CONTRACT], raw, request.META.get("CONTENT_TYPE", ""), kind)


def read_body(request: Any, max_bytes: int) -> bytes:
    """Reads a request's body, which Django keeps for whoever asks for it afterwards.

    Raises:
        Problem: for 413, and for 400 where its length is no number.
        FailwellError: if somebody has read it as a stream or a form with files, of which nothing is kept.
    """
    contract: Contract = request.META[CONTRACT]
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal():
        raise contract.problem_for(400, "Content-Length is no number.")
    if len(length) > _MOST_DIGITS or int(length) > max_bytes:
        raise too_large(contract, max_bytes)
    try:
        raw: bytes = request.body
    except RawPostDataException as error:
        raise FailwellError(
            "the body was read before, as a stream or a form with files, so nobody can see it any more",
            code="body-gone",
            where=f"{request.method} {request.path}",
            hint="read request.body first, or let the guard be asked before",
        ) from error
    if len(raw) > max_bytes:
        raise too_large(contract, max_bytes)
    return raw


def valid(request: Any, form: Any, place: Place = "body") -> Mapping[str, Any]:
    """The cleaned data of a form, or the validated data of a serializer.

    Args:
        request: whose input it was given.
        form: a bound form of Django's, or a serializer of Django REST framework that has data.
        place: the part of the request that its data is from.

    Raises:
        Problem: for invalid input, with a pointer to each failure.
    """
    is_serializer = hasattr(form, "initial_data")
    if not form.is_valid():
        contract: Contract = request.META[CONTRACT]
        failures = failures_of_serializer(form, place) if is_serializer else failures_of(form, place)
        raise contract.invalid_input(failures)
    data: Mapping[str, Any] = form.validated_data if is_serializer else form.cleaned_data
    return data


def show_limits(request: Any, states: Iterable[LimitState]) -> None:
    """Shows a guard's limit states in the response's headers: `show_limits(request, decision.limits)`."""
    exchange: Exchange = request.META[EXCHANGE]
    exchange.keep_limits(states)
