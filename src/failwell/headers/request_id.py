"""Request ids: ordered by time, 16 bytes, made by the server and never taken from a client.

What a client calls its request is another thing, kept beside the id where it is fit to be kept.
"""

from __future__ import annotations

import os
from time import time_ns

_RANDOM_BYTES = 10
_POOL_IDS = 512
_LEADING_BIT = 1 << 48  # keeps the zeros in front of 48 bits; `hex` takes half the time of a format with them
_LONGEST_CLIENT_ID = 128
_pool: list[str] = []


def new_request_id() -> str:
    """Makes an id such as `req_019b2f…`: 48 bits of milliseconds, then 80 random bits, in hexadecimal.

    Being ordered by time keeps journals that are keyed by it fast; random bytes are drawn in blocks,
    for a system call per id would cost more than all the rest.
    """
    try:
        random = _pool.pop()
    except IndexError:
        random = _refill()
    milliseconds = hex(time_ns() // 1_000_000 | _LEADING_BIT)[3:]
    return f"req_{milliseconds}{random}"


def checked_client_id(value: str) -> str | None:
    """A client's own id for a request, if it can be kept, logged and sent back as it is; else None.

    It is one word of visible ASCII, 1 to 128 characters, so that it can neither end a line of a log nor a
    header field. It proves nothing: anybody can send any.

    Args:
        value: the header field's value; blanks around it do not count (RFC 9110, section 5.5).
    """
    word = value.strip(" \t")
    is_fit = 0 < len(word) <= _LONGEST_CLIENT_ID and word.isascii() and word.isprintable() and " " not in word
    return word if is_fit else None


def _refill() -> str:
    block = os.urandom(_RANDOM_BYTES * _POOL_IDS).hex()
    width = _RANDOM_BYTES * 2
    _pool.extend(block[start : start + width] for start in range(width, len(block), width))
    return block[:width]


os.register_at_fork(after_in_child=_pool.clear)  # else two processes would hand out the same random bytes
