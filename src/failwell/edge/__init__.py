"""The edge: what every server adapter shares, and no framework is known.

`asgi` and `wsgi` hold the seams that wrap an app; `reply` and `verdict` say what an error is answered with.
"""

from __future__ import annotations

from failwell.edge.body import MAX_BODY, NO_JSON, read_json, read_stream, too_large
from failwell.edge.exchange import CONTRACT, EXCHANGE, Exchange, current_exchange
from failwell.edge.given import check_given
from failwell.edge.guarding import admission_of
from failwell.edge.head import limit_fields, sure_id
from failwell.edge.origin import ERRORS, frames_of, own_text
from failwell.edge.reply import Replier, Reply
from failwell.edge.validation import failures_of
from failwell.edge.verdict import Translate, first_of, forget_traceback, log_unhandled, note_request

__all__ = [
    "CONTRACT",
    "ERRORS",
    "EXCHANGE",
    "MAX_BODY",
    "NO_JSON",
    "Exchange",
    "Replier",
    "Reply",
    "Translate",
    "admission_of",
    "check_given",
    "current_exchange",
    "failures_of",
    "first_of",
    "forget_traceback",
    "frames_of",
    "limit_fields",
    "log_unhandled",
    "note_request",
    "own_text",
    "read_json",
    "read_stream",
    "sure_id",
    "too_large",
]
