"""The error contract: problem types in the reference's order, and standard types for the gaps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from failwell import Catalog, Contract, Example, Member, Problem, Resolve, Retry, dialects, standard_types
from failwell.headers import challenge
from failwell.typing import InputFailure

platform = Catalog(
    "platform",
    base="https://errors.platform.example/",
    title="Platform: errors",
    about=Path(__file__).with_name("about.md").read_text(encoding="utf-8"),
)

SITE = "https://platform.example"
"""Where people fix things: what `resolve.url` begins with."""

SELECT_PLAN = Resolve("select_plan", "Choose a plan", f"{SITE}/billing/plans", "POST", "/v1/billing/plan")
PAY_INVOICE = Resolve(
    "pay_invoice", "Pay the invoice", f"{SITE}/billing/invoices",
    "POST", "/v1/billing/invoices/{invoice}/pay",
)  # fmt: skip
REQUEST_RESET = Resolve(
    "request_password_reset", "Request a new link", f"{SITE}/forgot", "POST", "/v1/auth/password-reset"
)
REQUEST_INVITE = Resolve(
    "request_invite", "Ask for an invitation", SITE + "/orgs/{org}/join",
    "POST", "/v1/orgs/{org}/invite-requests",
)  # fmt: skip

Invoice = Annotated[str, Member(on_wire=False, description="Id of the invoice, for the call that pays it.")]
Org = Annotated[str, Member(on_wire=False, description="The organisation's name in addresses.")]


class _OnPlatform(Problem, abstract=True, catalog=platform, retry=Retry.AFTER_ACTION):
    pass


class _Billing(_OnPlatform, abstract=True, category="Billing and subscription"):
    pass


class NoActivePlan(
    _Billing, code="no_active_plan", status=402, title="No active plan",
    detail="The account has no billing plan.",
    suggestion="Choose a plan, then repeat the request.",
    resolve=SELECT_PLAN,
    examples=(Example(detail="The account has no billing plan, so the deployment was not started."),),
):  # fmt: skip
    """The request uses something that is billed, and no billing plan has been selected for the account.

    ## Why
    Without a plan there are no prices and nothing to charge usage to. A new account begins like this.

    ## What to do
    Select a plan and send the same request again. A plan costs money, so an agent lets a person choose.
    """


class BillingInfoRequired(
    _Billing, code="billing_info_required", status=402, title="Billing information required",
    detail="A paid plan needs a payment method, and the account has none.",
    suggestion="Add a payment method, then repeat the request.",
    resolve=Resolve(
        "add_payment_method", "Add a payment method", f"{SITE}/billing/payment",
        "POST", "/v1/billing/payment-methods",
    ),
    examples=(Example(detail="The plan Pro needs a payment method, and the account has none."),),
):  # fmt: skip
    """The request leads to a paid plan, but the account has no payment method on file.

    ## Why
    A paid plan is charged without anybody at hand, so it starts only once there is something to charge.

    ## What to do
    Add a payment method and repeat the request. Card numbers belong on that page: an agent asks for none.
    """


class PlanRequired(
    _Billing, code="plan_required", status=402, title="Plan required",
    detail="A project can only be created on a plan.",
    suggestion="Choose a plan, then create the project again.",
    resolve=SELECT_PLAN,
    examples=(Example(detail='The project "website" was not created: the account has no plan.'),),
):  # fmt: skip
    """A project was to be created in an account without a plan. Nothing was created.

    ## Why
    What a project may hold depends on the plan, so there is no project without one.

    ## What to do
    Select a plan and send the same request again. No half-made project is left behind to clean up first.
    """


class PaymentPastDue(
    _Billing, code="payment_past_due", status=402, title="Payment past due",
    detail="The invoice {invoice} is overdue.",
    suggestion="Pay the overdue invoice, then repeat the request.",
    resolve=PAY_INVOICE,
    examples=(Example({"invoice": "in_2026_11_0417"}),),
):  # fmt: skip
    """An invoice was not paid when it was due, and the request would add to the bill.

    ## Why
    The charge was declined, or nobody settled the invoice. Until it is paid, nothing more is put on the bill.

    ## What to do
    Pay the invoice that `detail` names and repeat the request. If the charge was declined, look at the
    payment method first, or it will be declined again.
    """

    invoice: Invoice


class SubscriptionSuspended(
    _Billing, code="subscription_suspended", status=402, title="Subscription suspended",
    detail="The subscription is suspended until the invoice {invoice} is paid.",
    suggestion="Pay the invoice to lift the suspension, then repeat the request.",
    resolve=PAY_INVOICE,
    examples=(Example({"invoice": "in_2026_10_0388"}),),
):  # fmt: skip
    """The subscription is suspended because it was not paid for.

    ## Why
    A payment stayed overdue. `payment_past_due` is the milder form, in which the subscription still runs.

    ## What to do
    Pay the invoice that `detail` names. Payment lifts the suspension; then the same request succeeds.
    """

    invoice: Invoice


class SubscriptionInactive(
    _Billing, code="subscription_inactive", status=402, title="Subscription inactive",
    detail="The subscription is not active.",
    suggestion="Reactivate the subscription, then repeat the request.",
    resolve=Resolve(
        "reactivate_subscription", "Reactivate the subscription", f"{SITE}/billing",
        "POST", "/v1/billing/subscription/reactivate",
    ),
    examples=(Example(detail="The subscription was cancelled and ended on 31 October 2026."),),
):  # fmt: skip
    """The account has a subscription, but it is not active.

    ## Why
    It was cancelled or has run out. No payment is missing: that would be `subscription_suspended`.

    ## What to do
    Reactivate it and repeat the request. A cancellation may have been meant, so an agent asks a person first.
    """


class SubscriptionNotFound(
    _Billing, code="subscription_not_found", status=404, title="Subscription not found",
    detail="The account has no billing subscription.",
    suggestion="Choose a plan, which starts a subscription, then repeat the request.",
    resolve=SELECT_PLAN,
    examples=(Example(detail="The account has no billing subscription to show."),),
):  # fmt: skip
    """The request reads or changes the billing subscription, and there is none.

    ## Why
    A subscription begins with the choice of a plan, and no plan has been chosen. The address itself is right.

    ## What to do
    Select a plan and repeat the request. A program that only wanted to look can take this as "none yet".
    """


class NoActiveSubscription(
    _Billing, code="no_active_subscription", status=409, title="No active subscription",
    detail="A spend limit needs an active subscription.",
    suggestion="Choose a plan, then set the spend limit again.",
    resolve=SELECT_PLAN,
    examples=(Example(detail="The spend limit was not set: the account has no active subscription."),),
):  # fmt: skip
    """A spend limit was to be configured, but there is no active subscription that it could limit.

    ## Why
    A spend limit caps what a subscription may cost in a month, and is kept with the subscription.

    ## What to do
    Select a plan, then send the same spend limit again. The value that was sent has not been stored.
    """


class _Usage(_OnPlatform, abstract=True, category="Usage limits"):
    pass


class SpendLimitExceeded(
    _Usage, code="spend_limit_exceeded", status=402, title="Spend limit exceeded",
    detail="The spend limit of this month is reached.",
    suggestion="Raise the spend limit, or wait for the next month.",
    resolve=Resolve(
        "raise_spend_limit", "Raise the spend limit", f"{SITE}/billing/limits",
        "PATCH", "/v1/billing/spend-limit",
    ),
    examples=(Example(detail="The spend limit of 50.00 EUR for November 2026 is reached."),),
):  # fmt: skip
    """What the account may spend in a month is spent, and the request would cost more.

    ## Why
    Somebody on the account set this cap so that the bill cannot grow past it. Nothing is broken or overdue.

    ## What to do
    Raise the limit and repeat the request, or wait: the next month has a budget of its own. An agent never
    raises the limit by itself; whoever set it decides.
    """


class CreditsDepleted(
    _Usage, code="credits_depleted", status=402, title="Credits depleted",
    detail="The credit balance is used up.",
    suggestion="Buy credits, then repeat the request.",
    resolve=Resolve("buy_credits", "Buy credits", f"{SITE}/billing/credits", "POST", "/v1/billing/credits"),
    examples=(Example(detail="The credit balance is 0, and the build costs 12 credits."),),
):  # fmt: skip
    """The request is paid for with credits, and none are left.

    ## Why
    Credits are bought ahead and used up by requests. Waiting does not bring them back.

    ## What to do
    Buy credits and repeat the request. Jobs that run for long should look at the balance before it is gone.
    """


class RateLimitExceeded(
    _Usage, code="rate_limit_exceeded", status=429, title="Rate limit exceeded", retry=Retry.LATER,
    standard=429,
    detail="Too many requests in a short time.",
    suggestion="Wait as long as Retry-After says, then repeat the request.",
    headers={"Retry-After": "{retry_after_seconds}"},
    examples=(Example({"retry_after_seconds": 20}, "Too many requests: 60 in a minute are admitted."),),
):  # fmt: skip
    """The caller sent more requests in a short time than it may.

    ## Why
    The platform is shared, and each caller has its part of it. There is no `resolve`: only time helps.

    ## What to do
    Wait as many seconds as `Retry-After` says and send the same request again. Let all workers that share
    a credential wait, or the next one runs into the limit again.
    """

    retry_after_seconds: Annotated[int | None, Member(on_wire=False, unit="seconds")] = None


class _Access(_OnPlatform, abstract=True, category="Authentication and authorisation"):
    pass


class AuthRequired(
    _Access, code="auth_required", status=401, title="Authentication required", standard=401,
    detail="The request carries no valid authentication.",
    suggestion="Log in, then repeat the request.",
    resolve=Resolve("log_in", "Log in", f"{SITE}/login", "POST", "/v1/auth/login"),
    examples=(Example(detail="The session has ended."),),
):  # fmt: skip
    """The request came without valid authentication.

    ## Why
    Nothing was sent, what was sent is no longer valid, or it went missing on the way: many HTTP clients drop
    the `Authorization` field when they follow a redirect to another host.

    ## What to do
    Log in and repeat the request with what the login gives. If you had just done so, look for redirects and
    proxies between you and the API before you log in once more.
    """


class ApiKeyRequired(
    _Access, code="api_key_required", status=401, title="API key required",
    detail="The request carries no valid API key.",
    suggestion="Create an API key and send it with the request.",
    resolve=Resolve("create_api_key", "Create an API key", f"{SITE}/settings/keys", "POST", "/v1/api-keys"),
    examples=(Example(detail="Builds are started with an API key; the request carries none that is valid."),),
):  # fmt: skip
    """This operation wants an API key, and no valid one came with the request.

    ## Why
    The key is missing, mistyped or no longer valid. Which of these it is, is not told.

    ## What to do
    Compare the key with the place it was copied from. If it is gone, create another one, keep it with the
    program's secrets, and repeat the request with it.
    """


class ProRequired(
    _Access, code="pro_required", status=403, title="Pro subscription required",
    detail="This needs the Pro subscription.",
    suggestion="Upgrade to Pro, then repeat the request.",
    resolve=Resolve("upgrade_plan", "Upgrade to Pro", f"{SITE}/billing/plans", "POST", "/v1/billing/plan"),
    examples=(Example(detail="Preview deployments need the Pro subscription."),),
):  # fmt: skip
    """The request uses something that only the Pro subscription has.

    ## Why
    The account is in order and its credentials are good; its plan is too small for this.

    ## What to do
    Upgrade and repeat the request, or do without the feature. A user interface can show beforehand that the
    feature is part of Pro.
    """


class NotAMember(
    _Access, code="not_a_member", status=403, title="Not a member",
    detail="You are not a member of the organisation {org}.",
    suggestion="Ask for an invitation. Once you are a member, repeat the request.",
    resolve=REQUEST_INVITE,
    examples=(Example({"org": "acme"}),),
):  # fmt: skip
    """The request is about an organisation of which the caller is not a member.

    ## Why
    The caller never joined, has left, or is logged in with another account than usual.

    ## What to do
    Check which account is logged in. If it is the right one, ask for an invitation. The call only asks, so
    repeat the request when the organisation has let you in, and not in a loop until then.
    """

    org: Org


class _Account(_OnPlatform, abstract=True, category="Account"):
    pass


class EmailExists(
    _Account, code="email_exists", status=409, title="Email address already registered", retry=Retry.NEVER,
    detail="There is an account with this email address already.",
    suggestion="Log in instead, or reset the password.",
    resolve=Resolve("log_in", "Log in", f"{SITE}/login"),
    examples=(Example(detail="There is an account with the address ada@mail.example already."),),
):  # fmt: skip
    """Somebody signs up with an email address that an account has already.

    ## Why
    An address belongs to one account. By contract this answer reveals that an account exists; the sign-up
    endpoint is rate-limited, so that nobody can try out lists of addresses on it.

    ## What to do
    Lead the user to the login, and to `/forgot` if the password is lost. There is no call for programs:
    the same sign-up can never succeed.
    """


class TokenInvalid(
    _Account, code="token_invalid", status=400, title="Reset token invalid",
    detail="The reset token is not valid.",
    suggestion="Open the link in the newest mail, or request a new one.",
    resolve=REQUEST_RESET,
    examples=(Example(detail="The reset token is not valid. The password was not changed."),),
):  # fmt: skip
    """The token with which a password was to be reset is not valid. The password is unchanged.

    ## Why
    Mail programs break long links in two, and a link that was used, or followed by a newer one, is void.

    ## What to do
    Copy the whole link from the newest mail. If that fails as well, request another link and use that one.
    """


class TokenExpired(
    _Account, code="token_expired", status=410, title="Reset token expired",
    detail="The reset token has expired.",
    suggestion="Request a new link and use it soon.",
    resolve=REQUEST_RESET,
    examples=(Example(detail="The reset token has expired. The password was not changed."),),
):  # fmt: skip
    """The token was good for resetting the password once, but its time is over. The password is unchanged.

    ## Why
    Whoever has such a link can take over the account, so it is good for a short time only.

    ## What to do
    Request a new link and open it soon. Programs request one when the user says so and not on their own: each
    request is a mail to somebody.
    """


class SocialLoginOnly(
    _Account, code="social_login_only", status=409, title="Account signs in through a provider",
    detail="This account signs in through {provider}, not with a password.",
    suggestion="Log in with the provider.",
    resolve=Resolve("log_in_with_provider", "Log in with your provider", SITE + "/login/{provider}"),
    examples=(Example({"provider": "github"}),),
):  # fmt: skip
    """A password was tried on an account that has none, because it signs in through another provider.

    ## Why
    The account was made with the provider's login. By contract this answer reveals that an account exists;
    the endpoints that take passwords are rate-limited, so that nobody can try out lists of addresses there.

    ## What to do
    Send the user to `resolve.url`, where the provider's login begins. There is no call for programs: a
    person has to log in on the provider's own pages.
    """

    provider: Annotated[str, Member(on_wire=False, description="The provider's name in addresses.")]


class InviteExpired(
    _Account, code="invite_expired", status=410, title="Invitation expired",
    detail="The invitation to the organisation {org} has expired.",
    suggestion="Ask for a new invitation.",
    resolve=REQUEST_INVITE,
    examples=(Example({"org": "acme"}),),
):  # fmt: skip
    """The invitation to an organisation was not accepted in time.

    ## Why
    Invitations lie in mailboxes for long, and should not let somebody in whom nobody expects any more.

    ## What to do
    Ask the organisation for a new invitation and accept that one. The old link stays expired.
    """

    org: Org


class EmailVerificationRequired(
    _Account, code="email_verification_required", status=403, title="Email verification required",
    detail="The registration is complete once the email address is verified.",
    suggestion="Open the link in the verification mail, then repeat the request.",
    resolve=Resolve(
        "verify_email", "Verify your email address", f"{SITE}/verify",
        "POST", "/v1/auth/verification-email",
    ),
    examples=(Example(detail="The registration waits for the link in the verification mail to be opened."),),
):  # fmt: skip
    """The account is registered, but its email address has not been verified yet.

    ## Why
    Until somebody opens the link in the verification mail, the address could be a typo, or another person's.

    ## What to do
    Open the link and repeat the request. The call sends the mail again: let the user look into the spam
    folder before, and never send it in a loop.
    """


class _Internal(_OnPlatform, abstract=True, category="Internal"):
    pass


class FeatureCheckFailed(
    _Internal, code="feature_check_failed", status=500, title="Feature check failed", retry=Retry.LATER,
    detail="Whether the feature is available could not be determined.",
    suggestion="Repeat the request later. If it stays like this, contact support.",
    resolve=Resolve("contact_support", "Contact support", f"{SITE}/support"),
    examples=(Example(detail="Whether preview deployments are available could not be determined."),),
):  # fmt: skip
    """The platform could not find out whether the account has the feature that the request uses.

    ## Why
    The check itself failed, so neither yes nor no is known, and the request was refused to be safe. Nothing
    about the account or its plan is wrong.

    ## What to do
    Repeat the request after a pause, and double the pause each time. If that does not help within minutes,
    write to support and quote the `X-Request-Id` of a response.
    """


STANDARD = standard_types(platform)
"""What stands for the conditions that have no code here: 405, 413, 415, internal …"""


def invalid(failures: Sequence[InputFailure]) -> Problem:
    """Names the first input that is wrong in `detail`: this contract has no members for the others."""
    first = failures[0]
    return STANDARD[422](f"{first.path or first.place}: {first.detail}")


contract = Contract(
    platform,
    dialect=dialects.PROBLEM_RESOLVE,
    validation=invalid,
    challenge=challenge(realm="platform"),
)
