"""The API: views, and with `@raises` what each of them can answer."""

# mypy: allow-subclassing-any, allow-untyped-decorators
from __future__ import annotations

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views import View
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import failwell.django
from examples.platform import accounts, billing, credentials, orgs, usage
from examples.platform.credentials import Way
from examples.platform.errors import (
    STANDARD,
    ApiKeyRequired,
    AuthRequired,
    BillingInfoRequired,
    CreditsDepleted,
    EmailExists,
    EmailVerificationRequired,
    FeatureCheckFailed,
    InviteExpired,
    NoActivePlan,
    NoActiveSubscription,
    NotAMember,
    PaymentPastDue,
    PlanRequired,
    ProRequired,
    RateLimitExceeded,
    SocialLoginOnly,
    SpendLimitExceeded,
    SubscriptionInactive,
    SubscriptionNotFound,
    SubscriptionSuspended,
    TokenExpired,
    TokenInvalid,
)
from examples.platform.models import Account
from examples.platform.service import service_of
from failwell import raises

BadRequest, Forbidden, NotFound = STANDARD[400], STANDARD[403], STANDARD[404]

BODY = (BadRequest, STANDARD[413], STANDARD[415], STANDARD[422])
CALLER = (AuthRequired, RateLimitExceeded)
KEY = (ApiKeyRequired, RateLimitExceeded)
STANDING = (SubscriptionSuspended, PaymentPastDue)


def answer(value: object, status: int = 200) -> HttpResponse:
    """A JSON response that nobody may keep: most of them hold secrets or change with the next request."""
    content = msgspec.json.encode(value)
    return HttpResponse(content, "application/json", status, headers={"Cache-Control": "no-store"})


def done(status: int = 204) -> HttpResponse:
    """Nothing more to say."""
    return HttpResponse(status=status)


def known(request: HttpRequest, *ways: Way) -> Account:
    """Who calls; by default a login and an API key are both taken."""
    authorization = request.META.get("HTTP_AUTHORIZATION")
    return credentials.caller(service_of(request), authorization, *(ways or ("login", "key")))


def count_call(request: HttpRequest, account: Account) -> None:
    """Refuses who calls too often. What looks absent to a caller, looks so before that."""
    failwell.django.admit(request, service_of(request).guards.calls, account=account.id)


def caller_of(request: HttpRequest, *ways: Way) -> Account:
    """Who calls, and not too often: both, where no resource comes in between."""
    account = known(request, *ways)
    count_call(request, account)
    return account


def count_attempt(request: HttpRequest, email: str) -> None:
    """Slows down what anybody may try."""
    guard, network = service_of(request).guards.attempts, request.META["REMOTE_ADDR"]
    failwell.django.admit(request, guard, email=email, network=network)


# ---------------------------------------------------------------------------- accounts


@raises(*BODY, RateLimitExceeded, EmailExists)
@require_POST
def sign_up(request: HttpRequest) -> HttpResponse:
    """Make an account."""
    wanted = failwell.django.body(request, accounts.Credentials)
    count_attempt(request, wanted.email)
    return answer(accounts.sign_up(service_of(request), wanted), 201)


@raises(*BODY, RateLimitExceeded)
@require_POST
def send_verification(request: HttpRequest) -> HttpResponse:
    """Mail the link that verifies an address, once more."""
    wanted = failwell.django.body(request, accounts.Address)
    count_attempt(request, wanted.email)
    accounts.send_verification(service_of(request), wanted.email)
    return done(202)


