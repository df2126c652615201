"""Plans, payment methods, invoices, the subscription, its spend limit, and credits."""

# mypy: allow-untyped-decorators
from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

import msgspec

from examples.identity.tables import new_id
from examples.platform.errors import (
    STANDARD,
    BillingInfoRequired,
    NoActivePlan,
    NoActiveSubscription,
    PaymentPastDue,
    SubscriptionInactive,
    SubscriptionNotFound,
    SubscriptionSuspended,
)
from examples.platform.models import Account, Invoice, PaymentMethod, Subscription
from examples.platform.plans import CREDIT_CENTS, DAY, DAYS_TO_PAY, DAYS_TO_SUSPENSION, PLANS
from examples.platform.service import Service
from examples.platform.text import Name
from examples.platform.untyped import F, transaction
from failwell import Problem

NotFound = STANDARD[404]


class PlanChoice(msgspec.Struct, forbid_unknown_fields=True):
    plan: Literal["hobby", "pro"]


class NewPaymentMethod(msgspec.Struct, forbid_unknown_fields=True):
    """A card, by the token that the payment provider gave for it, or a transfer, by an account's holder."""

    kind: Literal["card", "transfer"]
    reference: Name


class SpendLimit(msgspec.Struct, forbid_unknown_fields=True):
    cents: Annotated[int, msgspec.Meta(ge=0, le=100_000_000)]


class CreditOrder(msgspec.Struct, forbid_unknown_fields=True):
    credits: Annotated[int, msgspec.Meta(ge=1, le=100_000)]


class SubscriptionView(msgspec.Struct):
    plan: str
    spend_limit: int
    is_active: bool


class InvoiceView(msgspec.Struct):
    id: str
    purpose: str
    cents: int
    is_paid: bool


# ---------------------------------------------------------------------------- standing


def verify_paid(account: Account, now: int) -> None:
    """Lets nobody add to a bill that is overdue.

    Raises:
        PaymentPastDue: for an invoice that was due.
        SubscriptionSuspended: for one that has been overdue for 30 days.
    """
    overdue = (
        Invoice.objects.filter(account=account, paid_at=None, due_at__lte=now).order_by("due_at").first()
    )
    if overdue is None:
        return
    if now >= overdue.due_at + DAYS_TO_SUSPENSION * DAY:
        raise SubscriptionSuspended(invoice=overdue.id)
    raise PaymentPastDue(invoice=overdue.id)


def active_subscription(account: Account, now: int, missing: Problem) -> Subscription:
    """The subscription, if it is in order.

    Args:
        account: whose.
        now: in seconds since the epoch.
        missing: what to raise where there is none.
    """
    subscription = find_subscription(account)
    if subscription is None:
        raise missing
    verify_paid(account, now)
    if subscription.ended_at is not None:
        ended = datetime.fromtimestamp(subscription.ended_at, UTC)
        raise SubscriptionInactive(f"The subscription was cancelled and ended on {ended.day} {ended:%B %Y}.")
    return subscription


def find_subscription(account: Account) -> Subscription | None:
    """The subscription, whatever its state."""
    found: Subscription | None = Subscription.objects.filter(account=account).first()
    return found


# ---------------------------------------------------------------------------- plan and subscription


@transaction.atomic
def choose_plan(service: Service, account: Account, name: str) -> SubscriptionView:
    """Starts a subscription, or changes it; a paid plan is invoiced."""
    lock(account)
    plan, before = PLANS[name], find_subscription(account)
    if plan.cents:
        if find_payment_method(account) is None:
            raise BillingInfoRequired(
                f"The plan {plan.title} needs a payment method, and the account has none."
            )
        verify_paid(account, service.now())
    is_new = before is None or before.plan != name or before.ended_at is not None
    limit = max(before.spend_limit if before else 0, plan.spend_limit)
    subscription, _ = Subscription.objects.update_or_create(
        account=account, defaults={"plan": name, "spend_limit": limit, "ended_at": None}
    )
    if plan.cents and is_new:
        invoice(service, account, f"Plan {plan.title}", plan.cents)
    return view(subscription)


