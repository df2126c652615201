"""Each row of the drops contract, asserted by real requests over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from examples.drops.errors import contract, drops
from examples.drops.scenarios import SCENARIOS
from examples.drops.world import World
from failwell import Problem, Retry
from tests.contracts.answers import Answer
from tests.contracts.refusals import refusal

ALWAYS = {"type", "title", "status", "detail", "code", "retryable", "suggestion", "request_id"}


class Row(NamedTuple):
    """What the contract says of a code; the members are those beside `ALWAYS`."""

    statuses: tuple[int, ...]
    retryable: bool
    retry: Retry
    members: frozenset[str] = frozenset()


def _row(*statuses: int, retry: Retry, members: str = "", retryable: bool = False) -> Row:
    return Row(statuses, retryable, retry, frozenset(members.split()))


CODES = {
    "authentication_required": _row(401, retry=Retry.AFTER_ACTION),
    "invalid_api_key": _row(401, retry=Retry.AFTER_ACTION),
    "invalid_session": _row(401, retry=Retry.AFTER_ACTION),
    "otp_expired": _row(401, retry=Retry.AFTER_ACTION, retryable=True),
    "otp_invalid": _row(401, retry=Retry.AFTER_CHANGE),
    "rate_limit_exceeded": _row(429, retry=Retry.LATER, retryable=True),
    "step_up_required": _row(403, retry=Retry.AFTER_ACTION),
    "insufficient_scope": _row(403, retry=Retry.AFTER_ACTION),
    "service_cannot_mint_delegated": _row(403, retry=Retry.NEVER),
    "feature_not_in_plan": _row(403, retry=Retry.AFTER_ACTION, members="required_plan upgrade_url"),
    "quota_exceeded": _row(413, 403, retry=Retry.AFTER_ACTION, members="limit used requested"),
    "validation_error": _row(422, retry=Retry.AFTER_CHANGE, members="param"),
    "not_found": _row(404, retry=Retry.AFTER_CHANGE),
    "revision_conflict": _row(409, retry=Retry.AFTER_CHANGE, members="current_revision"),
    "workspace_not_found": _row(404, retry=Retry.AFTER_CHANGE),
    "workspace_choice_required": _row(409, retry=Retry.AFTER_CHANGE, members="choices"),
    "workspace_mismatch": _row(409, retry=Retry.AFTER_CHANGE),
    "workspace_pinned": _row(400, retry=Retry.NEVER),
    "sole_owner_of_team": _row(409, retry=Retry.AFTER_ACTION),
    "checksum_mismatch": _row(422, retry=Retry.AFTER_CHANGE),
    "upload_expired": _row(409, retry=Retry.AFTER_CHANGE),
    "remote_fetch_failed": _row(422, retry=Retry.AFTER_CHANGE, members="failures"),
}
"""The contract, in its order, written out apart from the catalog."""


# ---------------------------------------------------------------------------- the 22 rows


@pytest.mark.parametrize("code", CODES)
def test_code(code: str, answers: Mapping[str, list[Answer]]) -> None:
    row = CODES[code]
    for caught, response in answers[code]:
        body = response.json()
        assert type(caught) is drops.types[code]
        assert isinstance(caught, Problem)
        assert response.headers["content-type"] == "application/problem+json"
        assert response.headers["cache-control"] == "no-store"
        assert body.keys() == ALWAYS | row.members
        assert (body["code"], body["status"]) == (code, response.status_code)
        assert body["type"] == f"https://errors.drops.example/{code}"
        assert body["retryable"] is row.retryable is caught.retryable
        assert body["request_id"] == response.headers["x-request-id"] == caught.request_id
        assert ("www-authenticate" in response.headers) == (
            response.status_code == 401 or code == "insufficient_scope"
        )
        assert ("retry-after" in response.headers) == (response.status_code == 429)
        assert all(body[name] for name in ("title", "detail", "suggestion"))
        assert contract.parse(response.status_code, response.headers, response.content) == caught
    assert {response.status_code for _, response in answers[code]} == set(row.statuses)


@pytest.mark.parametrize("code", CODES)
def test_record(code: str) -> None:
    row, record = CODES[code], drops.types[code].problem_type
    assert record.statuses == row.statuses
    for status in row.statuses:
        assert record.retry_at(status) is row.retry
        assert record.is_retryable(status) is row.retryable
        assert {member.wire_name for member in record.wire_members(status)} == row.members


def test_codes_are_those_of_the_contract_in_its_order() -> None:
    own = [code for code, cls in drops.types.items() if cls.problem_type.category != "Standard"]
    assert own == list(CODES) == [scenario.code for scenario in SCENARIOS]
    assert len(own) == 22


def test_only_otp_expired_states_retryable_against_its_retry_word() -> None:
    stated = [code for code, cls in drops.types.items() if cls.problem_type.retryable is not None]
    assert stated == ["otp_expired"]


def test_values_of_members(answers: Mapping[str, list[Answer]], world: World) -> None:
    def bodies(code: str) -> list[dict[str, Any]]:
        return [answer.response.json() for answer in answers[code]]

    large, full, seats = bodies("quota_exceeded")
    assert (large["status"], large["limit"], large["used"]) == (413, 100_000, 0)
    assert (full["status"], full["limit"], full["requested"]) == (413, 250_000, 90_000)
    assert [seats[name] for name in ("status", "limit", "used", "requested")] == [403, 2, 2, 1]
    assert full["used"] + full["requested"] > full["limit"]
    (choice,) = bodies("workspace_choice_required")
    assert all(entry.keys() == {"slug", "name"} for entry in choice["choices"])
    assert len(choice["choices"]) == 2
    (fetch,) = bodies("remote_fetch_failed")
    source = f"{world.files_url}/no-such-logo.svg"
    assert fetch["failures"] == [{"path": "logo.svg", "source_url": source, "reason": "bad_status"}]
    assert bodies("revision_conflict")[0]["current_revision"] == 2
    assert bodies("validation_error")[0]["param"] == "files.0.path"


def test_retry_after_is_the_wait(answers: Mapping[str, list[Answer]]) -> None:
    ((caught, response),) = answers["rate_limit_exceeded"]
    assert isinstance(caught, Problem)
    assert 0 < int(response.headers["retry-after"]) <= 600
    assert vars(caught)["retry_after_seconds"] == int(response.headers["retry-after"])


# ---------------------------------------------------------------------------- standard types for the gaps


@pytest.mark.parametrize(
    ("method", "path", "content", "content_type", "code", "status"),
    [
        ("GET", "/nowhere", b"", "", "not_found", 404),
        ("DELETE", "/v1/login", b"", "", "method_not_allowed", 405),
        ("POST", "/v1/login", b"{", "application/json", "bad_request", 400),
        ("POST", "/v1/login", b"\xff", "application/json", "bad_request", 400),
        ("POST", "/v1/login", b"", "", "bad_request", 400),
        ("POST", "/v1/login", b"email=a", "application/x-www-form-urlencoded", "unsupported_media_type", 415),
        ("POST", "/v1/login", b" " * (1 << 20) + b" ", "application/json", "content_too_large", 413),
    ],
)
def test_gaps_have_standard_types(  # noqa: PLR0913 - a row
    world: World,
    *,
    method: str,
    path: str,
    content: bytes,
    content_type: str,
    code: str,
    status: int,
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    caught = refusal(lambda: world.client().request(method, path, content=content, headers=headers))
    response = world.responses[-1]
    body = response.json()
    assert type(caught) is drops.types[code]
    assert (body["code"], body["status"], response.status_code) == (code, status, status)
    assert ALWAYS - {"detail"} <= body.keys() <= ALWAYS
    assert response.headers["content-type"] == "application/problem+json"
    assert body["request_id"] == response.headers["x-request-id"]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/login", {"POST"}),
        ("/v1/workspaces", {"GET", "HEAD"}),
        ("/v1/drops", {"GET", "HEAD", "POST"}),
        ("/v1/drops/drop_0", {"GET", "HEAD", "PATCH", "DELETE"}),
    ],
)
def test_405_says_what_is_allowed(world: World, path: str, allowed: set[str]) -> None:
    refusal(lambda: world.client().put(path))
    assert set(world.responses[-1].headers["allow"].split(", ")) == allowed


def test_the_input_is_never_repeated(world: World) -> None:
    secret = "hunter2-hunter2"
    caught = refusal(lambda: world.client().post("/v1/login", json={"email": "a@b.example", "code": secret}))
    assert (caught.code, caught.members()) == ("validation_error", {"param": "code"})
    assert secret not in world.responses[-1].text


def test_a_success_has_a_request_id_too(world: World) -> None:
    response = world.client().get("/openapi.json")
    assert response.status_code == 200
    assert response.headers["x-request-id"].startswith("req_")
