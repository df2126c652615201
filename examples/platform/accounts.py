"""Accounts: signing up, verifying the address, logging in, and a forgotten password."""

# mypy: allow-untyped-decorators
from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from examples.identity import one_time
from examples.identity.one_time import Kind, Verdict
from examples.identity.tables import new_id
from examples.platform.credentials import SESSION_SECONDS, open_session
from examples.platform.errors import (
    SITE,
    STANDARD,
    AuthRequired,
    EmailExists,
    EmailVerificationRequired,
    SocialLoginOnly,
    TokenExpired,
    TokenInvalid,
)
from examples.platform.models import Account, LoginSession, Mailed, Organisation
from examples.platform.plans import FIRST_CREDITS
from examples.platform.service import Service
from examples.platform.untyped import IntegrityError, transaction

BadRequest = STANDARD[400]

Email = Annotated[str, msgspec.Meta(max_length=254, pattern=r"^[a-z0-9._%+-]+@[a-z0-9-]+(\.[a-z0-9-]+)*\Z")]
Password = Annotated[str, msgspec.Meta(min_length=8, max_length=200)]
Token = Annotated[str, msgspec.Meta(max_length=200)]


class Credentials(msgspec.Struct, forbid_unknown_fields=True):
    email: Email
    password: Password


class Address(msgspec.Struct, forbid_unknown_fields=True):
    email: Email


class Verification(msgspec.Struct, forbid_unknown_fields=True):
    token: Token


class NewPassword(msgspec.Struct, forbid_unknown_fields=True):
    token: Token
    password: Password


class AccountView(msgspec.Struct):
    id: str
    email: str
    credits: int


class LoggedIn(msgspec.Struct):
    access_token: str
    expires_in: int = SESSION_SECONDS
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - no secret, but its type (RFC 6749)


def view(account: Account) -> AccountView:
    """What an account shows of itself."""
    return AccountView(account.id, account.email, account.credits)


# ---------------------------------------------------------------------------- signing up


def sign_up(service: Service, wanted: Credentials) -> AccountView:
    """Makes an account, and mails the link that verifies its address."""
    kept = service.passwords.keep(wanted.password)
    account = add(wanted.email, password=kept)
    send_verification(service, account.email)
    return view(account)


def add(email: str, **words: object) -> Account:
    """Makes an account, if the address has none.

    Raises:
        EmailExists: if it has one.
    """
    try:
        with transaction.atomic():
            account: Account = Account.objects.create(
                id=new_id("acct"), email=email, credits=FIRST_CREDITS, **words
            )
    except IntegrityError:
        raise EmailExists(f"There is an account with the address {email} already.") from None
    return account


def send_verification(service: Service, email: str) -> None:
    """Mails the link once more, to an address that waits for it. To all others nothing; it takes as long."""
    waits = Account.objects.filter(email=email, verified_at=None).count() > 0  # one row either way
    token = mail_token(service, "verification", email)
    text = f"Open this to complete your registration:\n\n{SITE}/verify?token={token}\n"
    service.outbox.send(email, "Verify your address", text, is_delivered=waits)


@transaction.atomic
def verify(service: Service, token: str) -> None:
    """Completes a registration."""
    record, verdict = redeem(service, "verification", token)
    if record is None or verdict != "ok":
        raise BadRequest("The verification link is not valid any more.")
    Account.objects.filter(email=record.email).update(verified_at=service.now())


# ---------------------------------------------------------------------------- logging in


def log_in(service: Service, wanted: Credentials) -> LoggedIn:
    """Opens a session. An unknown address costs as much as a wrong password, and gets the same answer."""
    account: Account | None = Account.objects.filter(email=wanted.email).first()
    is_right = service.passwords.is_right(wanted.password, (account.password or None) if account else None)
    if account is not None and account.provider:
        raise SocialLoginOnly(provider=account.provider)
    if account is None or not is_right:
        raise AuthRequired("The email address or the password is wrong.")
    if account.verified_at is None:
        raise EmailVerificationRequired(
            "The registration waits for the link in the verification mail to be opened."
        )
    return LoggedIn(open_session(service, account))


# ---------------------------------------------------------------------------- forgotten passwords


def send_reset(service: Service, email: str) -> None:
    """Mails a link that resets the password; those before it are void. If there is none, it takes as long."""
    has_password = Account.objects.filter(email=email, provider="").count() > 0  # one row either way
    Mailed.objects.filter(email=email, kind="password_reset", used_at=None).update(used_at=service.now())
    token = mail_token(service, "password_reset", email)
    text = f"Open this within an hour to choose a new password:\n\n{SITE}/reset?token={token}\n"
    service.outbox.send(email, "Reset your password", text, is_delivered=has_password)


def reset_password(service: Service, wanted: NewPassword) -> None:
    """Sets another password, and ends all sessions."""
    kept = service.passwords.keep(wanted.password)
    with transaction.atomic():
        record, verdict = redeem(service, "password_reset", wanted.token)
        if verdict == "expired":
            raise TokenExpired("The reset token has expired. The password was not changed.")
        if record is None or verdict != "ok":
            raise TokenInvalid("The reset token is not valid. The password was not changed.")
        account = Account.objects.get(email=record.email)
        account.password = kept
        account.verified_at = account.verified_at or service.now()  # the mail was read
        account.save()
        LoginSession.objects.filter(account=account).delete()


# ---------------------------------------------------------------------------- tokens that serve once


def mail_token(service: Service, kind: Kind, email: str, org: Organisation | None = None) -> str:
    """Makes a token. Who mails it, says what it is for."""
    minted = service.tokens.mint(kind)
    Mailed.objects.create(
        id=minted.id,
        kind=kind,
        digest=minted.digest,
        email=email,
        org=org,
        expires_at=one_time.expiry(kind, service.now()),
    )
    return minted.text


def redeem(service: Service, kind: Kind, token: str) -> tuple[Mailed | None, Verdict]:
    """Uses a token up, if it is good. Of two who are equally fast, one is told that it was used."""
    presented = service.tokens.read(kind, token)
    if presented is None:
        return None, "unknown"
    record: Mailed | None = Mailed.objects.filter(pk=presented.id).first()
    verdict = one_time.verdict(record, presented, service.now())
    if verdict == "ok":
        used = Mailed.objects.filter(pk=presented.id, used_at=None).update(used_at=service.now())
        verdict = "ok" if used else "used"
    return record, verdict
