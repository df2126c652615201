"""What the edge knows of a request: its fields, as they came."""

from __future__ import annotations

import pytest

from failwell.edge import Exchange
from failwell.edge.guarding import facts_of_environ, facts_of_scope

_FIELDS = ((b"accept", b"a"), (b"if-match", b""), (b"accept", b"b"), (b"x-two", b""), (b"x-two", b""))


@pytest.mark.parametrize(
    ("name", "given"), [(b"accept", "a, b"), (b"if-match", ""), (b"x-two", ", "), (b"etag", None)]
)
def test_a_field_that_came_empty_is_told_from_one_that_did_not(name: bytes, given: str | None) -> None:
    exchange = Exchange("req_1", _FIELDS)
    assert exchange.given_field(name) == given
    assert exchange.field(name) == (given or "")


def test_guards_know_the_same_of_a_scope() -> None:
    scope = {"type": "http", "method": "post", "path": "/é"}
    facts = facts_of_scope(scope, Exchange("req_1", _FIELDS), b"{}")
    assert (facts.method, facts.path, facts.query, facts.body) == ("POST", "/%C3%A9", "", b"{}")
    assert [facts.field(name) for name in ("accept", "if-match", "etag")] == ["a, b", "", None]


def test_guards_know_the_same_of_an_environment() -> None:
    """Of the content's type and length an empty one may mean that none came (PEP 3333), of no other field."""
    environ = {
        "REQUEST_METHOD": "post",
        "PATH_INFO": "/",
        "HTTP_IF_MATCH": "",
        "HTTP_CONTENT_TYPE": "forged",
        "CONTENT_TYPE": "",
        "CONTENT_LENGTH": 2,
    }
    facts = facts_of_environ(environ, b"{}")
    assert facts.method == "POST"
    names = ("if-match", "etag", "content-type", "content-length")
    assert [facts.field(name) for name in names] == ["", None, None, "2"]
