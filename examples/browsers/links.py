"""Links that are mailed and work once."""

from __future__ import annotations

from sqlalchemy.orm import Session

from examples.browsers.database import Mailed
from examples.browsers.errors import InvalidAuthToken
from examples.browsers.settings import Settings
from examples.identity.mails import Outbox
from examples.identity.one_time import Kind, OneTimeTokens, expiry, verdict
from examples.identity.tables import redeem

DASHBOARD = "https://dashboard.driftstack.example"
_SUBJECTS: dict[Kind, str] = {
    "verification": "Verify your email address",
    "magic_link": "Your link to log in",
    "password_reset": "Choose a new password",
}
_PATHS: dict[Kind, str] = {
    "verification": "/verify-email",
    "magic_link": "/login",
    "password_reset": "/password-reset",
}


def make(session: Session, settings: Settings, kind: Kind, email: str) -> str:
    """Makes the token of a link."""
    made = OneTimeTokens(settings.secret).mint(kind)
    expires_at = expiry(kind, settings.now())
    session.add(Mailed(id=made.id, kind=kind, digest=made.digest, email=email, expires_at=expires_at))
    return made.text


def mail(settings: Settings, kind: Kind, email: str, token: str, *, is_known: bool = True) -> None:
    """Mails a link, when what it is about has been committed; nothing goes to an address of no account."""
    text = f"{_SUBJECTS[kind]}:\n\n{DASHBOARD}{_PATHS[kind]}?token={token}\n"
    Outbox(settings.outbox).send(email, _SUBJECTS[kind], text, is_delivered=is_known)


def use(session: Session, settings: Settings, kind: Kind, token: str) -> str:
    """Uses the token of a link up, and gives the address that it was mailed to."""
    said = f"The {kind.replace('_', '-')} token"
    presented = OneTimeTokens(settings.secret).read(kind, token)
    if presented is None:
        raise InvalidAuthToken(f"{said} is malformed.")
    mailed = session.get(Mailed, presented.id)
    judged = verdict(mailed, presented, settings.now())
    if judged == "expired":
        raise InvalidAuthToken(f"{said} has expired.")
    if mailed is None or judged == "unknown":
        raise InvalidAuthToken(f"{said} is not known.")
    if judged == "used" or not redeem(session, mailed, settings.now()):
        raise InvalidAuthToken(f"{said} was used before.")
    return mailed.email
