"""HTTP header fields that Failwell writes and reads; nothing here knows what a problem is."""

from __future__ import annotations

from failwell.headers.challenge import challenge
from failwell.headers.fields import find, is_field_name, is_safe_value
from failwell.headers.lifecycle import lifecycle_fields, midnight
from failwell.headers.negotiation import languages, lookup, preferred
from failwell.headers.rate_limit import ietf_rate_limit, x_rate_limit
from failwell.headers.request_id import new_request_id

__all__ = [
    "challenge",
    "find",
    "ietf_rate_limit",
    "is_field_name",
    "is_safe_value",
    "languages",
    "lifecycle_fields",
    "lookup",
    "midnight",
    "new_request_id",
    "preferred",
    "x_rate_limit",
]
