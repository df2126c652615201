"""Answers to a request that are not problems of a catalog, raised where the answer is found."""

from __future__ import annotations

from collections.abc import Iterable

from failwell.typing import Headers, LimitState


class Refused(Exception):
    """A guard refuses a request, and the application did not say with which problem.

    At the edge it becomes the contract's own type for the status, or the standard one. Where the application
    did say it, its problem is raised from this one (`raise problem from refused`): so the edge knows whose
    word it is, and which limits to show.

    Attributes:
        status: 400 to 599.
        detail: what is said to the caller.
        headers: header fields of the response.
        denied: the guard's denial, of a class of the guard's.
        limits: the limits that the response shows, by default those of the denial; in place of all others.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        headers: Headers = (),
        denied: object = None,
        limits: Iterable[LimitState] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers, self.denied = status, detail, headers, denied
        self.limits: tuple[LimitState, ...] = tuple(
            getattr(denied, "limits", ()) if limits is None else limits
        )


def refusal_behind(error: BaseException) -> Refused | None:
    """The refusal that an error is, or was raised from; None if no guard has anything to do with it."""
    refused = error if isinstance(error, Refused) else error.__cause__
    return refused if isinstance(refused, Refused) else None


class Answered(Exception):
    """The response is known without the handler: nothing has changed (304), or it was given before.

    Attributes:
        status: of the response.
        headers: header fields, without length and request id.
        body: the content.
    """

    def __init__(self, status: int, headers: Headers = (), body: bytes = b"") -> None:
        super().__init__(status)
        self.status, self.headers, self.body = status, headers, body
