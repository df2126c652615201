"""Logging in through a provider, and on the same host a plain stand-in for the provider's own page.

The browser goes there and comes back with a code, which serves once. A cookie with the login's state tells
that it is the browser that began (RFC 6749, section 10.12).
"""

# mypy: allow-subclassing-any, allow-untyped-decorators
from __future__ import annotations

import hmac
import secrets
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from examples.platform import accounts, forms
from examples.platform.credentials import open_session
from examples.platform.errors import EmailExists
from examples.platform.models import Account
from examples.platform.pages import Page, log_in, way_out
from examples.platform.service import Service, service_of
from examples.platform.untyped import transaction
from failwell import Problem

PROVIDERS = ("github",)
STATE = "platform_login_state"


class _ProviderPage(Page):
    def dispatch(self, request: HttpRequest, *args: Any, **words: Any) -> Any:
        if words["provider"] not in PROVIDERS:
            raise Http404
        return super().dispatch(request, *args, **words)


class Begin(_ProviderPage):
    """Here the login begins: it sends the browser to the provider."""

    title, button = "Log in with your provider", "Continue"

    def act(self, _: dict[str, Any], /) -> HttpResponse:
        state = secrets.token_urlsafe()
        response = HttpResponseRedirect(f"/provider/{self.kwargs['provider']}?{urlencode({'state': state})}")
        secure = self.request.is_secure()
        response.set_cookie(STATE, state, httponly=True, samesite="Lax", secure=secure)
        return response


class Provider(_ProviderPage):
    """The stand-in. It takes everybody's word for who they are, and gives a code for it."""

    form_class, title, button = forms.Address, "This is the provider: who are you?", "Authorise Platform"

    def act(self, wanted: dict[str, Any], /) -> HttpResponse:
        code = accounts.mail_token(self.service, "magic_link", wanted["email"])
        query = urlencode({"code": code, "state": self.request.GET.get("state", "")})
        return HttpResponseRedirect(f"/login/{self.kwargs['provider']}/callback?{query}")


@require_safe
def come_back(request: HttpRequest, provider: str) -> HttpResponse:
    """Here the browser comes back with a code."""
    began: str = request.COOKIES.get(STATE, "")
    told: Any = request.GET.get("state", "")
    if provider not in PROVIDERS or not began or not hmac.compare_digest(began.encode(), told.encode()):
        raise Http404
    service = service_of(request)
    try:
        account = _account(service, provider, request.GET.get("code", ""))
    except Problem as problem:
        context = {"title": "Log in", "problem": problem, "way_out": way_out(problem)}
        return render(request, "platform/page.html", context, status=problem.status)
    response = log_in(request, open_session(service, account), "/billing")
    response.delete_cookie(STATE)
    return response


@transaction.atomic
def _account(service: Service, provider: str, code: str) -> Account:
    """The account that a code stands for; made on the first login."""
    record, verdict = accounts.redeem(service, "magic_link", code)
    if record is None or verdict != "ok":
        raise accounts.BadRequest("The provider's code is not valid any more.")
    account: Account | None = Account.objects.filter(email=record.email).first()
    if account is None:
        account = accounts.add(record.email, provider=provider, verified_at=service.now())
    if account.provider != provider:  # else whoever has the address at the provider could take it over
        raise EmailExists(f"There is an account with the address {record.email} already.")
    return account
