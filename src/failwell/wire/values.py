"""Values to and from JSON: msgspec's types, and pydantic's models without importing pydantic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

NO_STORE = ("Cache-Control", "no-store")
"""On every problem: 404, 405, 410, 414 and 501 could be cached otherwise (RFC 9110, section 15.1)."""

_MAX_TEXT_IN_ERROR = 120


def _encode_foreign(value: Any) -> Any:
    """What msgspec does not know: pydantic models as they serialize themselves, and nothing else.

    By alias, for so do the models' own schemas and validators.
    """
    dump = getattr(value, "model_dump", None)
    if dump is None:
        raise TypeError(f"{type(value).__qualname__} has no JSON form")
    return dump(mode="json", by_alias=True)


def _decode_foreign(kind: type, value: Any) -> Any:
    validate = getattr(kind, "model_validate", None)
    if validate is None:
        raise TypeError(f"{kind.__qualname__} cannot be read from JSON")
    try:
        return validate(value)
    except ValueError:  # pydantic's message would quote the value
        raise ValueError(f"Expected `{kind.__qualname__}`") from None


encode = msgspec.json.Encoder(enc_hook=_encode_foreign).encode
"""A value as JSON bytes. What has no form raises anything, for values may run code of their own: TypeError,
ValueError (lone surrogates), RecursionError (cycles) and whatever a model's serializer raises.
"""


def decoder_of(kind: Any) -> Callable[[bytes], Any]:
    """A function that decodes JSON bytes as a type.

    It raises msgspec.DecodeError, or what the type's own code raises.
    """
    return msgspec.json.Decoder(kind, dec_hook=_decode_foreign).decode


decode = msgspec.json.Decoder().decode
"""JSON bytes as plain values. Raises msgspec.DecodeError, UnicodeDecodeError or RecursionError."""


def convert(value: Any, annotation: Any, *, strict: bool = True) -> Any:
    """A decoded JSON value as the annotated type; where not `strict`, numbers may stand as text.

    Raises:
        ValueError: if the value does not fit; the message says what was expected, not what came.
    """
    try:
        return msgspec.convert(value, annotation, strict=strict, str_keys=True, dec_hook=_decode_foreign)
    except msgspec.ValidationError as error:
        reason = str(error).partition(" - at ")[0]
        quotes_value = reason.startswith("Invalid ") and " value " in reason
        raise ValueError("Invalid value" if quotes_value else reason[:_MAX_TEXT_IN_ERROR]) from None
    except Exception as error:  # noqa: BLE001 - declared types run code of their own
        raise ValueError(type(error).__name__) from None


def mended_text(text: str) -> str:
    """A text that can be encoded: lone surrogates become question marks."""
    return text.encode("utf-8", "replace").decode()
