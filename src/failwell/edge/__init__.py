"""The edge: what every server adapter shares, and no framework is known.

`asgi` and `wsgi` hold the seams that wrap an app; `reply` and `verdict` say what an error is answered with.
"""

from __future__ import annotations

from failwell.edge.body import read_json
from failwell.edge.exchange import CONTRACT, EXCHANGE, Exchange, current_exchange
from failwell.edge.head import limit_fields, sure_id
from failwell.edge.reply import Replier, Reply
from failwell.edge.validation import failures_of
from failwell.edge.verdict import Translate, first_of, forget_traceback, log_unhandled, note_request

__all__ = [
    "CONTRACT",
    "EXCHANGE",
    "Exchange",
    "Replier",
    "Reply",
    "Translate",
    "current_exchange",
    "failures_of",
    "first_of",
    "forget_traceback",
    "limit_fields",
    "log_unhandled",
    "note_request",
    "read_json",
    "sure_id",
]
