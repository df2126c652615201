"""Each row of the browsers contract, asserted on its record and on the bytes of its example."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from examples.browsers.errors import browsers, contract
from failwell import Problem, Resolve, Retry

BASE = "https://errors.driftstack.dev/"
REQUEST_ID = "req_019b2f6c4d1a5b0c3e7f9a8d6b2c4e10"
WORDS = {
    "after change": Retry.AFTER_CHANGE,
    "after action": Retry.AFTER_ACTION,
    "later": Retry.LATER,
    "never": Retry.NEVER,
}


class Row(NamedTuple):
    """What the contract says of a slug; the members are those beside the standard ones, with their types."""

    status: int
    retry: str
    members: Mapping[str, type] = {}


CODES = {
    "bad-request": Row(400, "after change"),
    "validation-failed": Row(400, "after change"),
    "unauthorized": Row(401, "after action"),
    "invalid-key": Row(401, "after action"),
    "revoked-key": Row(401, "after action"),
    "expired-key": Row(401, "after action"),
    "invalid-auth-token": Row(401, "after action"),
    "email-not-verified": Row(401, "after action"),
    "invalid-credentials": Row(401, "after change"),
    "forbidden": Row(403, "after action"),
    "mfa-step-up-required": Row(403, "after action", {"requires_mfa_step_up": bool}),
    "legal-acceptance-required": Row(403, "after action"),
    "not-found": Row(404, "after change"),
    "conflict": Row(409, "after change"),
    "concurrency-limit": Row(429, "later", {"current_sessions": int, "limit": int}),
    "tier-limit": Row(429, "after action"),
    "rate-limited": Row(429, "later", {"retry_after_seconds": int}),
    "session-destroyed": Row(410, "never"),
    "session-timeout": Row(504, "after change"),
    "internal": Row(500, "later"),
    "driver-error": Row(502, "later"),
    "driver-not-integrated": Row(503, "never"),
    "feature-unavailable": Row(503, "never"),
    "byok-anthropic-required": Row(502, "after action"),
    "bundled-llm-budget-exhausted": Row(402, "after action"),
    "bundled-llm-consent-required": Row(402, "after action"),
    "pair-mode-conflict": Row(409, "after action", {"winner_client_id": str}),
    "pair-mode-invalid-transition": Row(409, "after action", {"from": str, "transition": str}),
    "email-already-registered": Row(409, "never"),
}
"""The contract, in its order, written out apart from the catalog."""

WAYS_OUT = {
    "email-not-verified": ("", "", "/verify-email"),
    "mfa-step-up-required": ("POST", "/v1/auth/mfa/step-up", ""),
    "legal-acceptance-required": ("POST", "/v1/account/legal/accept", ""),
    "byok-anthropic-required": ("PUT", "/v1/account/me/byok-anthropic-key", ""),
    "bundled-llm-budget-exhausted": ("PATCH", "/v1/account/me/bundled-llm-settings", ""),
    "bundled-llm-consent-required": ("PATCH", "/v1/account/me/bundled-llm-settings", ""),
    "email-already-registered": ("", "", "/login"),
}
"""The calls and pages that the contract names: method, endpoint, page."""

FURTHER_READING = {
    "forbidden": "/docs/api-keys",
    "concurrency-limit": "/docs/concurrency",
    "rate-limited": "/docs/rate-limits",
}
JSON_TYPES = {"integer": int, "string": str, "boolean": bool}


def _example(slug: str) -> Problem:
    """The first example of a type, as an occurrence."""
    cls = browsers.types[slug]
    example = cls.problem_type.examples[0]
    names = {member.wire_name: member.name for member in cls.problem_type.members}
    return cls(example.detail or None, **{names[name]: value for name, value in example.members.items()})


def _schema_type(schema: dict[str, Any]) -> type:
    return JSON_TYPES[schema["type"]] if "type" in schema else type(schema["enum"][0])


def test_the_catalog_has_the_contracts_types_in_its_order() -> None:
    own = [slug for slug, cls in browsers.types.items() if cls.problem_type.category != "Standard"]
    assert own == list(CODES)


@pytest.mark.parametrize("slug", CODES)
def test_slug(slug: str) -> None:
    row = CODES[slug]
    record = browsers.types[slug].problem_type
    assert (record.code, record.statuses, record.retry) == (slug, (row.status,), WORDS[row.retry])
    assert record.is_retryable(row.status) is (row.retry == "later")
    assert {m.wire_name: _schema_type(m.schema) for m in record.members} == row.members
    assert all(member.required and member.on_wire for member in record.members)

    problem = _example(slug)
    status, headers, body = contract.parts(problem, REQUEST_ID)
    fields, document = dict(headers), json.loads(body)
    assert status == document["status"] == row.status
    assert list(document) == ["type", "title", "status", "detail", "instance", *row.members]
    assert document["type"] == BASE + slug
    assert (document["title"], document["instance"]) == (record.title, REQUEST_ID)
    assert {name: type(document[name]) for name in row.members} == row.members
    assert fields["Content-Type"] == "application/problem+json"
    assert fields.get("Retry-After") == ("12" if slug == "rate-limited" else None)
    assert fields.get("WWW-Authenticate", "").startswith("Bearer") is (row.status == 401)

    parsed = contract.parse(status, headers, body)
    assert type(parsed) is browsers.types[slug]
    assert (parsed, parsed.request_id, dict(parsed.unreadable)) == (problem, REQUEST_ID, {})


@pytest.mark.parametrize("slug", CODES)
def test_the_page_tells_what_happened_and_why_and_what_to_do(slug: str) -> None:
    record = browsers.types[slug].problem_type
    assert record.prose
    assert record.why
    assert record.what_to_do
    assert record.suggestion
    assert not any("## " in text for text in (record.prose, record.why, record.what_to_do))


def test_the_ways_out_are_the_contracts() -> None:
    records = [browsers.types[slug].problem_type for slug in CODES]
    found = {record.code: _parts(record.resolve) for record in records if record.resolve is not None}
    assert found == WAYS_OUT
    links = {record.code: link.url for record in records for link in record.links}
    assert links == FURTHER_READING


def _parts(resolve: Resolve) -> tuple[str, str, str]:
    return resolve.method, resolve.endpoint, resolve.url


def test_suggestions_name_the_header_and_the_setting() -> None:
    suggestions = {slug: browsers.types[slug].suggestion for slug in CODES}
    assert "x-byok-anthropic-api-key" in suggestions["byok-anthropic-required"]
    assert "bundled_llm_consent" in suggestions["bundled-llm-consent-required"]
    assert "Bearer ds_live_" in suggestions["unauthorized"]
    assert "request id" in suggestions["internal"]


def test_categories_follow_the_contracts_order() -> None:
    categories = list(dict.fromkeys(browsers.types[slug].problem_type.category for slug in CODES))
    assert categories == [
        "Requests",
        "Accounts and keys",
        "Permissions",
        "Resources and limits",
        "Sessions and platform",
        "Agents and pair mode",
    ]


# ---------------------------------------------------------------------------- the gaps


@pytest.mark.parametrize(
    ("condition", "slug"),
    [
        (400, "bad-request"),
        (401, "unauthorized"),
        (403, "forbidden"),
        (404, "not-found"),
        (409, "conflict"),
        (422, "validation-failed"),
        ("internal", "internal"),
        (405, "method-not-allowed"),
        (413, "content-too-large"),
        (415, "unsupported-media-type"),
    ],
)
def test_a_condition_of_the_framework_has_its_type(condition: Any, slug: str) -> None:
    problem = contract.problem_for(condition)
    assert problem.code == slug
    document = json.loads(contract.render(problem).body)
    assert document["type"] == BASE + slug
    assert document.keys() - {"detail"} == {"type", "title", "status"}


def test_standard_types_follow_the_contracts_and_write_their_slugs_alike() -> None:
    standard = list(browsers.types)[len(CODES) :]
    assert "method-not-allowed" in standard
    assert all("_" not in slug for slug in standard)
