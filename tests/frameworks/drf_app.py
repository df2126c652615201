"""The shop on Django REST framework."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from failwell import Contract
from tests.frameworks.django_app import LACKS as LACKS_OF_DJANGO
from tests.frameworks.django_site import HERE, SHOP, make_site
from tests.frameworks.shop import contract

INTERFACE = "wsgi"
LACKS: Mapping[str, str] = {
    name: reason
    for name, reason in LACKS_OF_DJANGO.items()
    if name != "malformed JSON for the framework's own reader"
}


def make_app(contract: Contract = contract, *, debug: bool = False, reraise: bool = True) -> Any:
    """The shop as a Django site. Django never raises errors again, so it makes no difference."""
    return make_site(contract, f"{HERE}.to_rest_framework", *SHOP, debug=debug)
