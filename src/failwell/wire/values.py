"""Values to and from JSON: msgspec's types, and pydantic's models without importing pydantic."""

from __future__ import annotations

from typing import Any

import msgspec

NO_STORE = ("Cache-Control", "no-store")
"""On every problem: 404, 405, 410, 414 and 501 could be cached otherwise (RFC 9110, section 15.1)."""

_MAX_TEXT_IN_ERROR = 120


def _encode_foreign(value: Any) -> Any:
    """What msgspec does not know: pydantic models as they serialize themselves, and nothing else."""
    dump = getattr(value, "model_dump", None)
    if dump is None:
        raise TypeError(f"{type(value).__qualname__} has no JSON form")
    return dump(mode="json")


def _decode_foreign(kind: type, value: Any) -> Any:
    validate = getattr(kind, "model_validate", None)
    if validate is None:
        raise TypeError(f"{kind.__qualname__} cannot be read from JSON")
    return validate(value)


encode = msgspec.json.Encoder(enc_hook=_encode_foreign).encode
"""A value as JSON bytes. Raises TypeError, ValueError, OverflowError or RecursionError for what has no form."""

ENCODING_ERRORS = (TypeError, ValueError, OverflowError, RecursionError, AttributeError)
"""What encoding a value can raise: lone surrogates, cycles, huge integers, objects without JSON form."""

decode = msgspec.json.Decoder().decode
"""JSON bytes as plain values. Raises msgspec.DecodeError, UnicodeDecodeError or RecursionError."""


def convert(value: Any, annotation: Any) -> Any:
    """A decoded JSON value as the annotated type.

    Raises:
        ValueError: if the value does not fit; the message says what was expected, not what came.
    """
    try:
        return msgspec.convert(value, annotation, dec_hook=_decode_foreign)
    except msgspec.ValidationError as error:
        raise ValueError(str(error).split(" - at ")[0][:_MAX_TEXT_IN_ERROR]) from None
    except (TypeError, ValueError, RecursionError, OverflowError) as error:
        raise ValueError(f"{type(error).__name__}") from None


def mended_text(text: str) -> str:
    """A text that can be encoded: lone surrogates become question marks."""
    return text.encode("utf-8", "replace").decode()
