"""Passwords, kept by scrypt (RFC 7914)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode

_BLOCK, _LANES, _LENGTH = 8, 1, 32
_MEMORY = 64 << 20  # at most, which is enough for a cost of 2**15


class Passwords:
    """Keeps and proves passwords.

    Args:
        cost: how often scrypt goes round, a power of two: 2**14 takes some hundredths of a second.
    """

    def __init__(self, cost: int) -> None:
        self._cost = cost
        self._nobodys = self.keep(secrets.token_urlsafe())

    def keep(self, password: str) -> str:
        """What is kept of a password."""
        salt = secrets.token_bytes(16)
        return "$".join(("scrypt", str(self._cost), _text(salt), _text(_derive(password, salt, self._cost))))

    def is_right(self, password: str, kept: str | None) -> bool:
        """Whether it is the password that was kept.

        Where there is no account, or one without a password, nobody's password is tried: it is as much work,
        so that the time does not tell.
        """
        _, cost, salt, expected = (kept or self._nobodys).split("$")
        found = _derive(password, b64decode(salt), int(cost))
        return hmac.compare_digest(found, b64decode(expected)) and kept is not None


def _derive(password: str, salt: bytes, cost: int) -> bytes:
    return hashlib.scrypt(
        password.encode(), salt=salt, n=cost, r=_BLOCK, p=_LANES, maxmem=_MEMORY, dklen=_LENGTH
    )


def _text(value: bytes) -> str:
    return b64encode(value).decode()
