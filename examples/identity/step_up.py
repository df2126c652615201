"""The second factor, asked for before what is grave: six digits of an authenticator app (TOTP, RFC 6238)."""

from __future__ import annotations

import hmac

import msgspec
from pyotp import random_base32
from pyotp.totp import TOTP

_STEP = 30  # seconds, as all apps have it


class StepUp(msgspec.Struct, frozen=True, kw_only=True):
    """How codes are taken.

    Attributes:
        issuer: the service's name, which apps show.
        fresh_seconds: how long a confirmation is good for.
        leeway: steps of 30 seconds that the caller's clock may be off, before and after.
    """

    issuer: str
    fresh_seconds: int = 5 * 60
    leeway: int = 1

    def new_secret(self) -> str:
        """A secret for the app and the account, in base 32."""
        return random_base32()

    def uri(self, secret: str, account: str) -> str:
        """What apps read from a QR code: `otpauth://totp/…`."""
        return TOTP(secret).provisioning_uri(name=account, issuer_name=self.issuer)

    def verified_step(self, secret: str, code: str, now: int, last_step: int | None) -> int | None:
        """The step whose code it is, to be kept as the account's `last_step`; None if the code is not taken.

        A code is taken once: neither it nor an older one passes again (RFC 6238, section 5.2).

        Args:
            secret: the account's.
            code: six digits.
            now: in seconds since the epoch.
            last_step: of the code that was taken last.
        """
        totp, present = TOTP(secret), now // _STEP
        steps = range(present - self.leeway, present + self.leeway + 1)
        right = [
            step for step in steps if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())
        ]
        fresh = [step for step in right if last_step is None or step > last_step]
        return fresh[0] if fresh else None

    def is_fresh(self, confirmed_at: int | None, now: int) -> bool:
        """Whether a confirmation is still good: up to the second in which `fresh_seconds` are over."""
        return confirmed_at is not None and now < confirmed_at + self.fresh_seconds


def code_at(secret: str, now: float) -> str:
    """What an authenticator app shows at a time."""
    return TOTP(secret).at(now)