def show_subscription(account: Account) -> SubscriptionView:
    """The subscription, or that there is none."""
    return view(_need_subscription(account))


@transaction.atomic
def cancel(service: Service, account: Account) -> None:
    """Ends the subscription at once."""
    lock(account)
    subscription = _need_subscription(account)
    subscription.ended_at = subscription.ended_at or service.now()
    subscription.save()


def reactivate(service: Service, account: Account) -> SubscriptionView:
    """Takes up the subscription again, on the plan that it had."""
    view: SubscriptionView = choose_plan(service, account, _need_subscription(account).plan)
    return view


@transaction.atomic
def set_spend_limit(account: Account, cents: int) -> SubscriptionView:
    """Caps what may be used in a month."""
    lock(account)
    subscription = find_subscription(account)
    if subscription is None or subscription.ended_at is not None:
        raise NoActiveSubscription("The spend limit was not set: the account has no active subscription.")
    subscription.spend_limit = cents
    subscription.save()
    return view(subscription)


def view(subscription: Subscription) -> SubscriptionView:
    """What a subscription shows."""
    return SubscriptionView(subscription.plan, subscription.spend_limit, subscription.ended_at is None)


def _need_subscription(account: Account) -> Subscription:
    subscription = find_subscription(account)
    if subscription is None:
        raise SubscriptionNotFound("The account has no billing subscription to show.")
    return subscription


def no_plan() -> NoActivePlan:
    """For what is billed, in an account without a plan."""
    return NoActivePlan("The account has no billing plan, so the deployment was not started.")


def lock(account: Account) -> None:
    """Lets others who change the same account wait until the end of the transaction."""
    Account.objects.select_for_update().get(pk=account.id)


# ---------------------------------------------------------------------------- payment


def find_payment_method(account: Account) -> PaymentMethod | None:
    """What the account pays by."""
    found: PaymentMethod | None = PaymentMethod.objects.filter(account=account).first()
    return found


def add_payment_method(account: Account, wanted: NewPaymentMethod) -> None:
    """Sets what the account pays by. What the payment provider would say of it, is beyond this example."""
    defaults = {"kind": wanted.kind, "reference": wanted.reference}
    PaymentMethod.objects.update_or_create(account=account, defaults=defaults)


def invoice(service: Service, account: Account, purpose: str, cents: int) -> InvoiceView:
    """Writes an invoice. A card pays it at once; everybody else has two weeks."""
    now, method = service.now(), find_payment_method(account)
    paid_at = now if method is not None and method.kind == "card" else None
    made = Invoice.objects.create(
        id=new_id("in"),
        account=account,
        purpose=purpose,
        cents=cents,
        due_at=now + DAYS_TO_PAY * DAY,
        paid_at=paid_at,
    )
    return view_invoice(made)


def list_invoices(account: Account) -> list[InvoiceView]:
    """The invoices, the oldest first."""
    return [view_invoice(one) for one in Invoice.objects.filter(account=account).order_by("due_at", "id")]


def find_invoice(account: Account, invoice_id: str) -> Invoice:
    """An invoice of the account's."""
    found: Invoice | None = Invoice.objects.filter(pk=invoice_id, account=account).first()
    if found is None:
        raise NotFound
    return found


def pay_invoice(service: Service, found: Invoice) -> InvoiceView:
    """Pays an invoice; what is paid stays paid."""
    Invoice.objects.filter(pk=found.id, paid_at=None).update(paid_at=service.now())
    found.refresh_from_db()
    return view_invoice(found)


def view_invoice(found: Invoice) -> InvoiceView:
    """What an invoice shows."""
    return InvoiceView(found.id, found.purpose, found.cents, found.paid_at is not None)


@transaction.atomic
def buy_credits(service: Service, account: Account, count: int) -> int:
    """Adds credits, against an invoice, and says how many there are."""
    lock(account)
    verify_paid(account, service.now())
    invoice(service, account, f"{count} credits", count * CREDIT_CENTS)
    Account.objects.filter(pk=account.id).update(credits=F("credits") + count)
    account.refresh_from_db()
    return account.credits
