"""What is mailed and serves once: links that log in, verifications, password resets, invitations."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import Any, Literal, Protocol

import msgspec

from examples.identity.keys import Minted, Presented, is_proved

Kind = Literal["magic_link", "invitation", "verification", "password_reset"]

LIFETIMES: dict[Kind, int] = {
    "magic_link": 15 * 60,
    "invitation": 7 * 86_400,
    "verification": 86_400,
    "password_reset": 3_600,
}
"""Seconds; at the end of them the token is expired."""

Verdict = Literal["ok", "unknown", "used", "expired"]
"""What is thought of a token, the first that holds in this order after "ok"."""

_TEXT = re.compile(r"[0-9a-f]{16}[A-Za-z0-9_-]{43}")
_ID = 16


class OneTimeRecord(Protocol):
    """What a service keeps of a token: strings, and seconds since the epoch or None.

    Attributes:
        id: the first digits of the token.
        digest: of the token and its kind, so that one kind cannot pass for another.
        expires_at: the second from which on it is of no use.
        used_at: when it was redeemed.
    """

    # Any: ORMs have types of their own for columns.
    id: Any
    digest: Any
    expires_at: Any
    used_at: Any


class OneTimeTokens(msgspec.Struct, frozen=True):
    """Makes and reads the tokens of one service.

    Attributes:
        secret: the deployment's.
    """

    secret: bytes

    def mint(self, kind: Kind) -> Minted:
        """Makes a token. It fits into a URL as it is."""
        id_ = secrets.token_hex(_ID // 2)
        text = id_ + secrets.token_urlsafe(32)
        return Minted(text, id_, self._digest(kind, text))

    def read(self, kind: Kind, text: str) -> Presented | None:
        """Reads a token that is used for a purpose; None if it is malformed."""
        return Presented(text[:_ID], self._digest(kind, text)) if _TEXT.fullmatch(text) else None

    def _digest(self, kind: Kind, text: str) -> str:
        return hmac.new(self.secret, f"{kind}\n{text}".encode(), hashlib.sha256).hexdigest()


def expiry(kind: Kind, now: int) -> int:
    """When a token that is made now expires."""
    return now + LIFETIMES[kind]


def verdict(record: OneTimeRecord | None, presented: Presented, now: int) -> Verdict:
    """Judges a token. Who then uses it marks it in the same transaction, as `tables.redeem` does.

    Args:
        record: what was found under the id of the token.
        presented: what the request brings.
        now: in seconds since the epoch.
    """
    proved = is_proved(record.digest if record else None, presented)
    if record is None or not proved:
        return "unknown"
    if record.used_at is not None:
        return "used"
    return "ok" if now < record.expires_at else "expired"
