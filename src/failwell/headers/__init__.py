"""HTTP header fields that Failwell writes and reads; nothing here knows what a problem is.

What only servers need is in modules that they import themselves: `trace` and `leftovers`.
"""

from __future__ import annotations

from failwell.headers.challenge import challenge, challenges
from failwell.headers.fields import find, is_field_name, is_safe_value
from failwell.headers.lifecycle import lifecycle_fields, midnight
from failwell.headers.negotiation import joined_vary, languages, lookup, preferred
from failwell.headers.rate_limit import ietf_rate_limit, x_rate_limit
from failwell.headers.request_id import checked_client_id, new_request_id

__all__ = [
    "challenge",
    "challenges",
    "checked_client_id",
    "find",
    "ietf_rate_limit",
    "is_field_name",
    "is_safe_value",
    "joined_vary",
    "languages",
    "lifecycle_fields",
    "lookup",
    "midnight",
    "new_request_id",
    "preferred",
    "x_rate_limit",
]
