"""Names under which stores outside the process keep entries: without personal data, the same everywhere."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import blake2b

from failwell.exceptions import DeclarationError

_BYTES = 16  # 128 bits: no two of a billion billion subjects are likely to share a name


def name_of(key: str, secret: bytes) -> str:
    """Makes the name of a key: what says whose entry it is becomes a keyed hash, the rest stays readable.

    `rate:token:s:tok_1` becomes `rate:token:` and 22 characters of base64url, the BLAKE2b-128 of `s:tok_1`
    (RFC 7693, RFC 4648 section 5 without padding). The type is part of what is hashed, so that the number 1
    and the text "1" have different names. Without the secret nobody can find out by trying whose it is.

    Args:
        key: `kind:name:type:subject`; the subject may hold anything, colons and lone surrogates too.
        secret: what keys the hash, at most 64 bytes; the same for all processes that share a store.

    Raises:
        ValueError: if the key has fewer than three colons, or the secret is too long.
    """
    if key.count(":") < 3:
        raise ValueError("a key is `kind:name:type:subject`")
    kind, name, kept = key.split(":", 2)
    digest = blake2b(kept.encode("utf-8", "surrogatepass"), digest_size=_BYTES, key=secret).digest()
    return f"{kind}:{name}:{urlsafe_b64encode(digest)[:22].decode('ascii')}"


def verify_secret(secret: object, where: str) -> None:
    """Refuses what cannot key the hash in names.

    Args:
        secret: the secret.
        where: the store's class, for the message.

    Raises:
        DeclarationError: for anything but 64 bytes or fewer.
    """
    if not isinstance(secret, bytes) or len(secret) > 64:
        raise DeclarationError(
            "secret is not made of 64 bytes or fewer, which is what the hash takes",
            code="store-secret",
            where=where,
            hint="make one with secrets.token_bytes(32)",
        )
