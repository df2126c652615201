"""What stands in the settings."""

from __future__ import annotations

from typing import Any

from failwell.django.chain import Chain, handler_behind
from failwell.django.rest import has_own_handler
from failwell.django.seams import Seam
from failwell.django.site import site_of_settings
from failwell.django.untyped import iscoroutinefunction, markcoroutinefunction
from failwell.exceptions import FailwellError


class Middleware:
    """The last of the setting `MIDDLEWARE`; what it does is said by the setting `FAILWELL`, see `Site`.

    Every error is answered with a problem of the contract, inside of all middleware that stands around its
    place, and every response has a request id. Being built first, this one gets hold of the handler that
    builds all others.

    Raises:
        FailwellError: if it is not the last, if the setting is wrong, or if Django REST framework is
            installed and would answer by itself.
    """

    sync_capable = async_capable = True

    def __init__(self, get_response: Any) -> None:
        handler = handler_behind(get_response)
        if has_own_handler():
            raise FailwellError(
                "Django REST framework answers its errors by itself",
                code="django-rest-handler",
                where="settings.REST_FRAMEWORK",
                hint='REST_FRAMEWORK = {"EXCEPTION_HANDLER": "failwell.django.exception_handler", ...}',
            )
        self._respond = get_response.__wrapped__
        if iscoroutinefunction(self._respond):
            markcoroutinefunction(self)
        Chain(handler, self._respond, Seam(site_of_settings())).install(self)

    def __call__(self, request: Any) -> Any:
        """Answers one request; the chain that is built around this one calls the views directly."""
        return self._respond(request)
