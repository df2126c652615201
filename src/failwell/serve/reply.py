"""A response as ASGI sends it, and the header fields that keep pages harmless."""

from __future__ import annotations

from starlette.types import Receive, Scope, Send

from failwell.typing import Headers

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

PAGE_SECURITY: Headers = (
    ("Content-Security-Policy", _POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)
"""On everything but the mock's answers, which have the header fields that the API has."""

_WITHOUT_BODY = (204, 304)


class Reply:
    """A response: an ASGI application that answers with it. To HEAD it answers without the body."""

    def __init__(self, status: int, headers: Headers, body: bytes = b"") -> None:
        """Takes the response.

        Args:
            status: its status.
            headers: its header fields; the length of the body is added.
            body: its body.
        """
        self.status, self.headers, self.body = status, headers, body

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Sends the response."""
        fields = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in self.headers]
        if self.status not in _WITHOUT_BODY:
            fields.append((b"content-length", str(len(self.body)).encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": fields})
        body = b"" if scope["method"] == "HEAD" else self.body
        await send({"type": "http.response.body", "body": body})
