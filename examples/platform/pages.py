"""The pages on which people fix things: each has a form that does what `resolve` says."""

# mypy: allow-subclassing-any
from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.generic import FormView

import failwell.django
from examples.platform import accounts, billing, credentials, forms, orgs
from examples.platform.errors import SITE, RateLimitExceeded
from examples.platform.models import Account, Invoice
from examples.platform.plans import PLANS, euros
from examples.platform.service import Service, service_of
from failwell import Problem

COOKIE = "platform_session"


class Page(FormView):
    """A page with one form. What the platform refuses is shown on it, with the way out."""

    request: HttpRequest
    template_name = "platform/page.html"
    form_class: Any = forms.Nothing
    title = ""
    button = ""

    @property
    def service(self) -> Service:
        return service_of(self.request)

    def act(self, wanted: dict[str, Any], /) -> str | HttpResponse:
        """Does what the form is for, and says what was done."""
        raise NotImplementedError

    def form_valid(self, form: Any) -> Any:
        try:
            done = self.act(form.cleaned_data)
        except Problem as problem:
            return self.refuse(form, problem)
        return done if isinstance(done, HttpResponse) else self.show(done=done)

    def refuse(self, form: Any, problem: Problem) -> Any:
        page = self.show(form=form, problem=problem, way_out=way_out(problem), status=problem.status)
        if isinstance(problem, RateLimitExceeded):
            page.headers["Retry-After"] = str(problem.retry_after_seconds)
        return page

    def form_invalid(self, form: Any) -> Any:
        return self.show(form=form, status=422)

    def show(self, status: int = 200, **words: Any) -> Any:
        context = self.get_context_data(title=self.title, button=self.button, **words)
        return self.render_to_response(context, status=status, headers={"Cache-Control": "no-store"})

    def get(self, *_: Any, **__: Any) -> Any:
        return self.show()

    def count_attempt(self, email: str) -> None:
        guard, network = self.service.guards.attempts, self.request.META["REMOTE_ADDR"]
        failwell.django.admit(self.request, guard, email=email, network=network)


def way_out(problem: Problem) -> str:
    """The page that fixes a problem, as an address on this host."""
    return problem.resolve.url.removeprefix(SITE) if problem.resolve and problem.resolve.url else ""


def log_in(request: HttpRequest, token: str, to: str) -> HttpResponse:
    """Goes on with a cookie that stands for the login."""
    response = HttpResponseRedirect(to)
    response.set_cookie(COOKIE, token, httponly=True, samesite="Lax", secure=request.is_secure())
    return response


# ---------------------------------------------------------------------------- without a login


class LogIn(Page):
    form_class, title, button = forms.LogIn, "Log in", "Log in"

    def act(self, wanted: dict[str, Any], /) -> str | HttpResponse:
        self.count_attempt(wanted["email"])
        login = accounts.log_in(self.service, accounts.Credentials(**wanted))
        to: Any = self.request.GET.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(to, allowed_hosts=None)
        return log_in(self.request, login.access_token, to if is_ours else "/billing")


class Verify(Page):
    """With a token from a mail: verifies the address. Without: sends the mail once more."""

    title = "Verify your email address"

    @property
    def has_token(self) -> bool:
        return "token" in self.request.GET or "token" in self.request.POST

    @property
    def button(self) -> str:  # type: ignore[override]
        return "Verify" if self.has_token else "Send the mail again"

    def get_form_class(self) -> Any:
        return forms.Token if self.has_token else forms.Address

    def get_initial(self) -> Any:
        return {"token": self.request.GET.get("token", "")}

    def act(self, wanted: dict[str, Any], /) -> str:
        if "token" in wanted:
            accounts.verify(self.service, wanted["token"])
            return "The address is verified. You can log in now."
        self.count_attempt(wanted["email"])
        accounts.send_verification(self.service, wanted["email"])
        return "If a registration waits for it, the mail is on its way."


class Forgot(Page):
    form_class, title, button = forms.Address, "Reset your password", "Send me a link"

    def act(self, wanted: dict[str, Any], /) -> str:
        self.count_attempt(wanted["email"])
        accounts.send_reset(self.service, wanted["email"])
        return "If there is an account with this address, the mail is on its way."


