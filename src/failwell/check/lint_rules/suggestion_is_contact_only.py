"""The only way out is to contact somebody.

## Why

It costs both sides a ticket, and programs cannot follow it. Where the caller can succeed, as the retry word
says, there is a step to name; the contact is for when that fails.

## Example

`suggestion="Please contact support."`; say `Repeat later; if it stays, report the request id.`
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from failwell.check.api import Api, types
from failwell.check.facts.live_types import is_live
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Retry
from failwell.finding import Severity

_CONTACT = re.compile(
    r"(?:please,? )?(?:contact|e-?mail|call|ask|write to|reach out to|get in touch with|talk to|speak to)"
    r"(?: (?:our|your|the|an?|us|customer|technical|system|account|site))*"
    r"(?: (?:support|service|care|help ?desk|administrators?|admins?|operators?|team|staff|manager|"
    r"provider|owner))*"
    r"(?: (?:for|if you need) (?:help|assistance|support|more information|further information))?[.!]?",
    re.IGNORECASE,
)
_LONGEST = 120


@rule(Severity.WARNING, each=types, area="text", remedy="say first what the caller can do")
def suggestion_is_contact_only(record: ProblemType, _: Api) -> Iterator[Fault]:
    """Where nothing the caller does helps, a contact is all that can be offered."""
    text = record.suggestion.strip()
    if not text or len(text) > _LONGEST or not is_live(record):
        return
    if all(record.retry_at(status) is Retry.NEVER for status in record.statuses):
        return
    if _CONTACT.fullmatch(text):
        yield Fault(
            record.code,
            "the suggestion {suggestion!r} is nothing but a contact",
            at=("suggestion",),
            suggestion=record.suggestion,
        )
