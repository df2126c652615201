"""Subjects: whose units a bucket counts, and the keys under which a store finds them."""

from __future__ import annotations

from hashlib import blake2b
from uuid import UUID

from failwell.typing import Key

Subject = str | int | bytes | UUID
"""Whom a bucket counts for: a token's id, an account's number. Subjects of different types are different."""

LONGEST_PLAIN = 64
"""Characters or bytes up to which a subject is its own key; of longer ones a store keeps a digest only."""


def key_of(space: str, subject: object) -> Key:
    """The key of a subject among those of `space`; no two subjects share one.

    Raises:
        TypeError: for what cannot be a subject.
    """
    if isinstance(subject, str):
        text = str.__str__(subject)  # of an enum's member its value
        if len(text) <= LONGEST_PLAIN:
            return (f"{space}:str", text)
        return _bytes_key(space, "str", text.encode("utf-8", "surrogatepass"))
    if isinstance(subject, bytes):
        return _bytes_key(space, "bytes", subject)
    if isinstance(subject, UUID):
        return (f"{space}:uuid", subject.bytes)
    if isinstance(subject, int) and not isinstance(subject, bool):
        return _bytes_key(space, "int", b"%x" % subject)
    raise TypeError(
        f"{space}: a {type(subject).__name__} cannot be the subject of a bucket\n"
        "  To mend it: pass a str, int, bytes or UUID, or None to skip the bucket in this call"
    )


def _bytes_key(space: str, kind: str, content: bytes) -> Key:
    if len(content) <= LONGEST_PLAIN:
        return (f"{space}:{kind}", content)
    return (f"{space}:{kind}-digest", blake2b(content, digest_size=32).digest())
