"""What a request for a page says."""

from __future__ import annotations

from typing import NamedTuple, get_args

from starlette.datastructures import Headers, QueryParams
from starlette.types import Scope

from failwell.headers import preferred
from failwell.serve.site import MEDIA_TYPES, Form

_FORMS: tuple[Form, ...] = get_args(Form)


class Request(NamedTuple):
    """A request, as far as pages need it."""

    method: str
    path: str
    query: QueryParams
    headers: Headers

    def field(self, name: str) -> str:
        """The value of a header field, several joined with commas (RFC 9110, section 5.3)."""
        return ", ".join(self.headers.getlist(name))

    @property
    def form(self) -> Form:
        """The form that the reader likes best.

        Of those that it likes the same, the one that it names first: `application/json, */*` is no wish for
        HTML. Where it likes none, JSON for who asks for some kind of JSON, and else HTML.
        """
        accept = self.field("accept").lower()
        offers = sorted(
            MEDIA_TYPES.values(), key=lambda name: accept.index(name) if name in accept else len(accept)
        )
        media_type = preferred(accept, offers)
        fitting: list[Form] = [form for form in _FORMS if MEDIA_TYPES[form] == media_type]
        if fitting:
            return fitting[0]
        return "json" if "json" in accept else "html"

    def has(self, etag: str) -> bool:
        """Whether the reader has what an entity tag stands for (RFC 9110, section 13.1.2)."""
        tags = [tag.strip().removeprefix("W/") for tag in self.field("if-none-match").split(",")]
        return etag in tags or "*" in tags


def request_of(scope: Scope) -> Request:
    """The request of an ASGI scope."""
    return Request(scope["method"], scope["path"], QueryParams(scope["query_string"]), Headers(scope=scope))
