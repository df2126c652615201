"""The rules that the flags contract states for all of its errors."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from failwell.headers import find
from failwell.publish.sample import sample_problem
from failwell.source import load_contract
from failwell.typing import LimitState

CONTRACT = load_contract(Path(__file__).parents[3] / "examples/flags/errors")
CATALOG = CONTRACT.catalog
TYPES: dict[str, Any] = dict(CATALOG.types)
JSON = "application/json"


def _body(problem: Any, request_id: str | None = "req_1") -> bytes:
    return CONTRACT.render(problem, request_id=request_id, accept=JSON).body


# ---------------------------------------------------------------------------- the stated example


def test_a_missing_email_is_an_invalid_request_that_says_so() -> None:
    missing = TYPES["invalid_request"](
        "The email is missing.", fields={"email": "has to be an email address"}
    )
    out = CONTRACT.render(missing, request_id="req_1")
    assert out.status == 400
    assert out.body == (
        b'{"code":"invalid_request","message":"The email is missing.",'
        b'"fields":{"email":"has to be an email address"},"requestId":"req_1"}'
    )


def test_the_page_shows_what_the_renderer_writes() -> None:
    block = re.search(r"^```json\n(.*?)^```", CATALOG.about, re.MULTILINE | re.DOTALL)
    assert block is not None
    shown = msgspec.json.decode(block[1])
    assert _body(sample_problem(TYPES[shown["code"]]), shown["requestId"]) == msgspec.json.encode(shown)


# ---------------------------------------------------------------------------- members


def test_fields_come_with_three_codes_and_with_no_other() -> None:
    with_fields = [code for code, cls in TYPES.items() if "fields" in cls.member_set.known]
    assert with_fields == ["invalid_request", "in_use", "invalid_confirmation"]


def test_an_invalid_request_without_fields_has_no_such_member() -> None:
    expected = b'{"code":"invalid_request","message":"The body is not JSON.","requestId":"req_1"}'
    assert _body(TYPES["invalid_request"]("The body is not JSON.")) == expected
    assert _body(TYPES["invalid_request"]("The body is not JSON.", fields=None)) == expected


@pytest.mark.parametrize("code", TYPES)
def test_nothing_is_null(code: str) -> None:
    sample = sample_problem(TYPES[code])
    assert None not in msgspec.json.decode(_body(sample)).values()
    assert "requestId" not in msgspec.json.decode(_body(sample, request_id=None))


def test_each_referrer_is_a_key_that_tells_its_type() -> None:
    fields = msgspec.json.decode(_body(sample_problem(TYPES["in_use"])))["fields"]
    assert [key.partition(".")[0] for key in fields] == ["flag", "segment"]
    assert all(isinstance(value, str) for value in fields.values())


def test_a_confirmation_has_the_one_field_confirm() -> None:
    assert list(msgspec.json.decode(_body(sample_problem(TYPES["invalid_confirmation"])))["fields"]) == [
        "confirm"
    ]


def test_drift_tells_both_versions_in_numbers_and_in_words() -> None:
    assert _body(TYPES["version_drift"](live_version=42, proposed_version=40)) == (
        b'{"code":"version_drift","message":"The proposal was made on version 40, but version 42 is live.",'
        b'"liveVersion":42,"proposedVersion":40,"requestId":"req_1"}'
    )


# ---------------------------------------------------------------------------- code and message


@pytest.mark.parametrize("code", TYPES)
def test_another_message_changes_nothing_but_the_message(code: str) -> None:
    usual, other = sample_problem(TYPES[code]), sample_problem(TYPES[code])
    other.detail = "Said in other words."
    before, after = CONTRACT.render(usual, accept=JSON), CONTRACT.render(other, accept=JSON)
    said = msgspec.json.decode(before.body)
    assert msgspec.json.decode(after.body) == {**said, "message": "Said in other words."}
    assert (after.status, after.headers) == (before.status, before.headers)
    assert type(CONTRACT.parse(after.status, after.headers, after.body)) is TYPES[code]


def test_an_unhandled_failure_says_the_same_each_time() -> None:
    assert _body(CONTRACT.problem_for("internal")) == (
        b'{"code":"internal","message":"Something failed on our side.","requestId":"req_1"}'
    )


def test_what_is_absent_and_what_is_anothers_give_the_same_bytes() -> None:
    absent, anothers = TYPES["not_found"](), CONTRACT.problem_for(404)
    assert _body(absent) == _body(anothers)
    assert TYPES["not_found"].problem_type.members == ()


# ---------------------------------------------------------------------------- rate limits


def _state(name: str, *, remaining: int, reset: float) -> LimitState:
    return LimitState(
        name=name, limit=60 if name == "token" else 600, window=60, remaining=remaining, reset=reset
    )


def test_headers_show_the_more_restrictive_bucket_in_whole_seconds() -> None:
    states = [_state("token", remaining=3, reset=56.2), _state("org", remaining=400, reset=20)]
    assert CONTRACT.limit_headers(states) == (
        ("X-RateLimit-Limit", "60"),
        ("X-RateLimit-Remaining", "3"),
        ("X-RateLimit-Reset", "57"),
    )


def test_headers_show_the_bucket_that_denied() -> None:
    states = [_state("token", remaining=3, reset=56.2), _state("org", remaining=0, reset=60)]
    assert CONTRACT.limit_headers(states) == (
        ("X-RateLimit-Limit", "600"),
        ("X-RateLimit-Remaining", "0"),
        ("X-RateLimit-Reset", "60"),
    )


def test_the_wait_is_in_the_header_and_nowhere_else() -> None:
    out = CONTRACT.render(TYPES["token_rate_limit"](retry_after_seconds=7), request_id="req_1")
    assert find(out.headers, "retry-after") == "7"
    assert out.body == (
        b'{"code":"token_rate_limit","message":"Too many requests in the last minute.","requestId":"req_1"}'
    )
    assert getattr(CONTRACT.parse(out.status, out.headers, out.body), "retry_after_seconds") == 7  # noqa: B009


def test_a_wait_that_nobody_knows_has_no_header() -> None:
    out = CONTRACT.render(CONTRACT.problem_for(429))
    assert out.status == 429
    assert find(out.headers, "retry-after") is None


# ---------------------------------------------------------------------------- magic links


@pytest.mark.parametrize("accept", ["", "*/*", "text/html"])
def test_who_does_not_ask_for_json_is_sent_to_the_login_page(accept: str) -> None:
    out = CONTRACT.render(TYPES["magic_link_expired"](), accept=accept)
    assert (out.status, find(out.headers, "location")) == (303, "/login?error=magic_link_expired")


@pytest.mark.parametrize("accept", ["application/json", "application/problem+json, */*;q=0.1"])
def test_who_asks_for_json_gets_the_code_as_a_body(accept: str) -> None:
    out = CONTRACT.render(TYPES["magic_link_expired"](), request_id="req_1", accept=accept)
    assert out.status == 410
    assert out.body == (
        b'{"code":"magic_link_expired","message":"This link is older than 15 minutes.","requestId":"req_1"}'
    )