@raises(*BODY)
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Verify an address."""
    wanted = failwell.django.body(request, accounts.Verification)
    accounts.verify(service_of(request), wanted.token)
    return done()


@raises(*BODY, RateLimitExceeded, SocialLoginOnly, AuthRequired, EmailVerificationRequired)
@require_POST
def log_in(request: HttpRequest) -> HttpResponse:
    """Log in with a password."""
    wanted = failwell.django.body(request, accounts.Credentials)
    count_attempt(request, wanted.email)
    return answer(accounts.log_in(service_of(request), wanted))


@raises(*BODY, RateLimitExceeded)
@require_POST
def send_reset(request: HttpRequest) -> HttpResponse:
    """Mail a link that resets the password."""
    wanted = failwell.django.body(request, accounts.Address)
    count_attempt(request, wanted.email)
    accounts.send_reset(service_of(request), wanted.email)
    return done(202)


@raises(*BODY, TokenExpired, TokenInvalid)
@require_POST
def reset_password(request: HttpRequest) -> HttpResponse:
    """Choose another password."""
    wanted = failwell.django.body(request, accounts.NewPassword)
    accounts.reset_password(service_of(request), wanted)
    return done()


@raises(*CALLER)
@require_safe
def show_account(request: HttpRequest) -> HttpResponse:
    """Read the account."""
    return answer(accounts.view(caller_of(request)))


class ApiKeys(View):
    """The API keys of the account. They are managed with a login."""

    @raises(*CALLER)
    def get(self, request: HttpRequest) -> HttpResponse:
        """List the API keys."""
        account = caller_of(request, "login")
        return answer({"keys": credentials.list_keys(service_of(request), account)})

    @raises(*CALLER, *BODY)
    def post(self, request: HttpRequest) -> HttpResponse:
        """Make an API key."""
        account = caller_of(request, "login")
        wanted = failwell.django.body(request, credentials.KeyRequest)
        return answer(credentials.create_key(service_of(request), account, wanted.name), 201)


@raises(*CALLER, NotFound)
@require_http_methods(["DELETE"])
def revoke_key(request: HttpRequest, key: str) -> HttpResponse:
    """Revoke an API key."""
    account = known(request, "login")
    found = credentials.find_key(account, key)
    count_call(request, account)
    credentials.revoke_key(service_of(request), found)
    return done()


@raises(*CALLER, NotFound)
@require_POST
def rotate_key(request: HttpRequest, key: str) -> HttpResponse:
    """Make a key in the place of another, which serves for one more day."""
    account = known(request, "login")
    found = credentials.find_key(account, key)
    count_call(request, account)
    return answer(credentials.rotate_key(service_of(request), found), 201)


# ---------------------------------------------------------------------------- billing


@raises(*CALLER, *BODY, BillingInfoRequired, *STANDING)
@require_POST
def choose_plan(request: HttpRequest) -> HttpResponse:
    """Choose a plan."""
    account = caller_of(request)
    wanted = failwell.django.body(request, billing.PlanChoice)
    return answer(billing.choose_plan(service_of(request), account, wanted.plan))


@raises(*CALLER, *BODY)
@require_POST
def add_payment_method(request: HttpRequest) -> HttpResponse:
    """Set what the account pays by."""
    account = caller_of(request)
    wanted = failwell.django.body(request, billing.NewPaymentMethod)
    billing.add_payment_method(account, wanted)
    return answer({"kind": wanted.kind}, 201)


@raises(*CALLER)
@require_safe
def list_invoices(request: HttpRequest) -> HttpResponse:
    """List the invoices."""
    return answer({"invoices": billing.list_invoices(caller_of(request))})


@raises(*CALLER, NotFound)
@require_POST
def pay_invoice(request: HttpRequest, invoice: str) -> HttpResponse:
    """Pay an invoice."""
    account = known(request)
    found = billing.find_invoice(account, invoice)
    count_call(request, account)
    return answer(billing.pay_invoice(service_of(request), found))


class Subscription(View):
    """The billing subscription."""

    @raises(*CALLER, SubscriptionNotFound)
    def get(self, request: HttpRequest) -> HttpResponse:
        """Read the subscription."""
        return answer(billing.show_subscription(caller_of(request)))

    @raises(*CALLER, SubscriptionNotFound)
    def delete(self, request: HttpRequest) -> HttpResponse:
        """Cancel the subscription."""
        billing.cancel(service_of(request), caller_of(request))
        return done()


@raises(*CALLER, SubscriptionNotFound, BillingInfoRequired, *STANDING)
@require_POST
def reactivate(request: HttpRequest) -> HttpResponse:
    """Take up the subscription again."""
    return answer(billing.reactivate(service_of(request), caller_of(request)))


@raises(*CALLER, *BODY, NoActiveSubscription)
@require_http_methods(["PATCH"])
def set_spend_limit(request: HttpRequest) -> HttpResponse:
    """Cap what may be used in a month."""
    account = caller_of(request)
    wanted = failwell.django.body(request, billing.SpendLimit)
    return answer(billing.set_spend_limit(account, wanted.cents))


@raises(*CALLER, *BODY, *STANDING)
@require_POST
def buy_credits(request: HttpRequest) -> HttpResponse:
    """Buy credits."""
    account = caller_of(request)
    wanted = failwell.django.body(request, billing.CreditOrder)
    return answer({"credits": billing.buy_credits(service_of(request), account, wanted.credits)})


# ---------------------------------------------------------------------------- what is paid for


@raises(*CALLER, *BODY, PlanRequired, *STANDING, SubscriptionInactive)
@require_POST
def create_project(request: HttpRequest) -> HttpResponse:
    """Make a project."""
    account = caller_of(request)
    wanted = failwell.django.body(request, usage.ProjectRequest)
    return answer(usage.create_project(service_of(request), account, wanted.name), 201)


@raises(
    *CALLER, *BODY, NoActivePlan, *STANDING, SubscriptionInactive, ProRequired, FeatureCheckFailed,
    Forbidden, SpendLimitExceeded,
)  # fmt: skip
@require_POST
def deploy(request: HttpRequest) -> HttpResponse:
    """Run an image."""
    account = caller_of(request)
    wanted = failwell.django.body(request, usage.DeploymentRequest)
    return answer(usage.deploy(service_of(request), account, wanted), 201)


@raises(*KEY, *BODY, CreditsDepleted)
@require_POST
def build(request: HttpRequest) -> HttpResponse:
    """Make an image of a commit."""
    account = caller_of(request, "key")
    wanted = failwell.django.body(request, usage.BuildRequest)
    return answer(usage.build(account, wanted), 201)


# ---------------------------------------------------------------------------- organisations


@raises(*CALLER, *BODY)
@require_POST
def create_org(request: HttpRequest) -> HttpResponse:
    """Found an organisation."""
    account = caller_of(request)
    wanted = failwell.django.body(request, orgs.OrgRequest)
    return answer(orgs.create(account, wanted.name), 201)


@raises(*CALLER, NotFound, NotAMember)
@require_safe
def show_org(request: HttpRequest, org: str) -> HttpResponse:
    """Read an organisation."""
    account = known(request)
    found = orgs.find_as_member(account, org)
    count_call(request, account)
    return answer(orgs.view(found))


@raises(*CALLER, NotFound)
@require_POST
def request_invite(request: HttpRequest, org: str) -> HttpResponse:
    """Ask the owners of an organisation for an invitation."""
    account, found = known(request), orgs.find(org)
    count_call(request, account)
    orgs.request_invite(service_of(request), account, found)
    return done(202)


@raises(*CALLER, NotFound, NotAMember, Forbidden, *BODY)
@require_POST
def invite(request: HttpRequest, org: str) -> HttpResponse:
    """Invite somebody into an organisation."""
    account = known(request)
    found = orgs.find_as_owner(account, org)
    count_call(request, account)
    wanted = failwell.django.body(request, orgs.Invitation)
    orgs.invite(service_of(request), found, wanted.email)
    return done(202)


@raises(*CALLER, *BODY, NotFound, InviteExpired)
@require_POST
def accept_invite(request: HttpRequest) -> HttpResponse:
    """Accept an invitation."""
    account = caller_of(request)
    wanted = failwell.django.body(request, orgs.Acceptance)
    return answer(orgs.accept(service_of(request), account, wanted.token))
