"""The shop on Django, for ASGI."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from failwell import Contract
from tests.frameworks.django_app import LACKS as LACKS_ON_WSGI
from tests.frameworks.django_site import HERE, SHOP, make_site
from tests.frameworks.shop import contract

INTERFACE = "asgi"
LACKS: Mapping[str, str] = {
    name: reason
    for name, reason in LACKS_ON_WSGI.items()
    if name not in {"client disconnects", "problems while threads are stuck"}
}


def make_app(contract: Contract = contract, *, debug: bool = False, reraise: bool = True) -> Any:
    """The shop as a Django site. Django never raises errors again, so it makes no difference."""
    site = make_site(contract, f"{HERE}.to_async_views", *SHOP, debug=debug, is_async=True)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        """Ends each GET at once, as servers do: Django reads requests whole before it does anything else."""
        whole = [{"type": "http.request", "body": b"", "more_body": False}]

        async def ended() -> Any:
            if whole:
                return whole.pop()
            message = await receive()
            while message["type"] == "http.request":
                message = await receive()
            return message

        has_no_body = scope["method"] == "GET" and scope["path"] != "/gone"
        await site(scope, ended if has_no_body else receive, send)

    return app
