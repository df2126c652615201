"""Subjects: whom a guard counts or keeps something for, and the keys under which a store finds them."""

from __future__ import annotations

from hashlib import blake2b
from uuid import UUID

from failwell.typing import Key

Subject = str | int | bytes | UUID
"""Whom a guard counts or keeps something for: a token's id, an account's number, an `address_subject`.

Subjects of different types are different: the number 1, the text "1" and the bytes b"1" share nothing. An
enum's member is its text. Of any length each is a key of its own; nothing else is taken, neither a bool nor a
tuple: what consists of parts is joined by the application. Stores outside the process hash it.
"""

LONGEST_PLAIN = 64
"""Characters or bytes up to which a subject is its own key; of longer ones a store keeps a digest only."""


def key_of(space: str, subject: object) -> Key:
    """The key of a subject among those of `space`; no two subjects share one.

    Args:
        space: the guard's kind and name: `rate:token`.
        subject: of one of the types of `Subject`.

    Raises:
        TypeError: for what cannot be a subject.
    """
    if isinstance(subject, str):
        text = str.__str__(subject)  # of an enum's member its value
        if len(text) <= LONGEST_PLAIN:
            return f"{space}:s:{text}"
        return _digest_key(space, "S", text.encode("utf-8", "surrogatepass"))
    if isinstance(subject, bytes):
        return _bytes_key(space, "b", subject)
    if isinstance(subject, UUID):
        return f"{space}:u:{subject.hex}"
    if isinstance(subject, int) and not isinstance(subject, bool):
        return _bytes_key(space, "i", b"%x" % subject)
    raise TypeError(
        f"{space}: a {type(subject).__name__} cannot be a subject\n"
        "  To mend it: pass a str, int, bytes or UUID"
    )


def _bytes_key(space: str, kind: str, content: bytes) -> Key:
    if len(content) <= LONGEST_PLAIN:
        return f"{space}:{kind}:{content.decode('latin-1')}"
    return _digest_key(space, kind.upper(), content)


def _digest_key(space: str, kind: str, content: bytes) -> Key:
    return f"{space}:{kind}:{blake2b(content, digest_size=32).hexdigest()}"
