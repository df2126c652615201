"""Each row of the browsers contract, asserted by real requests over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

import failwell.httpx
from examples.browsers.errors import browsers, contract
from examples.browsers.scenarios import SCENARIOS, User
from examples.browsers.world import World
from failwell import Problem, Retry, UnknownProblem
from tests.contracts.answers import Answer
from tests.contracts.refusals import refusal

ALWAYS = {"type", "title", "status", "detail", "instance"}


class Row(NamedTuple):
    """What the contract says of a code; the members are those beside `ALWAYS`, with values where fixed."""

    status: int
    retry: Retry
    members: Mapping[str, object] = {}


CODES = {
    "bad-request": Row(400, Retry.AFTER_CHANGE),
    "validation-failed": Row(400, Retry.AFTER_CHANGE),
    "unauthorized": Row(401, Retry.AFTER_ACTION),
    "invalid-key": Row(401, Retry.AFTER_ACTION),
    "revoked-key": Row(401, Retry.AFTER_ACTION),
    "expired-key": Row(401, Retry.AFTER_ACTION),
    "invalid-auth-token": Row(401, Retry.AFTER_ACTION),
    "email-not-verified": Row(401, Retry.AFTER_ACTION),
    "invalid-credentials": Row(401, Retry.AFTER_CHANGE),
    "forbidden": Row(403, Retry.AFTER_ACTION),
    "mfa-step-up-required": Row(403, Retry.AFTER_ACTION, {"requires_mfa_step_up": True}),
    "legal-acceptance-required": Row(403, Retry.AFTER_ACTION),
    "not-found": Row(404, Retry.AFTER_CHANGE),
    "conflict": Row(409, Retry.AFTER_CHANGE),
    "concurrency-limit": Row(429, Retry.LATER, {"current_sessions": 3, "limit": 3}),
    "tier-limit": Row(429, Retry.AFTER_ACTION),
    "rate-limited": Row(429, Retry.LATER, {"retry_after_seconds": 12}),
    "session-destroyed": Row(410, Retry.NEVER),
    "session-timeout": Row(504, Retry.AFTER_CHANGE),
    "internal": Row(500, Retry.LATER),
    "driver-error": Row(502, Retry.LATER),
    "driver-not-integrated": Row(503, Retry.NEVER),
    "feature-unavailable": Row(503, Retry.NEVER),
    "byok-anthropic-required": Row(502, Retry.AFTER_ACTION),
    "bundled-llm-budget-exhausted": Row(402, Retry.AFTER_ACTION),
    "bundled-llm-consent-required": Row(402, Retry.AFTER_ACTION),
    "pair-mode-conflict": Row(409, Retry.AFTER_ACTION, {"winner_client_id": "client_ada"}),
    "pair-mode-invalid-transition": Row(409, Retry.AFTER_ACTION, {"from": "agent", "transition": "handback"}),
    "email-already-registered": Row(409, Retry.NEVER),
}
"""The contract, in its order, written out apart from the catalog."""

DETAILS = {
    "bad-request": ("capacity", "url"),
    "validation-failed": ("capacity",),
    "rate-limited": ("sessions:create", "solo_manual", "12 seconds"),
    "tier-limit": ("solo_manual", "3"),
    "forbidden": ("sessions:write",),
    "session-timeout": ("#checkout", "200 ms", "300 ms"),
    "driver-error": ("ERR_INCOMPLETE_RESPONSE", "ERR_CONNECTION_REFUSED"),
    "pair-mode-conflict": ("client_ada",),
}
"""What details have to name."""


# ---------------------------------------------------------------------------- the 29 rows


@pytest.mark.parametrize("code", CODES)
def test_code(code: str, answers: Mapping[str, list[Answer]]) -> None:
    row = CODES[code]
    for caught, response in answers[code]:
        body = response.json()
        assert type(caught) is browsers.types[code]
        assert isinstance(caught, Problem)
        assert (response.status_code, body["status"], caught.retry) == (row.status, row.status, row.retry)
        assert response.headers["content-type"] == "application/problem+json"
        assert response.headers["cache-control"] == "no-store"
        assert body.keys() == ALWAYS | row.members.keys()
        assert body["type"] == f"https://errors.driftstack.dev/{code}"
        assert body["instance"] == response.headers["x-request-id"] == caught.request_id
        assert {name: body[name] for name in row.members} == row.members
        assert ("www-authenticate" in response.headers) == (row.status == 401)
        assert ("retry-after" in response.headers) == (code == "rate-limited")
        assert all(body[name] for name in ("title", "detail"))
        assert contract.parse(response.status_code, response.headers, response.content) == caught


def test_codes_are_those_of_the_contract_in_its_order() -> None:
    own = [code for code, cls in browsers.types.items() if cls.problem_type.category != "Standard"]
    assert own == list(CODES) == [scenario.code for scenario in SCENARIOS]
    assert len(own) == 29


@pytest.mark.parametrize("code", DETAILS)
def test_the_detail_names_what_it_is_about(code: str, answers: Mapping[str, list[Answer]]) -> None:
    said = " ".join(response.json()["detail"] for _, response in answers[code])
    assert [word for word in DETAILS[code] if word not in said] == []


def test_an_invalid_key_is_told_from_a_field_that_cannot_be_read(
    answers: Mapping[str, list[Answer]],
) -> None:
    for _, response in answers["invalid-key"]:
        assert 'error="invalid_token"' in response.headers["www-authenticate"]
    for _, response in answers["unauthorized"]:
        assert "error=" not in response.headers["www-authenticate"]


# ---------------------------------------------------------------------------- rate limits


def test_retry_after_is_the_member_and_the_wait(frozen: World) -> None:
    user = User(frozen)

    def session() -> str:
        made = user.session()
        user.call("DELETE", f"/v1/sessions/{made}")
        return made

    for _ in range(5):
        session()
    assert vars(refusal(session))["retry_after_seconds"] == 12
    response = frozen.responses[-1]
    assert response.json()["title"] == "Too Many Requests"
    assert response.headers["retry-after"] == str(response.json()["retry_after_seconds"]) == "12"
    frozen.advance(11)
    refusal(session)
    assert frozen.responses[-1].headers["retry-after"] == "1"
    frozen.advance(1)
    assert session()


def test_a_larger_tier_is_the_way_out(world: World) -> None:
    user = User(world)
    first = [user.session() for _ in range(3)]
    assert refusal(user.session).code == "concurrency-limit"
    user.call("PUT", "/v1/account/me/tier", {"tier": "team_auto"})
    assert user.session() not in first


@pytest.mark.parametrize(
    "endpoint", ["signup", "login", "magic-link", "password-reset", "verify-email/again"]
)
def test_endpoints_that_could_tell_who_has_an_account_are_limited(world: World, endpoint: str) -> None:
    asked: dict[str, Any] = {"email": world.new_email()}
    if endpoint in ("signup", "login"):
        asked["password"] = "correct horse battery"

    codes = [_code(world, f"/v1/auth/{endpoint}", asked) for _ in range(11)]
    assert [code == "rate-limited" for code in codes] == [False] * 10 + [True]
    assert "The bucket auth:email of the tier public is empty." in world.responses[-1].json()["detail"]


def _code(world: World, path: str, body: object) -> str:
    """The code of what comes, empty for a success."""
    try:
        world.client().post(path, json=body)
    except Problem as problem:
        return problem.code
    return ""


# ---------------------------------------------------------------------------- the gaps


@pytest.mark.parametrize(
    ("method", "path", "content", "content_type", "code", "status"),
    [
        ("GET", "/nowhere", b"", "", "not-found", 404),
        ("DELETE", "/v1/auth/login", b"", "", "method-not-allowed", 405),
        ("POST", "/v1/auth/login", b"{", "application/json", "bad-request", 400),
        ("POST", "/v1/auth/login", b"\xff", "application/json", "bad-request", 400),
        ("POST", "/v1/auth/login", b"", "", "validation-failed", 400),
        ("POST", "/v1/auth/login", b"email=a", "text/plain", "unsupported-media-type", 415),
        ("POST", "/v1/auth/login", b" " * ((1 << 20) + 1), "application/json", "content-too-large", 413),
    ],
)
def test_gaps_have_standard_types(  # noqa: PLR0913 - a row
    world: World, *, method: str, path: str, content: bytes, content_type: str, code: str, status: int
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    caught = refusal(lambda: world.client().request(method, path, content=content, headers=headers))
    response = world.responses[-1]
    body = response.json()
    assert type(caught) is browsers.types[code]
    assert (caught.code, body["status"], response.status_code) == (code, status, status)
    assert ALWAYS - {"detail"} <= body.keys() <= ALWAYS
    assert response.headers["content-type"] == "application/problem+json"
    assert body["instance"] == response.headers["x-request-id"]


def test_405_says_what_is_allowed(world: World) -> None:
    refusal(lambda: world.client().patch("/v1/sessions/session_0"))
    assert set(world.responses[-1].headers["allow"].split(", ")) == {"DELETE", "GET"}


@pytest.mark.parametrize(
    ("path", "body", "names"),
    [
        ("/v1/auth/login", {"email": "ada", "password": "hunter2-"}, "email"),
        ("/v1/auth/login", {"email": "ada@mail.example", "password": "hunter2"}, "password"),
        ("/v1/auth/login", {"email": "ada@mail.example", "password": ["hunter2-"]}, "password"),
        ("/v1/auth/login", {"email": "ada@mail.example", "hunter2": "hunter2-"}, "password"),
        ("/v1/auth/verify-email", {"token": ["hunter2"]}, "token"),
    ],
)
def test_the_detail_lists_the_fields_and_never_repeats_the_input(
    world: World, path: str, body: dict[str, object], names: str
) -> None:
    caught = refusal(lambda: world.client().post(path, json=body))
    assert caught.code == "validation-failed"
    assert f"{names}: " in str(caught)
    assert "hunter2" not in world.responses[-1].text.replace("hunter2: ", "")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v1/sessions/{id}/exports/nothing"), ("GET", "/v1/profiles/%00")]
)
def test_parameters_have_a_schema_too(world: World, method: str, path: str) -> None:
    user = User(world)
    caught = refusal(lambda: user.call(method, path.replace("{id}", user.session())))
    assert caught.code == "validation-failed"
    assert world.responses[-1].json()["detail"]


# ---------------------------------------------------------------------------- what clients rely on


def test_clients_dispatch_on_the_type_whatever_else_is_said(world: World) -> None:
    uri = "https://errors.driftstack.dev/revoked-key"
    for status, said in ((401, {"title": "Gone for good"}), (403, {"detail": "Other words."}), (429, {})):
        body = {"type": uri, "title": "Revoked", "status": status, **said}
        world.upstream.reply("/v3", body, status=status, media_type="application/problem+json")
        with failwell.httpx.Client(contract, base_url=world.upstream.url, trust_env=False) as client:
            caught = refusal(lambda client=client: client.get("/v3"))  # type: ignore[misc]
        assert type(caught) is browsers.types["revoked-key"]
        assert caught.retry is Retry.AFTER_ACTION


def test_one_status_has_several_types(answers: Mapping[str, list[Answer]]) -> None:
    codes: dict[int, set[str]] = {}
    for code, found in answers.items():
        for answer in found:
            codes.setdefault(answer.response.status_code, set()).add(code)
    assert codes[429] == {"concurrency-limit", "tier-limit", "rate-limited"}
    assert codes[401] == {
        "unauthorized", "invalid-key", "revoked-key", "expired-key", "invalid-auth-token",
        "email-not-verified", "invalid-credentials",
    }  # fmt: skip


def test_a_client_treats_an_unknown_type_like_internal(world: World) -> None:
    body = {"type": "https://errors.driftstack.dev/session-suspended", "title": "Suspended", "status": 409}
    world.upstream.reply("/v2", body, status=409, media_type="application/problem+json")
    with failwell.httpx.Client(contract, base_url=world.upstream.url, trust_env=False) as client:
        caught = refusal(lambda: client.get("/v2"))
    assert isinstance(caught, UnknownProblem)
    assert (caught.retry, caught.retryable) == (Retry.LATER, True)


def test_limits_are_told_by_retry_after_alone(world: World) -> None:
    assert User(world).session()
    assert all("ratelimit" not in name for response in world.responses for name in response.headers)


def test_every_response_has_a_request_id_of_its_own(
    world: World, answers: Mapping[str, list[Answer]]
) -> None:
    """Of the scenarios, and of the other tests that ran in this world before."""
    ids = [response.headers["x-request-id"] for response in world.responses]
    assert all(one.startswith("req_") for one in ids)
    assert len(ids) == len(set(ids)) > 100
    assert {response.status_code // 100 for response in world.responses} == {2, 4, 5}
