"""The rules that the devspace contract states for all of its errors."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from failwell.headers import find
from failwell.publish.sample import sample_problem
from failwell.source import load_contract

CONTRACT = load_contract(Path(__file__).parents[3] / "examples/devspace/errors")
CATALOG = CONTRACT.catalog
TYPES: dict[str, Any] = dict(CATALOG.types)
DATABASE = ["query_failed", "create_failed", "update_failed", "delete_failed"]


def _body(problem: Any) -> bytes:
    return CONTRACT.render(problem, request_id="req_1").body


# ---------------------------------------------------------------------------- shape


def test_the_scope_that_is_missing_is_named_in_the_body_and_in_the_text() -> None:
    out = CONTRACT.render(TYPES["insufficient_scope"](required_scope="documents:write"))
    assert out.status == 403
    assert out.body == (
        b'{"error":"insufficient_scope","message":"The key lacks the scope documents:write.",'
        b'"required_scope":"documents:write"}'
    )


def test_the_page_shows_what_the_renderer_writes() -> None:
    block = re.search(r"^```json\n(.*?)^```", CATALOG.about, re.MULTILINE | re.DOTALL)
    assert block is not None
    shown = msgspec.json.decode(block[1])
    assert _body(sample_problem(TYPES[shown["error"]])) == msgspec.json.encode(shown)


def test_the_scope_comes_with_no_other_code() -> None:
    assert [code for code, cls in TYPES.items() if "required_scope" in cls.member_set.known] == [
        "insufficient_scope"
    ]


@pytest.mark.parametrize("code", TYPES)
def test_nothing_is_null_and_no_request_id_is_in_the_body(code: str) -> None:
    said = msgspec.json.decode(_body(sample_problem(TYPES[code])))
    assert None not in said.values()
    assert said.keys() <= {"error", "message", "required_scope"}


@pytest.mark.parametrize("code", TYPES)
def test_another_message_changes_nothing_but_the_message(code: str) -> None:
    usual, other = sample_problem(TYPES[code]), sample_problem(TYPES[code])
    other.detail = "Said in other words."
    before, after = CONTRACT.render(usual), CONTRACT.render(other)
    said = msgspec.json.decode(before.body)
    assert msgspec.json.decode(after.body) == {**said, "message": "Said in other words."}
    assert (after.status, after.headers) == (before.status, before.headers)
    assert type(CONTRACT.parse(after.status, after.headers, after.body)) is TYPES[code]


# ---------------------------------------------------------------------------- nothing leaks


@pytest.mark.parametrize("code", [*DATABASE, "ai_failed"])
def test_a_failure_of_ours_says_the_same_each_time(code: str) -> None:
    record = TYPES[code].problem_type
    assert (record.members, record.headers) == ((), ())
    assert "{" not in record.detail
    assert {example.detail for example in record.examples} == {record.detail}
    assert _body(TYPES[code]()) == msgspec.json.encode({"error": code, "message": record.detail})


def test_a_key_that_is_refused_is_told_apart_by_nothing() -> None:
    record = TYPES["invalid_api_key"].problem_type
    assert (record.members, record.headers) == ((), ())
    assert {example.detail for example in record.examples} == {record.detail}
    assert _body(TYPES["invalid_api_key"]()) == (
        b'{"error":"invalid_api_key","message":"The request carries no valid API key."}'
    )


# ---------------------------------------------------------------------------- two statuses, headers


@pytest.mark.parametrize("code", ["plan_limit", "locked"])
def test_codes_with_two_statuses_show_an_example_of_each(code: str) -> None:
    examples = TYPES[code].problem_type.examples
    assert [example.status for example in examples] == [403, 409]
    assert len({(example.name, example.detail) for example in examples}) == 2


def test_a_lock_is_worth_waiting_for_only_where_another_editor_holds_it() -> None:
    assert TYPES["locked"](status=409).retryable
    assert not TYPES["locked"](status=403).retryable
    assert not TYPES["plan_limit"](status=409).retryable


def test_the_wait_is_in_the_header_and_nowhere_else() -> None:
    out = CONTRACT.render(TYPES["rate_limited"](retry_after_seconds=7))
    assert (out.status, find(out.headers, "retry-after")) == (429, "7")
    assert out.body == (
        b'{"error":"rate_limited","message":"The key has used up its requests for this minute."}'
    )
    assert CONTRACT.parse(out.status, out.headers, out.body) == TYPES["rate_limited"](retry_after_seconds=7)
