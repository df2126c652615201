"""The addresses: the API under /v1/, and the pages for people."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

import failwell.django
from examples.platform import api, pages, provider
from examples.platform.service import service_of


def _api(route: str, view: Any) -> Any:
    """A route of the API. It takes no cookies, so there is nothing to forge."""
    return path(route, csrf_exempt(view))


API = [
    _api("v1/auth/signup", api.sign_up),
    _api("v1/auth/verification-email", api.send_verification),
    _api("v1/auth/verification", api.verify),
    _api("v1/auth/login", api.log_in),
    _api("v1/auth/password-reset", api.send_reset),
    _api("v1/auth/password", api.reset_password),
    _api("v1/account", api.show_account),
    _api("v1/api-keys", api.ApiKeys.as_view()),
    _api("v1/api-keys/<slug:key>", api.revoke_key),
    _api("v1/api-keys/<slug:key>/rotate", api.rotate_key),
    _api("v1/billing/plan", api.choose_plan),
    _api("v1/billing/payment-methods", api.add_payment_method),
    _api("v1/billing/invoices", api.list_invoices),
    _api("v1/billing/invoices/<slug:invoice>/pay", api.pay_invoice),
    _api("v1/billing/subscription", api.Subscription.as_view()),
    _api("v1/billing/subscription/reactivate", api.reactivate),
    _api("v1/billing/spend-limit", api.set_spend_limit),
    _api("v1/billing/credits", api.buy_credits),
    _api("v1/projects", api.create_project),
    _api("v1/deployments", api.deploy),
    _api("v1/builds", api.build),
    _api("v1/orgs", api.create_org),
    _api("v1/orgs/<slug:org>", api.show_org),
    _api("v1/orgs/<slug:org>/invite-requests", api.request_invite),
    _api("v1/orgs/<slug:org>/invitations", api.invite),
    _api("v1/invitations/accept", api.accept_invite),
]


def openapi(request: HttpRequest) -> HttpResponse:
    """The document of the API."""
    contract = service_of(request).contract
    return api.answer(failwell.django.openapi(contract, title="Platform", version="1", urlconf=API))


urlpatterns = [
    *API,
    path("openapi.json", openapi),
    path("login", pages.LogIn.as_view()),
    path("login/<provider>", provider.Begin.as_view()),
    path("login/<provider>/callback", provider.come_back),
    path("provider/<provider>", provider.Provider.as_view()),
    path("verify", pages.Verify.as_view()),
    path("forgot", pages.Forgot.as_view()),
    path("reset", pages.Reset.as_view()),
    path("billing", pages.Billing.as_view()),
    path("billing/plans", pages.Plans.as_view()),
    path("billing/payment", pages.Payment.as_view()),
    path("billing/invoices", pages.Invoices.as_view()),
    path("billing/limits", pages.Limits.as_view()),
    path("billing/credits", pages.Credits.as_view()),
    path("settings/keys", pages.Keys.as_view()),
    path("orgs/<slug:org>/join", pages.Join.as_view()),
    path("invitations", pages.Accept.as_view()),
    path("support", pages.Support.as_view()),
]
