"""Answers that are no problem of the catalog: codes it does not know, and bodies that are no problems."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from failwell.declare.declaration import retry_as_told, retry_for_status
from failwell.declare.members import MemberSet
from failwell.declare.problem import Problem
from failwell.declare.record import ProblemType, Resolve, Retry
from failwell.headers import find
from failwell.typing import Headers

UnknownPolicy = Literal["by_status", "internal"]
"""What a client makes of a code it does not know: what its status implies, or the same as of `internal`."""

RECEIVED = "_received"
"""In a problem's state: it was parsed, so its headers are those of the response that carried it."""

_NO_MEMBERS = MemberSet((), {})
_TITLE = re.compile(rb"<title[^>]*>([^<]{1,300})", re.IGNORECASE)
_HEAD_BYTES = 4096
_LONGEST = 80


class UnknownProblem(Problem, abstract=True):
    """A problem with a code that the catalog does not have, for instance of a newer server.

    Attributes:
        code: the code, or else the type URI; `http_404` where only the status is known.
        type: the type URI; `about:blank` where there is none (RFC 9457, section 4.2.1).
        title: the title.
        suggestion: the next step, if the response gave one.
        extra: the members by wire name, as decoded.
    """

    member_set = _NO_MEMBERS
    type: str

    def __init__(  # noqa: PLR0913 - everything that a response can say
        self,
        detail: str | None = None,
        *,
        status: int,
        code: str,
        type: str = "about:blank",  # noqa: A002 - the standard's name
        title: str = "",
        suggestion: str = "",
        retry: Retry | None = None,
        retryable: bool | None = None,
        resolve: Resolve | None = None,
        members: Mapping[str, Any] | None = None,
        headers: Headers = (),
    ) -> None:
        record = ProblemType(
            code=code, statuses=(status,), title=title,
            retry=retry_as_told(retry or retry_for_status(status), retryable),
            retryable=retryable, suggestion=suggestion, resolve=resolve,
        )  # fmt: skip
        self.__dict__ = {
            "detail": detail, "status": status, "headers": headers, "request_id": None,
            "code": code, "type": type, "title": title, "suggestion": suggestion,
            "extra": members or {}, "problem_type": record,
        }  # fmt: skip

    def __str__(self) -> str:
        return super().__str__() or self.code[:_LONGEST]


class NotAProblem(Problem, abstract=True):
    """An answer with an error's status but without a problem: a proxy's HTML page, nothing, broken JSON.

    Its text is a short summary, never the body.

    Attributes:
        media_type: the media type that the answer claims.
        via: the server or proxy that seems to have made it, from its headers; empty if unknown.
        reason: why the body could not be read as a problem.
        size: of the body, in bytes.
    """

    member_set = _NO_MEMBERS
    code = "not_a_problem"
    title = "The answer is not a problem of this API"
    suggestion = ""
    media_type: str
    via: str
    reason: str
    size: int

    def __init__(self, *, status: int, headers: Headers = (), body: bytes = b"", reason: str = "") -> None:
        media_type = _short((find(headers, "content-type") or "").partition(";")[0]).lower()
        via = _short(find(headers, "server") or find(headers, "via") or "")
        record = ProblemType(
            code=self.code, statuses=(status,), title=self.title, retry=retry_for_status(status)
        )
        self.__dict__ = {
            "detail": _summary(status, media_type, via, body, reason), "status": status, "headers": headers,
            "request_id": None, "media_type": media_type, "via": via, "reason": reason, "size": len(body),
            "problem_type": record,
        }  # fmt: skip


def resolve_from(said: object) -> Resolve | None:
    """The way out as a response gave it; None if it is none that can be read."""
    try:
        return msgspec.convert(said, Resolve)
    except msgspec.ValidationError:
        return None


def _summary(status: int, media_type: str, via: str, body: bytes, reason: str) -> str:
    title = _TITLE.search(body[:_HEAD_BYTES])
    parts = [f"HTTP {status}", f"from {via}" if via else "", media_type, f"{len(body)} bytes"]
    said = f': "{_short(title[1].decode("utf-8", "replace"))}"' if title else ""
    return ", ".join(filter(None, parts)) + said + (f" ({reason})" if reason else "")


def _short(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text[: _LONGEST * 2]).split())[:_LONGEST]