class Reset(Page):
    form_class, title, button = forms.NewPassword, "Choose a new password", "Set the password"

    def get_initial(self) -> Any:
        return {"token": self.request.GET.get("token", "")}

    def act(self, wanted: dict[str, Any], /) -> str:
        accounts.reset_password(self.service, accounts.NewPassword(**wanted))
        return "The password is changed. You can log in now."


class Support(Page):
    form_class, title, button = forms.Message, "Support", "Send"

    def act(self, wanted: dict[str, Any], /) -> str:
        self.count_attempt(wanted["email"])
        text = f"{wanted['email']}, {wanted['request_id']}:\n\n{wanted['message']}\n"
        self.service.outbox.send("support@platform.example", "A question", text)
        return "Thank you. We answer by mail."


# ---------------------------------------------------------------------------- with a login


class AccountPage(Page):
    """A page of somebody who is logged in; all others are sent to the login first."""

    account: Account

    def dispatch(self, request: HttpRequest, *args: Any, **words: Any) -> Any:
        account = credentials.visitor(service_of(request), request.COOKIES.get(COOKIE, ""))
        if account is None:
            return HttpResponseRedirect(f"/login?{urlencode({'next': request.get_full_path()})}")
        self.account = account
        return super().dispatch(request, *args, **words)


class Billing(AccountPage):
    title, button = "Your subscription", "Reactivate the subscription"

    def act(self, _: dict[str, Any], /) -> str:
        view = billing.reactivate(self.service, self.account)
        return f"The subscription is active, on the plan {PLANS[view.plan].title}."


class Plans(AccountPage):
    form_class, title, button = forms.Plan, "Plans", "Choose this plan"

    def act(self, wanted: dict[str, Any], /) -> str:
        view = billing.choose_plan(self.service, self.account, wanted["plan"])
        return f"You are on the plan {PLANS[view.plan].title}."


class Payment(AccountPage):
    form_class, title, button = forms.Payment, "Payment method", "Save"

    def act(self, wanted: dict[str, Any], /) -> str:
        billing.add_payment_method(self.account, billing.NewPaymentMethod(**wanted))
        return "The payment method is saved."


class Invoices(AccountPage):
    form_class, title, button = forms.Invoice, "Open invoices", "Pay the invoice"

    def get_form_kwargs(self) -> Any:
        unpaid = Invoice.objects.filter(account=self.account, paid_at=None).order_by("due_at", "id")
        choices = [(one.id, f"{one.purpose}, {euros(one.cents)}") for one in unpaid]
        return super().get_form_kwargs() | {"choices": choices}

    def act(self, wanted: dict[str, Any], /) -> str:
        paid = billing.pay_invoice(self.service, billing.find_invoice(self.account, wanted["invoice"]))
        return f"{paid.purpose} is paid."


class Limits(AccountPage):
    form_class, title, button = forms.Limit, "Spend limit", "Set the limit"

    def act(self, wanted: dict[str, Any], /) -> str:
        view = billing.set_spend_limit(self.account, wanted["cents"])
        return f"The spend limit is {euros(view.spend_limit)} a month."


class Credits(AccountPage):
    form_class, title, button = forms.Credits, "Credits", "Buy credits"

    def act(self, wanted: dict[str, Any], /) -> str:
        return f"You have {billing.buy_credits(self.service, self.account, wanted['credits'])} credits."


class Keys(AccountPage):
    form_class, title, button = forms.Key, "API keys", "Create an API key"

    def act(self, wanted: dict[str, Any], /) -> str:
        key = credentials.create_key(self.service, self.account, wanted["name"])
        return f"Copy the key now, it is not shown again: {key.key}"


class Join(AccountPage):
    title, button = "Join the organisation", "Ask for an invitation"

    def act(self, _: dict[str, Any], /) -> str:
        orgs.request_invite(self.service, self.account, orgs.find(self.kwargs["org"]))
        return "The owners were asked."


class Accept(AccountPage):
    form_class, title, button = forms.Token, "An invitation", "Join"

    def get_initial(self) -> Any:
        return {"token": self.request.GET.get("token", "")}

    def act(self, wanted: dict[str, Any], /) -> str:
        return f"You are a member of {orgs.accept(self.service, self.account, wanted['token']).name}."
