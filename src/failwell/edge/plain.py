"""Error responses that no program can read: plain text, HTML, or nothing at all."""

from __future__ import annotations

from failwell.contract import Contract
from failwell.declare import Problem
from failwell.headers import find
from failwell.typing import Headers

_PLAIN = frozenset({"", "text/plain", "text/html"})
_KEPT = frozenset({"allow", "retry-after", "www-authenticate", "proxy-authenticate", "set-cookie"})


def is_plain(headers: Headers) -> bool:
    """Whether the body of a response is for people only, or there is none.

    A page with a content policy of its own is none of a server's makeshifts.
    """
    media_type = (find(headers, "content-type") or "").partition(";")[0].strip().lower()
    return media_type in _PLAIN and find(headers, "content-security-policy") is None


def plain_problem(contract: Contract, status: int, headers: Headers) -> Problem:
    """The problem to send in place of such a response, with those of its fields that clients act upon."""
    return contract.problem_for(status, None, tuple(field for field in headers if field[0].lower() in _KEPT))
