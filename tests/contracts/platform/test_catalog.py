"""Each row of the platform contract: the record, and the bytes that its example is sent as."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest

from examples.platform.errors import contract, platform
from failwell import Retry
from failwell.publish.sample import sample_problem

BILLING = "Billing and subscription"
USAGE = "Usage limits"
ACCESS = "Authentication and authorisation"
ACCOUNT = "Account"
INTERNAL = "Internal"


class Row(NamedTuple):
    """What the contract says of a code. Without an action there is no `resolve`."""

    status: int
    category: str
    action: str = ""
    url: str = ""
    call: str = ""
    retry: Retry = Retry.AFTER_ACTION


CODES = {
    "no_active_plan": Row(402, BILLING, "select_plan", "/billing/plans", "POST /v1/billing/plan"),
    "billing_info_required": Row(
        402, BILLING, "add_payment_method", "/billing/payment", "POST /v1/billing/payment-methods"
    ),
    "plan_required": Row(402, BILLING, "select_plan", "/billing/plans", "POST /v1/billing/plan"),
    "payment_past_due": Row(
        402, BILLING, "pay_invoice", "/billing/invoices", "POST /v1/billing/invoices/{invoice}/pay"
    ),
    "subscription_suspended": Row(
        402, BILLING, "pay_invoice", "/billing/invoices", "POST /v1/billing/invoices/{invoice}/pay"
    ),
    "subscription_inactive": Row(
        402, BILLING, "reactivate_subscription", "/billing", "POST /v1/billing/subscription/reactivate"
    ),
    "subscription_not_found": Row(404, BILLING, "select_plan", "/billing/plans", "POST /v1/billing/plan"),
    "no_active_subscription": Row(409, BILLING, "select_plan", "/billing/plans", "POST /v1/billing/plan"),
    "spend_limit_exceeded": Row(
        402, USAGE, "raise_spend_limit", "/billing/limits", "PATCH /v1/billing/spend-limit"
    ),
    "credits_depleted": Row(402, USAGE, "buy_credits", "/billing/credits", "POST /v1/billing/credits"),
    "rate_limit_exceeded": Row(429, USAGE, retry=Retry.LATER),
    "auth_required": Row(401, ACCESS, "log_in", "/login", "POST /v1/auth/login"),
    "api_key_required": Row(401, ACCESS, "create_api_key", "/settings/keys", "POST /v1/api-keys"),
    "pro_required": Row(403, ACCESS, "upgrade_plan", "/billing/plans", "POST /v1/billing/plan"),
    "not_a_member": Row(
        403, ACCESS, "request_invite", "/orgs/{org}/join", "POST /v1/orgs/{org}/invite-requests"
    ),
    "email_exists": Row(409, ACCOUNT, "log_in", "/login", retry=Retry.NEVER),
    "token_invalid": Row(400, ACCOUNT, "request_password_reset", "/forgot", "POST /v1/auth/password-reset"),
    "token_expired": Row(410, ACCOUNT, "request_password_reset", "/forgot", "POST /v1/auth/password-reset"),
    "social_login_only": Row(409, ACCOUNT, "log_in_with_provider", "/login/{provider}"),
    "invite_expired": Row(
        410, ACCOUNT, "request_invite", "/orgs/{org}/join", "POST /v1/orgs/{org}/invite-requests"
    ),
    "email_verification_required": Row(
        403, ACCOUNT, "verify_email", "/verify", "POST /v1/auth/verification-email"
    ),
    "feature_check_failed": Row(500, INTERNAL, "contact_support", "/support", retry=Retry.LATER),
}
"""The contract, in its order, written out apart from the catalog."""

HOST = "https://platform.example"


@pytest.mark.parametrize("code", CODES)
def test_code(code: str) -> None:
    row, record = CODES[code], platform.types[code].problem_type
    assert (record.statuses, record.category) == ((row.status,), row.category)
    assert record.retry_at(row.status) is row.retry
    assert record.retryable is None
    assert record.wire_members(row.status) == ()
    if record.resolve is None:
        assert row.action == ""
    else:
        method, _, endpoint = row.call.partition(" ")
        assert record.resolve.action == row.action
        assert record.resolve.url == (HOST + row.url)
        assert (record.resolve.method, record.resolve.endpoint) == (method, endpoint)


@pytest.mark.parametrize("code", CODES)
def test_bytes(code: str) -> None:
    row, problem = CODES[code], sample_problem(platform.types[code])
    out = contract.render(problem, request_id="req_1")
    body = json.loads(out.body)
    assert out.status == row.status
    expected: dict[str, Any] = {
        "type": f"https://errors.platform.example/{code}",
        "title": problem.title,
        "status": row.status,
        "detail": problem.detail,
        "error_code": code,
    }
    if row.action:
        method, _, endpoint = row.call.partition(" ")
        values = problem.problem_type.examples[0].members
        call = {"method": method, "endpoint": endpoint.format(**values)} if row.call else {}
        message = body["resolve"]["message"]
        url = HOST + row.url.format(**values)
        expected["resolve"] = {"action": row.action, "message": message, "url": url, **call}
    assert body == expected
    assert out.body == json.dumps(expected, ensure_ascii=False, separators=(",", ":")).encode()
    assert all(expected.values())
    assert all(body.get("resolve", {"message": "none is due"}).values())


@pytest.mark.parametrize("code", CODES)
def test_headers(code: str) -> None:
    row, problem = CODES[code], sample_problem(platform.types[code])
    headers = dict(contract.render(problem, request_id="req_1").headers)
    own = {401: {"WWW-Authenticate": 'Bearer realm="platform"'}, 429: {"Retry-After": "20"}}
    assert headers == {
        "Content-Type": "application/problem+json",
        "Cache-Control": "no-store",
        "X-Request-Id": "req_1",
        **own.get(row.status, {}),
    }


@pytest.mark.parametrize("code", CODES)
def test_what_is_rendered_is_read_back(code: str) -> None:
    problem = sample_problem(platform.types[code])
    out = contract.render(problem, request_id="req_1")
    back = contract.parse(out.status, out.headers, out.body)
    assert back == problem
    assert type(back) is platform.types[code]
    assert back.resolve == problem.resolve
    assert (back.retry, back.request_id) == (CODES[code].retry, "req_1")


@pytest.mark.parametrize("code", CODES)
def test_page_says_what_happened_why_and_what_to_do(code: str) -> None:
    record = platform.types[code].problem_type
    assert all((record.prose, record.why, record.what_to_do, record.suggestion, record.detail))
    assert record.examples
    assert not record.title.endswith(".")
    assert record.suggestion.endswith(".")


def test_codes_are_those_of_the_contract_in_its_order() -> None:
    own = [code for code, cls in platform.types.items() if cls.problem_type.category != "Standard"]
    assert own == list(CODES)
    assert len(own) == 22


def test_titles_and_pages_tell_codes_apart() -> None:
    records = [platform.types[code].problem_type for code in CODES]
    for texts in ([r.title for r in records], [r.prose for r in records], [r.why for r in records]):
        assert len(set(texts)) == len(CODES)
    assert len({record.what_to_do for record in records}) == len(CODES)


@pytest.mark.parametrize("code", ["email_exists", "social_login_only"])
def test_pages_say_what_the_code_reveals_and_that_its_endpoints_are_limited(code: str) -> None:
    why = " ".join(platform.types[code].problem_type.why.split())
    assert "By contract this answer reveals that an account exists" in why
    assert "rate-limited" in why


def test_the_types_that_stand_for_conditions() -> None:
    standing = {condition: cls.code for condition, cls in platform.standard.items() if cls.code in CODES}
    assert standing == {401: "auth_required", 429: "rate_limit_exceeded"}
    assert platform.standard["internal"].code == "internal"


def test_standard_types_fill_the_gaps_in_the_style_of_the_contract() -> None:
    fillers = [code for code in platform.types if code not in CODES]
    assert {"method_not_allowed", "unsupported_media_type", "content_too_large", "internal"} <= set(fillers)
    assert not any("-" in code for code in fillers)
