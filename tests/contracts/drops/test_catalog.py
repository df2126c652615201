"""Each row of the drops contract: the record, and the bytes that its examples are sent as."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

import pytest

from examples.drops.errors import contract, drops
from failwell import Example, Problem, Retry
from failwell.publish.sample import sample_problem

ALWAYS = ["type", "title", "status", "detail", "code", "retryable", "suggestion", "request_id"]
UPGRADE_PAGE = "https://drops.example/billing"


class Row(NamedTuple):
    """What the contract says of a code. `members` are named by status, in order, with the JSON of each."""

    category: str
    members: dict[int, dict[str, str]]
    retry: Retry
    retryable: bool = False


def _row(category: str, *statuses: int, retry: Retry, retryable: bool = False, **members: str) -> Row:
    return Row(category, dict.fromkeys(statuses, members), retry, retryable)


AUTHENTICATION, PERMISSIONS, PLANS = "Authentication", "Permissions", "Plans and quotas"
VALIDATION, WORKSPACES = "Validation and conflicts", "Workspaces and teams"
UPLOADS = "Uploads and sources"

CODES = {
    "authentication_required": _row(AUTHENTICATION, 401, retry=Retry.AFTER_ACTION),
    "invalid_api_key": _row(AUTHENTICATION, 401, retry=Retry.AFTER_ACTION),
    "invalid_session": _row(AUTHENTICATION, 401, retry=Retry.AFTER_ACTION),
    "otp_expired": _row(AUTHENTICATION, 401, retry=Retry.AFTER_ACTION, retryable=True),
    "otp_invalid": _row(AUTHENTICATION, 401, retry=Retry.AFTER_CHANGE),
    "rate_limit_exceeded": _row(AUTHENTICATION, 429, retry=Retry.LATER, retryable=True),
    "step_up_required": _row(AUTHENTICATION, 403, retry=Retry.AFTER_ACTION),
    "insufficient_scope": _row(PERMISSIONS, 403, retry=Retry.AFTER_ACTION),
    "service_cannot_mint_delegated": _row(PERMISSIONS, 403, retry=Retry.NEVER),
    "feature_not_in_plan": _row(
        PLANS, 403, retry=Retry.AFTER_ACTION, required_plan="string", upgrade_url="string"
    ),
    "quota_exceeded": _row(
        PLANS, 413, 403, retry=Retry.AFTER_ACTION, limit="integer", used="integer", requested="integer"
    ),
    "validation_error": _row(VALIDATION, 422, retry=Retry.AFTER_CHANGE, param="string"),
    "not_found": _row(VALIDATION, 404, retry=Retry.AFTER_CHANGE),
    "revision_conflict": _row(VALIDATION, 409, retry=Retry.AFTER_CHANGE, current_revision="integer"),
    "workspace_not_found": _row(WORKSPACES, 404, retry=Retry.AFTER_CHANGE),
    "workspace_choice_required": _row(WORKSPACES, 409, retry=Retry.AFTER_CHANGE, choices="array"),
    "workspace_mismatch": _row(WORKSPACES, 409, retry=Retry.AFTER_CHANGE),
    "workspace_pinned": _row(WORKSPACES, 400, retry=Retry.NEVER),
    "sole_owner_of_team": _row(WORKSPACES, 409, retry=Retry.AFTER_ACTION),
    "checksum_mismatch": _row(UPLOADS, 422, retry=Retry.AFTER_CHANGE),
    "upload_expired": _row(UPLOADS, 409, retry=Retry.AFTER_CHANGE),
    "remote_fetch_failed": _row(UPLOADS, 422, retry=Retry.AFTER_CHANGE, failures="array"),
}
"""The contract, in its order, written out apart from the catalog."""

CASES = [(code, status) for code, row in CODES.items() for status in row.members]

CHALLENGES = {
    "authentication_required": 'Bearer realm="drops"',
    "invalid_api_key": 'Bearer realm="drops", error="invalid_token"',
    "invalid_session": 'Bearer realm="drops", error="invalid_token"',
    "otp_expired": 'Bearer realm="drops"',
    "otp_invalid": 'Bearer realm="drops"',
    "insufficient_scope": 'Bearer realm="drops", error="insufficient_scope", scope="team"',
}


def _sample(code: str, status: int) -> Problem:
    return sample_problem(drops.types[code], status)


def _body(problem: Problem) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(contract.render(problem, request_id="req_0123456789").body)
    return found


@pytest.mark.parametrize("code", CODES)
def test_code(code: str) -> None:
    row, record = CODES[code], drops.types[code].problem_type
    assert record.statuses == tuple(row.members)
    assert record.category == row.category
    assert record.retryable is (True if code == "otp_expired" else None)
    for status, members in row.members.items():
        assert record.retry_at(status) is row.retry
        assert record.is_retryable(status) is row.retryable
        assert {m.wire_name: m.schema["type"] for m in record.wire_members(status)} == members
        assert all(member.required for member in record.wire_members(status))


@pytest.mark.parametrize(("code", "status"), CASES)
def test_bytes(code: str, status: int) -> None:
    row, problem = CODES[code], _sample(code, status)
    out = contract.render(problem, request_id="req_1")
    body = json.loads(out.body)
    assert out.status == status
    assert list(body) == [*ALWAYS, *row.members[status]]
    expected = {
        "type": f"https://errors.drops.example/{code}",
        "title": problem.title,
        "status": status,
        "detail": problem.detail,
        "code": code,
        "retryable": row.retryable,
        "suggestion": problem.suggestion,
        "request_id": "req_1",
        **{name: body[name] for name in row.members[status]},
    }
    assert out.body == json.dumps(expected, ensure_ascii=False, separators=(",", ":")).encode()
    assert all(expected[name] for name in ALWAYS if name != "retryable")


@pytest.mark.parametrize(("code", "status"), CASES)
def test_headers(code: str, status: int) -> None:
    headers = dict(contract.render(_sample(code, status), request_id="req_1").headers)
    own = {"WWW-Authenticate": CHALLENGES[code]} if code in CHALLENGES else {}
    own |= {"Retry-After": "120"} if status == 429 else {}
    assert headers == {
        "Content-Type": "application/problem+json",
        "Cache-Control": "no-store",
        "X-Request-Id": "req_1",
        **own,
    }


@pytest.mark.parametrize(("code", "status"), CASES)
def test_what_is_rendered_is_read_back(code: str, status: int) -> None:
    problem = _sample(code, status)
    out = contract.render(problem, request_id="req_1")
    back = contract.parse(out.status, out.headers, out.body)
    assert back == problem
    assert type(back) is drops.types[code]
    assert (back.retry, back.retryable) == (CODES[code].retry, CODES[code].retryable)


@pytest.mark.parametrize("code", CODES)
def test_page_says_what_happened_why_and_what_to_do(code: str) -> None:
    record = drops.types[code].problem_type
    assert all((record.prose, record.why, record.what_to_do, record.suggestion))
    assert not record.title.endswith(".")
    assert record.suggestion.endswith(".")


@pytest.mark.parametrize(("code", "status"), CASES)
def test_each_status_has_an_example_of_its_own(code: str, status: int) -> None:
    def shows(example: Example) -> bool:
        return (example.status or drops.types[code].problem_type.statuses[0]) == status

    (example,) = filter(shows, drops.types[code].problem_type.examples)
    assert example.members or example.detail
    assert CODES[code].members[status].keys() <= example.members.keys()


def test_codes_are_those_of_the_contract_in_its_order() -> None:
    own = [code for code, cls in drops.types.items() if cls.problem_type.category != "Standard"]
    assert own == list(CODES)
    assert len(own) == 22


def test_values_inside_members() -> None:
    choices = _body(_sample("workspace_choice_required", 409))["choices"]
    assert [entry.keys() for entry in choices] == [{"slug", "name"}] * 2
    (failure,) = _body(_sample("remote_fetch_failed", 422))["failures"]
    assert failure.keys() == {"path", "source_url", "reason"}
    assert _body(_sample("feature_not_in_plan", 403))["upgrade_url"] == UPGRADE_PAGE


@pytest.mark.parametrize("status", [413, 403])
def test_an_example_of_a_quota_is_over_it(status: int) -> None:
    body = _body(_sample("quota_exceeded", status))
    assert body["used"] + body["requested"] > body["limit"] >= body["used"]


# ---------------------------------------------------------------------------- the reference page


def test_the_page_shows_a_response_as_it_is_sent() -> None:
    (block,) = re.findall(r"```json\n(.*?)```", drops.about, re.DOTALL)
    sent = _body(_sample("revision_conflict", 409))
    assert list(json.loads(block).items()) == list(sent.items())


def test_the_page_has_all_its_headings() -> None:
    headings = re.findall(r"^## (.*)$", drops.about, re.MULTILINE)
    assert headings == [
        "Shape", "Statuses", "Headers", "Stability", "UI clients", "SDKs", "Agents", "Support", "Status page",
    ]  # fmt: skip
    assert not drops.about.startswith("#")


def test_the_page_explains_every_status_of_the_contract() -> None:
    explained = {int(status) for status in re.findall(r"^\| (\d{3}) \|", drops.about, re.MULTILINE)}
    assert explained == {status for row in CODES.values() for status in row.members}


def test_the_page_names_only_codes_and_members_that_exist() -> None:
    members = {m.wire_name for cls in drops for m in cls.problem_type.members if m.on_wire}
    words = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", drops.about))
    assert words <= set(drops.types) | members | set(ALWAYS)
