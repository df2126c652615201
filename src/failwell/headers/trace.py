"""`traceparent`: which trace a request belongs to (W3C Trace Context, levels 1 and 2)."""

from __future__ import annotations

import re
from typing import NamedTuple

_FIELDS = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", re.ASCII | re.DOTALL)
_NO_VERSION = "ff"
_NO_TRACE, _NO_PARENT = "0" * 32, "0" * 16
_SAMPLED = 1


class TraceParent(NamedTuple):
    """The place of a request in a trace.

    Attributes:
        trace_id: of the whole trace, 32 digits of lower-case hexadecimal.
        parent_id: of the caller's part of it, its span, 16 such digits.
        flags: the trace flags, one byte; bit 0 says that the caller may have recorded its part.
    """

    trace_id: str
    parent_id: str
    flags: int = 0

    @property
    def is_sampled(self) -> bool:
        """Whether the caller may have recorded its part of the trace."""
        return bool(self.flags & _SAMPLED)


def traceparent(value: str) -> TraceParent | None:
    """Reads a `traceparent` field; None if it is none, in which case the request belongs to no trace.

    Version 00 has four fields and nothing after them. Of later versions the first four are read, and what
    follows after another dash is passed over (section 3.2.4, "Versioning of traceparent"). Version `ff`,
    ids of nothing but zeros and upper-case digits are invalid (section 3.2.2).

    Args:
        value: the field's value; blanks around it do not count (RFC 9110, section 5.5).
    """
    found = _FIELDS.fullmatch(value.strip(" \t"))
    if found is None:
        return None
    version, trace_id, parent_id, flags, more = found.groups()
    if version == _NO_VERSION or (version == "00" and more is not None):
        return None
    if trace_id == _NO_TRACE or parent_id == _NO_PARENT:
        return None
    return TraceParent(trace_id, parent_id, int(flags, 16))
