"""What the platform contract says of all its errors: the shape, the addresses, and what must not be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples.platform.errors import (
    AuthRequired,
    EmailExists,
    FeatureCheckFailed,
    InviteExpired,
    NoActivePlan,
    NotAMember,
    PaymentPastDue,
    RateLimitExceeded,
    SocialLoginOnly,
    SubscriptionSuspended,
    contract,
    platform,
)
from failwell import Problem, UnknownProblem
from failwell.publish.sample import sample_problem
from failwell.typing import InputFailure

ALWAYS = {"type", "title", "status", "error_code"}
WITHOUT_CALL = {"email_exists", "social_login_only", "feature_check_failed"}
ALL = list(platform.types)


def _body(problem: Problem) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(contract.render(problem, request_id="req_1").body)
    return found


def _values(node: Any) -> Iterator[Any]:
    """All values in a document, however deep."""
    yield node
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _values(part)


# ---------------------------------------------------------------------------- absent means absent


@pytest.mark.parametrize("code", ALL)
def test_nothing_is_null_or_empty_and_nothing_else_is_said(code: str) -> None:
    body = _body(sample_problem(platform.types[code]))
    assert ALWAYS <= body.keys() <= ALWAYS | {"detail", "resolve"}
    assert None not in list(_values(body))
    assert "" not in list(_values(body))


@pytest.mark.parametrize("code", ALL)
def test_resolve_has_action_and_message_and_a_call_whole_or_not_at_all(code: str) -> None:
    problem = platform.types[code]
    body = _body(sample_problem(problem))
    assert ("resolve" in body) == (problem.problem_type.resolve is not None)
    if "resolve" in body:
        parts = body["resolve"].keys()
        assert {"action", "message", "url"} <= parts <= {"action", "message", "url", "method", "endpoint"}
        assert ("method" in parts) == ("endpoint" in parts) == (code not in WITHOUT_CALL)


def test_what_nobody_outside_can_fix_has_no_resolve() -> None:
    without = [code for code, cls in platform.types.items() if cls.problem_type.resolve is None]
    standard = [code for code, cls in platform.types.items() if cls.problem_type.category == "Standard"]
    assert without == ["rate_limit_exceeded", *standard]
    assert RateLimitExceeded(retry_after_seconds=3).resolve is None


def test_a_detail_that_does_not_apply_is_left_out() -> None:
    assert _body(contract.problem_for(405)).keys() == ALWAYS


def test_values_for_templates_are_not_members() -> None:
    body = _body(PaymentPastDue(invoice="in_7"))
    assert "invoice" not in body.keys() | body["resolve"].keys()
    assert _body(RateLimitExceeded(retry_after_seconds=3)).keys() == ALWAYS | {"detail"}


# ---------------------------------------------------------------------------- titles and types


@given(text=st.text(), invoice=st.text(min_size=1))
def test_titles_never_differ(text: str, invoice: str) -> None:
    occurrences = [PaymentPastDue(text, invoice=invoice), PaymentPastDue(invoice=invoice)]
    assert {_body(problem)["title"] for problem in occurrences} == {"Payment past due"}


@pytest.mark.parametrize("code", ALL)
def test_a_type_opens_where_the_reference_is_served(code: str) -> None:
    problem = sample_problem(platform.types[code])
    here = contract.at("http://127.0.0.1:8000/errors/")
    out = here.render(problem)
    assert json.loads(out.body)["type"] == f"http://127.0.0.1:8000/errors/{code}"
    assert _body(problem)["type"] == f"https://errors.platform.example/{code}"
    assert here.parse(out.status, out.headers, out.body) == problem
    assert contract.parse(out.status, out.headers, out.body) == problem


# ---------------------------------------------------------------------------- the way out


def test_an_agent_can_make_every_call() -> None:
    without = set()
    for code, cls in platform.types.items():
        sent = contract.render(sample_problem(cls))
        resolve = contract.parse(sent.status, sent.headers, sent.body).resolve
        if resolve is None or not resolve.endpoint:
            without.add(code)
            continue
        request = httpx.Request(resolve.method, f"https://api.platform.example{resolve.endpoint}")
        assert re.fullmatch(r"/v1/[a-z0-9_/-]+", request.url.path), code
        assert request.method in {"POST", "PATCH"}
    standard = {code for code, cls in platform.types.items() if cls.problem_type.category == "Standard"}
    assert without == {*WITHOUT_CALL, "rate_limit_exceeded", *standard}


@pytest.mark.parametrize("code", ALL)
def test_a_person_can_open_every_page(code: str) -> None:
    resolve = sample_problem(platform.types[code]).resolve
    if resolve is not None:
        url = httpx.URL(resolve.url)
        assert (url.scheme, url.host) == ("https", "platform.example")
        assert not set("{} ") & set(resolve.url)


@pytest.mark.parametrize(
    ("problem", "url", "endpoint"),
    [
        (NotAMember(org="acme"), "/orgs/acme/join", "/v1/orgs/acme/invite-requests"),
        (InviteExpired(org="a/b ü"), "/orgs/a%2Fb%20%C3%BC/join", "/v1/orgs/a%2Fb%20%C3%BC/invite-requests"),
        (SocialLoginOnly(provider="git?x"), "/login/git%3Fx", ""),
        (SubscriptionSuspended(invoice="../x"), "/billing/invoices", "/v1/billing/invoices/..%2Fx/pay"),
    ],
    ids=lambda part: part.code if isinstance(part, Problem) else "",
)
def test_templates_are_filled_and_cannot_lead_elsewhere(problem: Problem, url: str, endpoint: str) -> None:
    resolve = _body(problem)["resolve"]
    assert resolve["url"] == f"https://platform.example{url}"
    assert resolve.get("endpoint", "") == endpoint


def test_the_client_sees_the_filled_call() -> None:
    out = contract.render(PaymentPastDue(invoice="in_7"))
    caught = contract.parse(out.status, out.headers, out.body)
    assert caught.resolve is not None
    assert (caught.resolve.method, caught.resolve.endpoint) == ("POST", "/v1/billing/invoices/in_7/pay")
    assert caught.detail == "The invoice in_7 is overdue."


def test_the_client_sees_the_wait() -> None:
    out = contract.render(RateLimitExceeded(retry_after_seconds=17))
    caught = contract.parse(out.status, out.headers, out.body)
    assert isinstance(caught, RateLimitExceeded)
    assert caught.retry_after_seconds == 17
    assert caught.retryable


# ---------------------------------------------------------------------------- what must not be


@pytest.mark.parametrize(
    ("code", "lacking"),
    [
        ("payment_past_due", "invoice"),
        ("subscription_suspended", "invoice"),
        ("not_a_member", "org"),
        ("invite_expired", "org"),
        ("social_login_only", "provider"),
    ],
)
def test_what_the_addresses_need_has_to_be_said(code: str, lacking: str) -> None:
    with pytest.raises(TypeError, match=f"lacks {lacking}"):
        platform.types[code]()


def test_no_member_can_be_added() -> None:
    with pytest.raises(TypeError, match="has no plan"):
        NoActivePlan(plan="pro")  # type: ignore[call-arg]


def test_no_other_status_can_be_sent() -> None:
    with pytest.raises(TypeError, match="not among the declared"):
        EmailExists(status=400)


def test_a_failed_feature_check_is_not_an_unhandled_failure() -> None:
    unhandled = contract.problem_for("internal")
    assert (unhandled.code, unhandled.status) == ("internal", 500)
    assert type(unhandled) is not FeatureCheckFailed
    assert "resolve" not in _body(unhandled)


def test_a_bare_401_of_a_framework_is_auth_required() -> None:
    assert type(contract.problem_for(401)) is AuthRequired
    assert _body(contract.problem_for(401))["resolve"]["action"] == "log_in"


def test_invalid_input_names_the_first_fault_without_further_members() -> None:
    failures = [
        InputFailure(pointer=f"/{name}", place="body", code="missing", detail="expected text")
        for name in ("email", "name")
    ]
    problem = contract.invalid_input(failures)
    assert (problem.status, problem.code) == (422, "unprocessable_content")
    assert problem.detail == "email: expected text"
    assert _body(problem).keys() == ALWAYS | {"detail"}


def test_a_code_from_the_future_keeps_its_way_out() -> None:
    out = contract.render(NoActivePlan())
    newer = out.body.replace(b"no_active_plan", b"trial_over")
    caught = contract.parse(out.status, out.headers, newer)
    assert isinstance(caught, UnknownProblem)
    assert caught.resolve == NoActivePlan().resolve
    assert caught.detail == NoActivePlan().detail


# ---------------------------------------------------------------------------- the reference page


def test_the_page_shows_a_response_as_it_is_sent() -> None:
    (block,) = re.findall(r"```json\n(.*?)```", platform.about, re.DOTALL)
    assert json.loads(block) == _body(sample_problem(SubscriptionSuspended))
    assert list(json.loads(block)) == list(_body(sample_problem(SubscriptionSuspended)))


def test_the_page_has_all_its_headings() -> None:
    headings = re.findall(r"^## (.*)$", platform.about, re.MULTILINE)
    assert headings == [
        "Shape", "Statuses", "Headers", "Stability", "UI clients", "SDKs", "Agents", "Support", "Status page",
    ]  # fmt: skip
    assert not platform.about.startswith("#")


def test_the_page_explains_every_status_of_the_contract() -> None:
    explained = {int(status) for status in re.findall(r"^\| (\d{3}) \|", platform.about, re.MULTILINE)}
    own = [cls.problem_type for cls in platform if cls.problem_type.category != "Standard"]
    assert explained == {status for record in own for status in record.statuses}


def test_the_page_names_only_codes_and_actions_that_exist() -> None:
    actions = {cls.problem_type.resolve.action for cls in platform if cls.problem_type.resolve is not None}
    words = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", platform.about))
    assert words <= set(ALL) | actions | {"error_code"}


def test_the_example_names_files_that_exist() -> None:
    folder = Path(__file__).parents[3] / "examples" / "platform"
    readme = (folder / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `([a-z]+\.[a-z]+)` \|", readme, re.MULTILINE)
    assert named
    assert all((folder / name).is_file() for name in named)
