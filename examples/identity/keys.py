"""API keys: made once, kept as a digest, rotated with a day's grace, revoked, and tied to networks."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import zlib
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Literal, Protocol

import msgspec

GRACE_SECONDS = 24 * 3_600
"""How long a key that was rotated still serves; at the end of that it is expired."""

Unread = Literal["missing", "malformed", "foreign"]
"""What an Authorization field can be instead of a key: not there, not to be read, none of this service."""

Verdict = Literal["ok", "unknown", "revoked", "expired", "address_denied"]
"""What is thought of a key, the first that holds in this order."""

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BODY, _CHECK, _ID = 43, 6, 12  # digits for 32 bytes, for a CRC-32, and those of the body that name the key


class KeyRecord(Protocol):
    """What a service keeps of a key, in whatever it keeps it: strings, and seconds since the epoch or None.

    Attributes:
        id: the first digits of the key, which may be shown.
        digest: of the key.
        scopes: words with a space between.
        networks: where it may be used from, as `networks_of` writes it; from anywhere if empty.
        expires_at: the second from which on it is of no use.
        rotated_at: when another key took its place.
        revoked_at: when it was revoked, by hand or by the clean-up.
    """

    # Any: ORMs have types of their own for columns.
    id: Any
    digest: Any
    scopes: Any
    networks: Any
    expires_at: Any
    rotated_at: Any
    revoked_at: Any


class Minted(msgspec.Struct, frozen=True):
    """A new secret. Its text is shown once and not kept."""

    text: str
    id: str
    digest: str


class Presented(msgspec.Struct, frozen=True):
    """A secret that a request brings: by the id it is looked up, by the digest it is proved."""

    id: str
    digest: str


class Keyring(msgspec.Struct, frozen=True):
    """Makes and reads the keys of one service.

    Attributes:
        prefix: what every key begins with: `ds_live_`.
        secret: the deployment's.
    """

    prefix: str
    secret: bytes

    def mint(self) -> Minted:
        """Makes a key: the prefix, 32 random bytes, and a checksum by which a typing error shows."""
        body = _base62(int.from_bytes(secrets.token_bytes(32)), _BODY)
        text = self.prefix + body + _checksum(self.prefix + body)
        return Minted(text, body[:_ID], self._digest(text))

    def read(self, authorization: str | None) -> Presented | Unread:
        """Reads an Authorization field. Whether there is such a key is for the caller to look up."""
        if not authorization:
            return "missing"
        scheme, _, text = authorization.partition(" ")
        if (
            scheme.lower() != "bearer"
            or not text.isascii()
            or not text.isprintable()
            or " " in text
            or not text
        ):
            return "malformed"
        return self.read_text(text) or "foreign"

    def read_text(self, text: str) -> Presented | None:
        """Reads a key that came some other way; None if it is none of this service's."""
        body, check = text[len(self.prefix) : -_CHECK], text[-_CHECK:]
        is_ours = (
            text.startswith(self.prefix) and len(body) == _BODY and check == _checksum(self.prefix + body)
        )
        return Presented(body[:_ID], self._digest(text)) if is_ours else None

    def _digest(self, text: str) -> str:
        return hmac.new(self.secret, text.encode(), hashlib.sha256).hexdigest()


def is_proved(kept: str | None, presented: Presented) -> bool:
    """Whether the digest is the one that was kept. Where none was, it takes the same time to say no."""
    is_same = hmac.compare_digest(kept or "0" * len(presented.digest), presented.digest)
    return is_same and kept is not None


def verdict(record: KeyRecord | None, presented: Presented, now: int, address: str | None) -> Verdict:
    """Judges a key.

    Args:
        record: what was found under the id of the key.
        presented: what the request brings.
        now: in seconds since the epoch.
        address: the caller's, without a port.
    """
    proved = is_proved(record.digest if record else None, presented)
    if record is None or not proved:
        return "unknown"
    if record.revoked_at is not None:
        return "revoked"
    if record.expires_at is not None and not now < record.expires_at:
        return "expired"
    return "ok" if admits(record.networks, address) else "address_denied"


# ---------------------------------------------------------------------------- the life of a key


def rotate(record: KeyRecord, now: int) -> None:
    """Gives a key its last day. The one that takes its place is made by `mint`."""
    end = now + GRACE_SECONDS
    record.rotated_at = now
    record.expires_at = end if record.expires_at is None else min(end, record.expires_at)


def revoke(record: KeyRecord, now: int) -> None:
    """Ends a key at once."""
    record.revoked_at = now


def retire(records: Iterable[KeyRecord], now: int) -> int:
    """The daily clean-up: keys whose grace has ended count as revoked from now on. Says how many."""
    over = [
        record
        for record in records
        if record.rotated_at is not None and record.revoked_at is None
        if record.expires_at is not None and record.expires_at <= now
    ]
    for record in over:
        record.revoked_at = now
    return len(over)


def scopes_of(record: KeyRecord) -> frozenset[str]:
    """What a key may do."""
    return frozenset(record.scopes.split())


# ---------------------------------------------------------------------------- networks


def networks_of(networks: Iterable[str]) -> str:
    """Writes a list of addresses and networks as it is kept: `192.0.2.0/24 2001:db8::/32`.

    Raises:
        ValueError: if one of them is no address and no network, with what is wrong.
    """
    return " ".join(str(_network(one)) for one in networks)


def admits(networks: str, address: str | None) -> bool:
    """Whether a list of networks has an address; an empty list has all of them.

    An IPv4 address that is written in IPv6 (`::ffff:192.0.2.1`) is that address.
    """
    if not networks:
        return True
    try:
        caller = ip_address((address or "").partition("%")[0])
    except ValueError:
        return False
    mapped = caller.ipv4_mapped if isinstance(caller, IPv6Address) else None
    return any((mapped or caller) in network for network in _read(networks))


@lru_cache(1_000)
def _read(networks: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(one) for one in networks.split())


def _network(text: str) -> IPv4Network | IPv6Network:
    network = ip_network(text.strip())
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    if mapped is None or network.prefixlen < 96:
        return network
    return ip_network(f"{mapped}/{network.prefixlen - 96}")


# ---------------------------------------------------------------------------- digits


def _checksum(text: str) -> str:
    return _base62(zlib.crc32(text.encode()), _CHECK)


def _base62(number: int, length: int) -> str:
    digits = ""
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits = _DIGITS[digit] + digits
    return digits
