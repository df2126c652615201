"""What the browsers contract says of all its errors: their bytes, their headers, and what clients rely on."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import examples.browsers.errors
from examples.browsers.errors import (
    BadRequest,
    DriverError,
    InvalidCredentials,
    MfaStepUpRequired,
    NotFound,
    PairModeInvalidTransition,
    RateLimited,
    Unauthorized,
    ValidationFailed,
    browsers,
    contract,
    oauth_problem,
)
from failwell import Problem, Retry, UnknownProblem
from failwell.typing import InputFailure

ABOUT = Path(examples.browsers.errors.__file__).with_name("about.md").read_text(encoding="utf-8")
BUCKET_EMPTY = "The bucket sessions:create of the tier solo_manual is empty. Try again in 12 seconds."
CONTENT_TYPE = {"Content-Type": "application/problem+json"}


# ---------------------------------------------------------------------------- bytes and headers


def test_rate_limited_byte_for_byte() -> None:
    out = contract.render(RateLimited(BUCKET_EMPTY, retry_after_seconds=12), request_id="req_1")
    assert out.status == 429
    assert out.body == (
        b'{"type":"https://errors.driftstack.dev/rate-limited","title":"Too Many Requests","status":429,'
        b'"detail":"The bucket sessions:create of the tier solo_manual is empty. Try again in 12 seconds.",'
        b'"instance":"req_1","retry_after_seconds":12}'
    )
    assert dict(out.headers) == {
        **CONTENT_TYPE,
        "Cache-Control": "no-store",
        "Retry-After": "12",
        "X-Request-Id": "req_1",
    }


@pytest.mark.parametrize("seconds", [0, 1, 12, 86_400])
def test_retry_after_equals_the_member(seconds: int) -> None:
    out = contract.render(RateLimited(retry_after_seconds=seconds))
    assert dict(out.headers)["Retry-After"] == str(seconds)
    assert json.loads(out.body)["retry_after_seconds"] == seconds


def test_the_example_names_bucket_and_tier() -> None:
    (example,) = RateLimited.problem_type.examples
    assert (example.detail, example.members) == (BUCKET_EMPTY, {"retry_after_seconds": 12})


def test_absent_means_absent() -> None:
    out = contract.render(DriverError())
    assert json.loads(out.body) == {
        "type": "https://errors.driftstack.dev/driver-error",
        "title": "Browser driver failed",
        "status": 502,
    }
    assert "X-Request-Id" not in dict(out.headers)


@pytest.mark.parametrize("slug", browsers.types)
def test_nothing_is_ever_null(slug: str) -> None:
    cls = browsers.types[slug]
    members = [member for member in cls.problem_type.members if member.name in cls.member_set.needed]
    values: dict[str, Any] = {m.name: "x" if m.schema["type"] == "string" else 1 for m in members}
    assert None not in json.loads(contract.render(cls(**values)).body).values()


def test_a_constant_member_needs_no_value_and_comes_with_each_occurrence() -> None:
    assert json.loads(contract.render(MfaStepUpRequired()).body)["requires_mfa_step_up"] is True


def test_a_reserved_word_is_a_member_on_the_wire() -> None:
    body = contract.render(PairModeInvalidTransition(from_="agent", transition="handback")).body
    assert json.loads(body).items() >= {"from": "agent", "transition": "handback"}.items()
    assert json.loads(body)["detail"] == "handback is not possible from agent."


def test_the_base_can_be_another_and_the_published_one_is_still_understood() -> None:
    elsewhere = contract.at("http://127.0.0.1:8000/errors/")
    assert json.loads(elsewhere.render(NotFound()).body)["type"] == "http://127.0.0.1:8000/errors/not-found"
    published = contract.render(NotFound())
    assert elsewhere.parse(published.status, published.headers, published.body) == NotFound()


def test_validation_lists_every_field_and_no_value() -> None:
    failures = [
        InputFailure(pointer="/viewport/width", place="body", code="type", detail="has to be int"),
        InputFailure(pointer="/timeout_ms", place="body", code="missing", detail="is required"),
        InputFailure(pointer="", place="body", code="type", detail="has to be object"),
    ]
    problem = contract.invalid_input(failures)
    assert problem == ValidationFailed(
        "viewport.width: has to be int; timeout_ms: is required; body: has to be object."
    )
    assert contract.invalid_input(()) == ValidationFailed()


@pytest.mark.parametrize("cls", [NotFound, InvalidCredentials])
def test_what_must_not_be_told_apart_says_so_and_has_one_text(cls: type[Problem]) -> None:
    record = cls.problem_type
    assert record.conceal
    assert record.members == ()
    assert [example.detail for example in record.examples] == [""]
    assert "{" not in record.detail


# ---------------------------------------------------------------------------- clients


def test_an_unknown_type_is_treated_like_internal() -> None:
    body = {
        "type": "https://errors.driftstack.dev/session-suspended",
        "title": "Session suspended",
        "status": 409,
        "detail": "The session is suspended.",
        "instance": "req_1",
        "until": "2026-11-21",
    }
    problem = contract.parse(409, CONTENT_TYPE, json.dumps(body).encode())
    assert isinstance(problem, UnknownProblem)
    assert (problem.retry, problem.retryable) == (Retry.LATER, True)
    assert problem.retry is browsers.types["internal"].problem_type.retry
    assert (str(problem), problem.request_id) == ("The session is suspended.", "req_1")
    assert problem.members() == {"until": "2026-11-21"}


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ("invalid_client", Unauthorized),
        ("unauthorized_client", Unauthorized),
        ("invalid_request", BadRequest),
        ("invalid_scope", BadRequest),
        ("invalid_grant", BadRequest),
        ("access_denied", BadRequest),
        ("unsupported_grant_type", BadRequest),
    ],
)
def test_oauth_errors_come_in_the_same_shape(error: str, expected: type[Problem]) -> None:
    problem = oauth_problem(error, "The client is not known.")
    assert problem == expected("The client is not known.")
    assert oauth_problem(error) == expected(f"OAuth error: {error}.")
    document = json.loads(contract.render(problem).body)
    assert document.keys() == {"type", "title", "status", "detail"}
    assert error not in document.values()


def test_a_slug_goes_only_through_the_deprecation_window() -> None:
    assert browsers.deprecation_days == 180
    assert "at least 180 days" in _section("Stability")


# ---------------------------------------------------------------------------- the reference page


def _section(heading: str) -> str:
    return re.split(r"^## ", ABOUT.split(f"## {heading}\n")[1], flags=re.MULTILINE)[0]


def test_the_reference_page_has_every_section_in_order() -> None:
    assert browsers.about == ABOUT.rstrip("\n")
    assert not ABOUT.startswith("#")
    assert re.findall(r"^#+ (.*)$", ABOUT, flags=re.MULTILINE) == [
        "Shape",
        "Statuses",
        "Headers",
        "Stability",
        "UI clients",
        "SDKs",
        "Agents",
        "Support",
        "Status page",
    ]


def test_the_reference_page_shows_a_real_answer() -> None:
    (shown,) = re.findall(r"```json\n(.*?)```", _section("Shape"), flags=re.DOTALL)
    document = json.loads(shown)
    problem = RateLimited(BUCKET_EMPTY, retry_after_seconds=12)
    out = contract.render(problem, request_id=document["instance"])
    assert list(json.loads(out.body).items()) == list(document.items())


def test_the_reference_page_lists_each_type_under_its_status() -> None:
    rows = re.findall(r"^\| (\d+) \| [^|]+ \| (.*) \|$", _section("Statuses"), flags=re.MULTILINE)
    listed = {int(status): re.findall(r"`([a-z-]+)`", slugs) for status, slugs in rows}
    declared: dict[int, list[str]] = {}
    for slug, cls in browsers.types.items():
        if cls.problem_type.category != "Standard":
            declared.setdefault(cls.problem_type.statuses[0], []).append(slug)
    assert listed == declared
    assert list(listed) == sorted(listed)


def test_the_reference_page_maps_each_oauth_error() -> None:
    *_, paragraph = _section("Shape").strip().split("\n\n")
    unauthorized, bad_request, _ = re.split(r"become `[a-z-]+`", paragraph.split("RFC 6749")[1])
    assert {oauth_problem(error).code for error in re.findall(r"`(\w+)`", unauthorized)} == {"unauthorized"}
    assert {oauth_problem(error).code for error in re.findall(r"`(\w+)`", bad_request)} == {"bad-request"}


def test_the_reference_page_speaks_of_no_type_that_does_not_exist() -> None:
    advice = "".join(_section(name) for name in ("UI clients", "SDKs", "Agents", "Status page"))
    named = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", advice))
    assert "rate-limited" in named
    assert named <= browsers.types.keys()


def test_a_signup_that_reveals_an_account_says_so_on_its_page() -> None:
    why = browsers.types["email-already-registered"].problem_type.why
    assert "reveals that an account exists" in why
    assert "rate-limited" in why
