"""The tables. Times are whole seconds since the epoch, money is cents; annotations say what fields hold."""

# mypy: allow-subclassing-any
from __future__ import annotations

from typing import Any

from examples.platform.untyped import models

ID = 40


class Record(models.Model):
    """Base of all tables."""

    objects: Any = models.Manager()

    id: str = models.CharField(primary_key=True, max_length=ID)

    class Meta:
        abstract = True


# ---------------------------------------------------------------------------- accounts


class Account(Record):
    """Somebody who can log in: with a password, or through a provider."""

    email: str = models.CharField(max_length=254, unique=True)
    password: str = models.CharField(max_length=200, default="")
    provider: str = models.CharField(max_length=20, default="")
    verified_at: int | None = models.BigIntegerField(null=True)
    credits: int = models.BigIntegerField(default=0)


class Secret(Record):
    """What an account calls with; an `identity.keys.KeyRecord`."""

    account: Account = models.ForeignKey(Account, models.CASCADE)
    account_id: str
    digest: str = models.CharField(max_length=64)
    scopes: str = models.TextField(default="")
    networks: str = models.TextField(default="")
    expires_at: int | None = models.BigIntegerField(null=True)
    rotated_at: int | None = models.BigIntegerField(null=True)
    revoked_at: int | None = models.BigIntegerField(null=True)

    class Meta:
        abstract = True


class ApiKey(Secret):
    """A key for programs."""

    name: str = models.CharField(max_length=60)


class LoginSession(Secret):
    """What a login gives: in pages a cookie, for programs an access token."""


class Organisation(models.Model):
    """People who work together."""

    objects: Any = models.Manager()

    slug: str = models.CharField(primary_key=True, max_length=80)
    name: str = models.CharField(max_length=60)


class Membership(Record):
    """A seat in an organisation."""

    org: Organisation = models.ForeignKey(Organisation, models.CASCADE)
    org_id: str
    account: Account = models.ForeignKey(Account, models.CASCADE)
    account_id: str
    is_owner: bool = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["org", "account"], name="one_seat_each"),)


class Mailed(Record):
    """A token that serves once; an `identity.one_time.OneTimeRecord`."""

    kind: str = models.CharField(max_length=20)
    digest: str = models.CharField(max_length=64)
    email: str = models.CharField(max_length=254, db_index=True)
    org: Organisation | None = models.ForeignKey(Organisation, models.CASCADE, null=True)
    org_id: str | None
    expires_at: int = models.BigIntegerField()
    used_at: int | None = models.BigIntegerField(null=True)


# ---------------------------------------------------------------------------- billing


class PaymentMethod(models.Model):
    """What an account pays by: a card is charged at once, a transfer may come until an invoice is due."""

    objects: Any = models.Manager()

    account: Account = models.OneToOneField(Account, models.CASCADE, primary_key=True)
    kind: str = models.CharField(max_length=20)
    reference: str = models.CharField(max_length=60)


class Subscription(models.Model):
    """The plan of an account. It is inactive from `ended_at` on."""

    objects: Any = models.Manager()

    account: Account = models.OneToOneField(Account, models.CASCADE, primary_key=True)
    plan: str = models.CharField(max_length=20)
    spend_limit: int = models.BigIntegerField()
    ended_at: int | None = models.BigIntegerField(null=True)


class Invoice(Record):
    """What is to be paid, and until when."""

    account: Account = models.ForeignKey(Account, models.CASCADE)
    account_id: str
    purpose: str = models.CharField(max_length=60)
    cents: int = models.BigIntegerField()
    due_at: int = models.BigIntegerField()
    paid_at: int | None = models.BigIntegerField(null=True)


# ---------------------------------------------------------------------------- what is paid for


class Project(Record):
    """A project of an account."""

    account: Account = models.ForeignKey(Account, models.CASCADE)
    name: str = models.CharField(max_length=60)


class Deployment(Record):
    """An image that runs."""

    account: Account = models.ForeignKey(Account, models.CASCADE)
    image: str = models.CharField(max_length=200)
    is_preview: bool = models.BooleanField()
    cents: int = models.BigIntegerField()


class Build(Record):
    """An image that is made of a commit."""

    account: Account = models.ForeignKey(Account, models.CASCADE)
    commit: str = models.CharField(max_length=40)
