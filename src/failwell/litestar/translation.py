"""What Litestar's own exceptions mean."""

from __future__ import annotations

from types import CodeType, FrameType
from typing import Any

import msgspec
from litestar import Request
from litestar.dto import AbstractDTO
from litestar.exceptions import (
    HTTPException,
    InternalServerException,
    SerializationException,
    ValidationException,
)

from failwell.contract import Contract
from failwell.declare import Problem
from failwell.edge import ERRORS, NO_JSON, failures_of, frames_of, own_text
from failwell.typing import Headers

_REQUEST: Any = Request
_DTO: Any = AbstractDTO
_READERS: tuple[CodeType, ...] = tuple(
    reader.__code__ for reader in (_REQUEST.json, _REQUEST.msgpack, _DTO.decode_bytes)
)
_STREAM: CodeType = _REQUEST.stream.__code__


def translate(contract: Contract, error: Any) -> Problem | None:
    """The problem that an error of Litestar's means; None for any other, and for a failure of the server.

    A 5xx that Litestar raises is such a failure, for instance of a dependency that is not of the type that
    was declared. One that the application raises is its answer.
    """
    if isinstance(error, HTTPException) or is_starlettes(type(error)):
        is_own = _is_litestars_own(error)
        if error.status_code not in ERRORS or (is_own and error.status_code >= 500):
            return None
        said = _said_of_body(error) if is_own else None
        if has_rows(error) or isinstance(said, msgspec.ValidationError):
            return contract.invalid_input(failures_of(error if has_rows(error) else said))
        detail = NO_JSON if said else None if is_own else own_text(error.detail, error.status_code)
        return contract.problem_for(error.status_code, detail, fields_of(error))
    # Of texts that are no UTF-8, or nested too deeply, Litestar makes nothing.
    if isinstance(
        error, SerializationException | UnicodeDecodeError | RecursionError
    ) and _comes_from_request(error):
        return contract.problem_for(400, NO_JSON)
    if isinstance(error, ValueError) and any(_is_of_url(frame) for frame in frames_of(error)):
        return contract.problem_for(400, "The Host field names no host.")
    return None


def has_rows(error: object) -> bool:
    """Whether Litestar tells which parts of the input are wrong: in rows, or by the key that did not come."""
    if not isinstance(error, ValidationException) or not _is_litestars_own(error):
        return False
    return isinstance(error.extra, list) or isinstance(error.__cause__, KeyError)


def fields_of(error: Any) -> Headers:
    """The header fields that an HTTP exception wants to have sent."""
    headers: dict[object, object] = error.headers or {}
    return tuple((str(name), str(value)) for name, value in headers.items())


def is_starlettes(kind: Any) -> bool:
    """Whether a class is Starlette's HTTPException, which Litestar answers where Starlette is installed."""
    classes: tuple[type, ...] = kind.__mro__ if isinstance(kind, type) else ()
    return any(
        cls.__module__ == "starlette.exceptions" and cls.__name__ == "HTTPException" for cls in classes
    )


def is_disconnect(error: BaseException) -> bool:
    """Whether an error only says that the client went away while its body was read."""
    if not isinstance(error, InternalServerException) or "disconnected" not in error.detail:
        return False
    return any(frame.f_code is _STREAM for frame in frames_of(error))


def _is_of_url(frame: FrameType) -> bool:
    """Whether a frame is of what makes a URL of a request."""
    return frame.f_globals.get("__name__") == "litestar.datastructures.url"


def _said_of_body(error: BaseException) -> BaseException | None:
    """What msgspec said about the body, where Litestar has made an answer of it."""
    return error.__cause__.__cause__ if isinstance(error.__cause__, SerializationException) else None


def _is_litestars_own(error: BaseException) -> bool:
    """Whether Litestar itself raised it. Its texts quote paths, queries and headers, and are not shown."""
    frames = list(frames_of(error))
    return bool(frames) and str(frames[-1].f_globals.get("__name__")).partition(".")[0] == "litestar"


def _comes_from_request(error: BaseException) -> bool:
    """Whether reading the request raised it: the same error about other data is a failure of the server."""
    return any(frame.f_code in _READERS for frame in frames_of(error))
