"""Whatever a server or a proxy answers, `parse` gives a short, clear problem and never raises."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell import Catalog, Contract, NotAProblem, Problem, UnknownProblem
from failwell.wire.dialects import BUILT_IN

catalog = Catalog("hostile", base="https://errors.hostile.example/")


class Full(Problem, catalog=catalog, code="full", status=413, title="Full"):
    """A quota was hit."""

    limit: int
    names: list[str] | None = None


contracts = {d.name: Contract(catalog, dialect=d) for d in BUILT_IN}
each_dialect = pytest.mark.parametrize("name", list(contracts))
json_type = (("Content-Type", "application/json"),)
problem_type = (("CONTENT-TYPE", "Application/Problem+JSON"),)


def parsed(name: str, body: bytes, headers: Any = json_type, status: int = 413) -> Problem:
    problem = contracts[name].parse(status, headers, body)
    assert isinstance(problem, Problem)
    assert len(str(problem)) <= 200
    assert pickle.loads(pickle.dumps(problem)) == problem
    assert contracts[name].render(problem).body is not None
    return problem


words = st.sampled_from(
    [
        "code", "type", "title", "status", "detail", "error", "errors", "message", "details", "meta", "links",
        "extensions", "limit", "names", "retryable", "suggestion", "resolve", "request_id", "requestId",
        "instance",
        "full", "@type", "reason", "metadata", "type.googleapis.com/google.rpc.ErrorInfo", "action", "url",
        "https://errors.hostile.example/full", "about:blank", "innererror", "error_uri", "error_code", "\0",
    ]
)  # fmt: skip
scalars = (
    st.none() | st.booleans() | st.integers(-(2**80), 2**80) | st.floats(allow_nan=False) | st.text() | words
)
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words | st.text(), inner),
    max_leaves=25,
)


@each_dialect
@given(document=documents, status=st.integers(300, 599))
def test_any_json(name: str, document: Any, status: int) -> None:
    parsed(name, json.dumps(document).encode(), problem_type, status)


@each_dialect
@given(body=st.binary(), headers=st.lists(st.tuples(st.text(), st.text())))
def test_any_bytes(name: str, body: bytes, headers: list[tuple[str, str]]) -> None:
    assert isinstance(parsed(name, body, headers), Problem)


@each_dialect
@given(data=st.data())
def test_wrong_types_at_each_place_of_a_real_body(name: str, data: st.DataObject) -> None:
    document = json.loads(contracts[name].render(Full("No.", limit=1, names=["a"]), request_id="req_1").body)

    def spoil(node: Any) -> Any:
        if data.draw(st.integers(0, 5)) == 0:
            return data.draw(documents)
        if isinstance(node, dict):
            return {key: spoil(value) for key, value in node.items()}
        return [spoil(item) for item in node] if isinstance(node, list) else node

    parsed(name, json.dumps(spoil(document)).encode(), problem_type)


@each_dialect
@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"error":' * 100_000, b'{"a":' + b"[" * 100_000])
def test_deep_nesting(name: str, body: bytes) -> None:
    problem = parsed(name, body)
    assert isinstance(problem, NotAProblem)
    assert problem.reason == "broken JSON"


def test_fifty_megabytes_are_not_read() -> None:
    problem = parsed("problem", b'{"code":"full","detail":"' + b"x" * 50_000_000 + b'"}')
    assert isinstance(problem, NotAProblem)
    assert (problem.reason, problem.size) == ("too large to be a problem", 50_000_027)


def test_of_duplicate_names_the_last_counts() -> None:
    body = b'{"code":"x","code":"full","limit":1,"limit":2,"detail":"a","detail":"b"}'
    assert parsed("problem", body) == Full("b", limit=2)


@pytest.mark.parametrize(
    "body", [b'{"code":"full","limit":NaN}', b'{"code":"full","limit":Infinity}',
             b'{"code":"full","limit":1e999}',
             b'{"code":"\\ud800"}', b'{"code":"\xff"}', b"{", b"\xef\xbb\xbf{}"],
)  # fmt: skip
def test_what_is_no_json_is_broken(body: bytes) -> None:
    problem = parsed("problem", body)
    assert isinstance(problem, NotAProblem)
    assert problem.reason == "broken JSON"


def test_html_of_a_proxy_is_told_by_its_title() -> None:
    page = b"<html><head><TITLE lang=en>502 Bad\n Gateway</TITLE></head>" + b"<p>x</p>" * 10_000
    headers = {"content-type": "text/html; charset=utf-8", "Server": "nginx", "x-request-id": "req_9"}
    problem = parsed("problem", page, headers, 502)
    assert isinstance(problem, NotAProblem)
    assert (problem.via, problem.media_type, problem.request_id) == ("nginx", "text/html", "req_9")
    assert (
        str(problem) == f'HTTP 502, from nginx, text/html, {len(page)} bytes: "502 Bad Gateway" (broken JSON)'
    )
    assert problem.retryable


def test_headers_of_kilobytes_do_not_swell_the_summary() -> None:
    problem = parsed(
        "problem", b"", {"Content-Type": "x/" + "y" * 9000, "Server": "\x1b[31m" + "z" * 9000}, 502
    )
    assert len(problem.detail or "") < 300
    assert "\x1b" not in (problem.detail or "")


@pytest.mark.parametrize(
    ("body", "reason"),
    [(b"", "empty"), (b" \n", "empty"), (b"[]", "JSON, but no object"), (b'"x"', "JSON, but no object"),
     (b"null", "JSON, but no object"), (b"{}", "JSON of another shape"),
     (b'{"code":{}}', "JSON of another shape"),
     (b'{"code":[1],"type":{"a":1}}', "JSON of another shape")],
)  # fmt: skip
def test_what_is_no_problem_says_why(body: bytes, reason: str) -> None:
    problem = parsed("problem", body)
    assert isinstance(problem, NotAProblem)
    assert problem.reason == reason


@each_dialect
def test_about_blank(name: str) -> None:
    """Generic problem details of a framework or proxy are understood whatever the API's dialect."""
    body = b'{"type":"about:blank","title":"Not Found","status":404,"detail":"No such page."}'
    problem = parsed(name, body, problem_type, 404)
    assert isinstance(problem, UnknownProblem)
    assert (problem.code, problem.type, problem.status) == ("http_404", "about:blank", 404)
    assert (problem.title, problem.detail) == ("Not Found", "No such page.")


