"""Answers to a request that are not problems of a catalog, raised where the answer is found."""

from __future__ import annotations

from failwell.typing import Headers


class Refused(Exception):
    """A guard refuses a request, and the application did not say with which problem.

    At the edge it becomes the contract's own type for the status, or the standard one.

    Attributes:
        status: 400 to 599.
        detail: what is said to the caller.
        headers: header fields of the response.
        denied: the guard's denial, of a class of the guard's.
    """

    def __init__(self, status: int, detail: str, *, headers: Headers = (), denied: object = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers, self.denied = status, detail, headers, denied


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
