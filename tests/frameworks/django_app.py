"""The shop on Django, for WSGI."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from failwell import Contract
from tests.frameworks.django_site import SHOP, make_site
from tests.frameworks.shop import contract

INTERFACE = "wsgi"
LACKS: Mapping[str, str] = {
    "malformed JSON for the framework's own reader": "Django reads no JSON",
    "errors raised again": "Django tells of errors by a signal, and its test client raises them: test_django",
    "background tasks": "Django 5.2 runs none; its successor hands them to workers, after the response",
    "client disconnects": "a WSGI server ends the response; the app is not told",
    "no garbage of unhandled errors": "Django logs them, and pytest keeps the records",
    "problems while threads are stuck": "a WSGI server has a thread for each request, errors included",
}


def make_app(contract: Contract = contract, *, debug: bool = False, reraise: bool = True) -> Any:
    """The shop as a Django site. Django never raises errors again, so it makes no difference."""
    return make_site(contract, *SHOP, debug=debug)