def test_problem_json_without_a_type_is_about_blank() -> None:
    problem = parsed("google", b'{"title":"Teapot","x":1}', problem_type, 418)
    assert isinstance(problem, UnknownProblem)
    assert (problem.code, problem.extra) == ("http_418", {"x": 1})


def test_integers_beyond_64_bits_are_kept() -> None:
    body = b'{"code":"full","limit":123456789012345678901234567890,"more":98765432109876543210987}'
    problem = parsed("problem", body)
    assert problem == contracts["problem"].parse(413, (), contracts["problem"].render(problem).body)
    assert isinstance(problem, Full)
    assert (problem.limit, problem.extra) == (
        123456789012345678901234567890,
        {"more": 98765432109876543210987},
    )


def test_members_of_wrong_types_are_none_with_a_reason() -> None:
    problem = parsed("problem", b'{"code":"full","limit":"secret","names":[1]}')
    assert isinstance(problem, Full)
    assert problem.members() == {}
    assert problem.unreadable.keys() == {"limit", "names"}
    assert "secret" not in str(problem.unreadable)


@pytest.mark.parametrize("retryable", [b'"yes"', b"1", b"[]", b"null"])
def test_only_true_and_false_say_whether_to_retry(retryable: bytes) -> None:
    assert parsed("problem", b'{"code":"full","limit":1,"retryable":' + retryable + b"}").retryable is False


def test_a_name_of_nul_is_no_slot() -> None:
    problem = parsed("coded", b'{"error":"full","limit":1,"\\u0000":"title"}')
    assert problem.title == "Full"


def test_a_problem_without_any_text_shows_its_code() -> None:
    assert str(parsed("coded", b'{"error":"odd"}')) == "odd"
