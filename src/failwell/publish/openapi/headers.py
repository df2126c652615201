"""The header objects of documents: what the headers of problems mean, and what their values are."""

from __future__ import annotations

from failwell.publish.openapi.components import Json

_STRING: Json = {"type": "string"}
_SECONDS: Json = {"type": "integer", "minimum": 0}
_MEANINGS = {
    "retry-after": "Seconds to wait before the request is repeated (RFC 9110, section 10.2.3).",
    "www-authenticate": "How to authenticate (RFC 9110, section 11.6.1).",
    "allow": "The methods that the resource has (RFC 9110, section 10.2.1).",
    "location": "Where a browser goes on (RFC 9110, section 10.2.2); it carries the code.",
    "deprecation": "Since when the type is deprecated (RFC 9745).",
    "sunset": "From when on the code may no longer be sent (RFC 8594).",
    "link": "What takes the place of the type, and where to read about it (RFC 8288).",
}
_REQUEST_ID = "Id of the request. Name it when you ask for help."


def header_object(name: str, value: str, *, is_request_id: bool) -> Json:
    """The header object of a field.

    Only the request id is required, for it is on every response. Any other can be missing: of several
    problems that one response lists, not all have it.

    Args:
        name: the field's name.
        value: one of its values; empty if none is known.
        is_request_id: whether the field carries the request id.
    """
    if is_request_id:
        return {"description": _REQUEST_ID, "required": True, "schema": _STRING}
    meaning = _MEANINGS.get(name.lower())
    is_delay = name.lower() == "retry-after" and value.isdigit()
    return {**({"description": meaning} if meaning else {}), "schema": _SECONDS if is_delay else _STRING}
