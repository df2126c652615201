"""Whatever a request says, it gets an answer, and never one that the server did not mean."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from failwell.serve import Source, serve_app
from tests.unit.serve.conftest import ORIGIN
from tests.unit.serve.library import contract

APP = serve_app([Source("library", lambda: contract)], base_url=ORIGIN)
CODES = [*contract.catalog.records, "lent", "on_hold", "nope"]

paths = st.one_of(
    st.text(max_size=40).map("/{}".format),
    st.sampled_from(
        [f"{prefix}{code}{end}" for prefix in ("/", "/mock/") for code in CODES for end in ("", ".md", "/")]
    ),
    st.text(max_size=20).map("/mock/{}".format),
)
queries = st.one_of(
    st.binary(max_size=40),
    st.tuples(
        st.sampled_from([b"q", b"lang", b"status", b"category", b"retry", b"example", b"dialect"]),
        st.one_of(
            st.binary(max_size=30), st.sampled_from([b"409", b"de", b"later", b"google", b"friend", b"{"])
        ),
    ).map(b"=".join),
)
values = st.one_of(
    st.binary(max_size=60), st.sampled_from([b"*/*", b"application/json", b"text/markdown", b"de"])
)
headers = st.lists(
    st.tuples(
        st.sampled_from([
            b"accept", b"accept-language", b"if-none-match", b"prefer", b"origin",
            b"access-control-request-method", b"access-control-request-headers", b"x",
        ]),
        values,
    ),
    max_size=5,
)  # fmt: skip


async def _ask(scope: dict[str, Any]) -> list[MutableMapping[str, Any]]:
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await APP(scope, receive, send)
    return sent


@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "TRACE"]),
    path=paths,
    query=queries,
    fields=headers,
)
def test_every_request_gets_an_answer(
    method: str, path: str, query: bytes, fields: list[tuple[bytes, bytes]]
) -> None:
    scope = {
        "type": "http", "method": method, "path": path, "query_string": query, "headers": fields,
    }  # fmt: skip
    head, body = asyncio.run(_ask(scope))
    sent = dict(head["headers"])
    is_mocked = path.startswith("/mock/")
    assert head["status"] in ({200, 204, 303, 304, 308, 404, 405} if not is_mocked else range(200, 505))
    assert b"cannot be shown" not in body["body"]
    assert [value for value in sent.values() if b"\r" in value or b"\n" in value] == []
    if method == "HEAD":
        assert body["body"] == b""
    elif b"content-length" in sent:
        assert int(sent[b"content-length"]) == len(body["body"])
    if not is_mocked:
        assert b"content-security-policy" in sent
    if sent.get(b"content-type", b"").startswith(b"text/html"):
        assert b"<script" not in body["body"].lower()


def test_sockets_are_refused() -> None:
    scope = {"type": "websocket", "path": "/", "query_string": b"", "headers": []}
    assert asyncio.run(_ask(scope)) == [{"type": "websocket.close"}]
