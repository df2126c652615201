"""Each row of the flags contract, asserted on the record and on the bytes that leave."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from failwell import Retry
from failwell.declare import Redirect, Standard
from failwell.headers import find
from failwell.publish.sample import sample_problem
from failwell.source import load_contract

CONTRACT = load_contract(Path(__file__).parents[3] / "examples/flags/errors")
CATALOG = CONTRACT.catalog
REQUEST_ID = "req_019b2f61c3d07a52e84f1b9c6d20"
JSON, BROWSER = "application/json", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"

TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}
SCHEMAS = {"fields": TEXTS, "liveVersion": {"type": "integer"}, "proposedVersion": {"type": "integer"}}


class Row(NamedTuple):
    """What the contract says of a code; for one that is redirected, the status is that of its JSON body."""

    status: int
    retry: Retry
    category: str
    members: tuple[str, ...]
    is_redirect: bool


def _row(
    status: int, category: str, *members: str, retry: Retry | None = None, redirect: bool = False
) -> Row:
    usual = Retry.LATER if status >= 500 or status == 429 else Retry.AFTER_CHANGE
    usual = Retry.AFTER_ACTION if status in (401, 403, 410) else usual
    return Row(status, retry or usual, category, members, redirect)


CODES = {
    "invalid_request": _row(400, "general", "fields"),
    "unauthorized": _row(401, "general"),
    "forbidden": _row(403, "general"),
    "not_found": _row(404, "general"),
    "precondition_failed": _row(412, "general"),
    "internal": _row(500, "general"),
    "ruleset_not_cached": _row(503, "general", retry=Retry.AFTER_ACTION),
    "magic_link_invalid": _row(400, "authentication", redirect=True),
    "magic_link_used": _row(410, "authentication", redirect=True),
    "magic_link_expired": _row(410, "authentication", redirect=True),
    "no_invitation": _row(403, "authentication", redirect=True),
    "already_claimed": _row(409, "authentication", retry=Retry.NEVER),
    "slug_unavailable": _row(409, "authentication"),
    "insufficient_role": _row(403, "authorisation"),
    "scope_denied": _row(403, "authorisation"),
    "token_action_denied": _row(403, "authorisation"),
    "token_env_out_of_scope": _row(403, "authorisation"),
    "token_resource_out_of_scope": _row(403, "authorisation"),
    "token_ip_denied": _row(403, "authorisation"),
    "token_rate_limit": _row(429, "authorisation"),
    "approval_not_supported": _row(403, "authorisation"),
    "last_owner_cannot_demote_or_remove": _row(409, "members", retry=Retry.AFTER_ACTION),
    "already_member": _row(409, "members"),
    "invitation_pending": _row(409, "members"),
    "invitation_used": _row(410, "invitations"),
    "invitation_expired": _row(410, "invitations"),
    "invitation_email_locked": _row(410, "invitations"),
    "in_use": _row(409, "segments", "fields"),
    "version_drift": _row(409, "proposals", "liveVersion", "proposedVersion"),
    "proposal_gone": _row(410, "proposals"),
    "invalid_confirmation": _row(400, "confirmation", "fields"),
}
"""The contract, in its order, written out apart from the catalog."""

CONDITIONS: dict[Standard, str] = {
    400: "invalid_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    412: "precondition_failed",
    429: "token_rate_limit",
    "internal": "internal",
}
"""The codes that also stand for what a framework reports."""


@pytest.mark.parametrize("code", CODES)
def test_record(code: str) -> None:
    row, record = CODES[code], CATALOG.types[code].problem_type
    assert record.statuses == (row.status,)
    assert record.retry_at(row.status) is row.retry
    assert record.is_retryable(row.status) is (row.retry is Retry.LATER)
    assert record.category.lower() == row.category
    assert record.redirect == (Redirect("/login?error={code}", 303) if row.is_redirect else None)
    on_wire = record.wire_members(row.status)
    assert [member.wire_name for member in on_wire] == list(row.members)
    assert [member.schema for member in on_wire] == [SCHEMAS[name] for name in row.members]
    assert [m.wire_name for m in on_wire if not m.required] == ["fields"] * (code == "invalid_request")
    assert all((record.prose, record.why, record.what_to_do, record.detail, record.suggestion))


@pytest.mark.parametrize("code", CODES)
def test_code_as_json(code: str) -> None:
    row, problem = CODES[code], sample_problem(CATALOG.types[code])
    out = CONTRACT.render(problem, request_id=REQUEST_ID, accept=JSON)
    members = problem.members()
    said = {"code": code, "message": problem.detail, **members, "requestId": REQUEST_ID}
    assert list(members) == list(row.members)
    assert out.body == msgspec.json.encode(said)
    assert out.status == row.status
    assert find(out.headers, "content-type") == "application/json"
    assert find(out.headers, "cache-control") == "no-store"
    assert find(out.headers, "x-request-id") == REQUEST_ID
    assert find(out.headers, "location") is None
    assert find(out.headers, "www-authenticate") == ('Bearer realm="flags"' if row.status == 401 else None)
    assert find(out.headers, "retry-after") == ("12" if row.status == 429 else None)
    back = CONTRACT.parse(out.status, out.headers, out.body)
    assert back == problem
    assert back.request_id == REQUEST_ID
    assert back.retry is row.retry


@pytest.mark.parametrize("code", CODES)
def test_code_as_a_browser_meets_it(code: str) -> None:
    row, problem = CODES[code], sample_problem(CATALOG.types[code])
    out = CONTRACT.render(problem, request_id=REQUEST_ID, accept=BROWSER)
    if not row.is_redirect:
        assert out == CONTRACT.render(problem, request_id=REQUEST_ID, accept=JSON)
        return
    assert (out.status, out.body) == (303, b"")
    assert find(out.headers, "location") == f"/login?error={code}"
    assert find(out.headers, "content-type") is None
    back = CONTRACT.parse(out.status, out.headers, out.body)
    assert (back.code, back.status, back.request_id) == (code, row.status, REQUEST_ID)


def test_codes_are_those_of_the_contract_in_its_order() -> None:
    own = [code for code, cls in CATALOG.types.items() if cls.problem_type.category != "Standard"]
    assert own == list(CODES)


def test_conditions_have_the_contracts_own_codes_where_it_has_one() -> None:
    own = {
        condition: cls.code
        for condition, cls in CATALOG.standard.items()
        if cls.problem_type.category != "Standard"
    }
    assert own == CONDITIONS


@pytest.mark.parametrize(
    ("status", "code"),
    [(405, "method_not_allowed"), (413, "content_too_large"), (415, "unsupported_media_type")],
)
def test_gaps_are_filled_in_the_contracts_own_shape(status: int, code: str) -> None:
    problem = CONTRACT.problem_for(status, "Not this way.")
    out = CONTRACT.render(problem, request_id=REQUEST_ID)
    said = {"code": code, "message": "Not this way.", "requestId": REQUEST_ID}
    assert (out.status, out.body) == (status, msgspec.json.encode(said))
