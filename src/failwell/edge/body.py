"""A request's JSON body as a typed value, or the problem that says what is wrong with it."""

from __future__ import annotations

from collections.abc import AsyncIterable
from typing import Any, TypeVar, cast

import msgspec

from failwell.contract import Contract
from failwell.declare import Problem
from failwell.edge.validation import failures_of, is_malformed_json
from failwell.wire.values import decode

_Body = TypeVar("_Body")

NO_JSON = "The body is not JSON."
MAX_BODY = 1 << 20
"""The largest body, in bytes, where nothing else is said."""


def read_json(contract: Contract, raw: bytes, content_type: str, kind: type[_Body]) -> _Body:
    """Decodes and validates a JSON body.

    Args:
        contract: makes the problems.
        raw: the body.
        content_type: the request's `Content-Type`; empty if it has none.
        kind: a type that msgspec knows, or a pydantic model.

    Raises:
        Problem: for 415 (another media type), 400 (no JSON) or invalid input.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type and media_type != "application/json" and not media_type.endswith("+json"):
        raise contract.problem_for(415, "The body has to be application/json.")
    validate = getattr(kind, "model_validate_json", None)
    try:
        return cast("_Body", validate(raw)) if validate else msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        raise contract.invalid_input(failures_of(error, document=_decoded(raw))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise contract.problem_for(400, NO_JSON) from None
    except ValueError as error:
        raise _pydantic_problem(contract, raw, error) from None


async def read_stream(contract: Contract, parts: AsyncIterable[bytes], max_bytes: int) -> bytes:
    """Reads a body that comes in parts, and no more of it than is allowed.

    Raises:
        Problem: for 413, as soon as it is too large.
    """
    read: list[bytes] = []
    size = 0
    async for part in parts:
        size += len(part)
        if size > max_bytes:
            raise too_large(contract, max_bytes)
        read.append(part)
    return b"".join(read)


def too_large(contract: Contract, max_bytes: int) -> Problem:
    """The problem for a body that is too large."""
    return contract.problem_for(413, f"The body must not be larger than {max_bytes} bytes.")


def _pydantic_problem(contract: Contract, raw: bytes, error: Any) -> Exception:
    """Pydantic reports broken JSON as a validation error too; the two have different ways out."""
    if error.error_count() == 1 and is_malformed_json(error.errors(include_url=False)):
        return contract.problem_for(400, NO_JSON)
    return contract.invalid_input(failures_of(error, document=_decoded(raw)))


def _decoded(raw: bytes) -> object:
    """The body without types, so that pointers are true to it; None where only another reader takes it."""
    try:
        return decode(raw)
    except (ValueError, RecursionError):
        return None
