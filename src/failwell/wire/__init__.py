"""How problems look on the wire: dialects, and the encoder and decoder they drive. Nothing here does I/O."""

from __future__ import annotations

from failwell.wire import dialects
from failwell.wire.dialect import Dialect, LimitHeaders, Shape
from failwell.wire.slots import (
    CODE,
    DETAIL,
    DOMAIN,
    MEMBERS,
    MEMBERS_TEXT,
    MESSAGE,
    REQUEST_ID,
    RESOLVE,
    REST,
    RETRYABLE,
    RPC_STATUS,
    STATUS,
    STATUS_TEXT,
    SUGGESTION,
    TITLE,
    TYPE,
    Slot,
)

__all__ = [
    "CODE",
    "DETAIL",
    "DOMAIN",
    "MEMBERS",
    "MEMBERS_TEXT",
    "MESSAGE",
    "REQUEST_ID",
    "RESOLVE",
    "REST",
    "RETRYABLE",
    "RPC_STATUS",
    "STATUS",
    "STATUS_TEXT",
    "SUGGESTION",
    "TITLE",
    "TYPE",
    "Dialect",
    "LimitHeaders",
    "Shape",
    "Slot",
    "dialects",
]
