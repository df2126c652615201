"""The edge: what every server adapter shares, and no framework is known."""

from __future__ import annotations

from failwell.edge.body import read_json
from failwell.edge.exchange import CONTRACT, EXCHANGE, Exchange, current_request_id
from failwell.edge.reply import ASGIApp, Message, Receive, Replier, Scope, Send
from failwell.edge.seams import Catcher, Stamper
from failwell.edge.validation import failures_of

__all__ = [
    "CONTRACT",
    "EXCHANGE",
    "ASGIApp",
    "Catcher",
    "Exchange",
    "Message",
    "Receive",
    "Replier",
    "Scope",
    "Send",
    "Stamper",
    "current_request_id",
    "failures_of",
    "read_json",
]
