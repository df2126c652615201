"""What a test gets to see of a refused request."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from failwell import Problem

Seen = tuple[int, bytes, list[tuple[bytes, bytes]]]


def refusal(provoke: Callable[[], object]) -> Problem:
    """The problem in which requests end."""
    with pytest.raises(Problem) as caught:
        provoke()
    return caught.value


def without_ids(response: httpx.Response, *asked: str) -> Seen:
    """A response but for its request id and what the request had in it."""
    ids = [response.headers["x-request-id"].encode(), *(one.encode() for one in asked)]

    def masked(text: bytes) -> bytes:
        for value in ids:
            text = text.replace(value, b"<id>")
        return text

    headers = [(name, masked(value)) for name, value in response.headers.raw if name.lower() != b"date"]
    return response.status_code, masked(response.content), headers
