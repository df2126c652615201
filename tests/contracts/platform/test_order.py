"""Which code wins, the conditions that have no code, and that whatever is answered was declared."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import httpx
import pytest

from examples.platform.errors import platform
from examples.platform.scenarios import (
    PREVIEW,
    SCENARIOS,
    TRANSFER,
    VARIANTS,
    User,
    on_pro,
    org_of,
    password_of_provider_account,
)
from examples.platform.world import World
from tests.contracts.refusals import refusal

ALWAYS = {"type", "title", "status", "error_code"}
STANDARD = {
    "bad_request", "forbidden", "not_found", "content_too_large", "unsupported_media_type",
    "unprocessable_content",
}  # fmt: skip
"""What stands for the conditions without a code; 405 is every operation's, and internal nobody's."""


# ---------------------------------------------------------------------------- which code wins


def _exhausted(world: World) -> User:
    """Somebody whose rate limit is used up."""
    user = User(world)
    refusal(lambda: [user.call("GET", "/v1/account") for _ in range(200)])
    return user


def _overdue_on_hobby(world: World) -> User:
    user = on_pro(world, TRANSFER)
    user.choose("hobby")
    world.advance(14 * 86_400)
    return user


def _no_budget(world: World, plan: str = "pro") -> User:
    user = on_pro(world)
    user.choose(plan)
    user.call("PATCH", "/v1/billing/spend-limit", {"cents": 0})
    world.upstream.reply(f"/features/previews/{user.id}", conduct="hang_up")
    return user


def _cancelled_and_overdue(world: World) -> User:
    user = on_pro(world, TRANSFER)
    user.call("DELETE", "/v1/billing/subscription")
    world.advance(14 * 86_400)
    return user


ORG = "/v1/orgs/nobody-0"
PRECEDENCE: dict[str, tuple[str, Callable[[World], object]]] = {
    "missing credential over malformed body": (
        "auth_required",
        lambda w: w.client().post("/v1/projects", content=b"{"),
    ),
    "missing credential over absent resource": ("auth_required", lambda w: w.client().get(ORG)),
    "missing key over malformed body": (
        "api_key_required",
        lambda w: w.client().post("/v1/builds", content=b"{"),
    ),
    "missing key over credits": ("api_key_required", lambda w: User(w).build()),
    "a key where a login is needed over malformed body": (
        "auth_required",
        lambda w: w.client(on_pro(w).credential).post("/v1/api-keys", content=b"{"),
    ),
    "absent organisation over malformed body": (
        "not_found",
        lambda w: User(w).call("POST", f"{ORG}/invitations", {"email": 1}),
    ),
    "absent invoice over rate limit": (
        "not_found",
        lambda w: _exhausted(w).call("POST", "/v1/billing/invoices/in_0/pay"),
    ),
    "membership over rate limit": (
        "not_a_member",
        lambda w: _exhausted(w).call("GET", f"/v1/orgs/{org_of(User(w))}"),
    ),
    "membership over malformed body": (
        "not_a_member",
        lambda w: User(w).call("POST", f"/v1/orgs/{org_of(User(w))}/invitations", {"email": 1}),
    ),
    "rate limit over malformed body": (
        "rate_limit_exceeded",
        lambda w: _exhausted(w).call("POST", "/v1/projects", {"name": 1}),
    ),
    "rate limit over plan": ("rate_limit_exceeded", lambda w: _exhausted(w).deploy()),
    "validation over plan": ("unprocessable_content", lambda w: User(w).deploy({"image": ""})),
    "validation over a known address": (
        "unprocessable_content",
        lambda w: w.client().post("/v1/auth/signup", json={**User(w).login, "password": "short"}),
    ),
    "validation over a token that is none": (
        "unprocessable_content",
        lambda w: w.client().post("/v1/auth/password", json={"token": "4f0c", "password": "short"}),
    ),
    "validation over subscription": (
        "unprocessable_content",
        lambda w: User(w).call("PATCH", "/v1/billing/spend-limit", {"cents": -1}),
    ),
    "no plan over the plan's features": ("no_active_plan", lambda w: User(w).deploy(PREVIEW)),
    "an overdue payment over an ended subscription": (
        "payment_past_due",
        lambda w: _cancelled_and_overdue(w).deploy(),
    ),
    "an overdue payment over the plan's features": (
        "payment_past_due",
        lambda w: _overdue_on_hobby(w).deploy(PREVIEW),
    ),
    "the plan's features over the budget": ("pro_required", lambda w: _no_budget(w, "hobby").deploy(PREVIEW)),
    "an undetermined feature over the budget": (
        "feature_check_failed",
        lambda w: _no_budget(w).deploy(PREVIEW),
    ),
    "a provider's account over a wrong password": (
        "social_login_only",
        password_of_provider_account,
    ),
    "a wrong password over a missing verification": (
        "auth_required",
        lambda w: w.client().post(
            "/v1/auth/login", json={"email": User(w, is_verified=False).email, "password": "wrong horse"}
        ),
    ),
}


@pytest.mark.parametrize("name", PRECEDENCE)
def test_which_code_wins(world: World, name: str) -> None:
    code, provoke = PRECEDENCE[name]
    assert refusal(lambda: provoke(world)).code == code


def test_a_failed_authentication_debits_no_account(world: World) -> None:
    user = User(world)
    for _ in range(40):
        refusal(lambda: world.client(user.credential[:-1] + "0").get("/v1/account"))
    assert user.call("GET", "/v1/account")["email"] == user.email


# ---------------------------------------------------------------------------- standard types for the gaps


@pytest.mark.parametrize(
    ("method", "path", "content", "content_type", "code", "status"),
    [
        ("GET", "/v1/nowhere", b"", "", "not_found", 404),
        ("DELETE", "/v1/auth/login", b"", "", "method_not_allowed", 405),
        ("PUT", "/v1/api-keys", b"", "", "method_not_allowed", 405),
        ("POST", "/v1/auth/login", b"{", "application/json", "bad_request", 400),
        ("POST", "/v1/auth/login", b"\xff", "application/json", "bad_request", 400),
        ("POST", "/v1/auth/login", b"", "", "bad_request", 400),
        (
            "POST",
            "/v1/auth/login",
            b"a=b",
            "application/x-www-form-urlencoded",
            "unsupported_media_type",
            415,
        ),
        ("POST", "/v1/auth/login", b" " * (1 << 20) + b" ", "application/json", "content_too_large", 413),
        ("POST", "/v1/auth/login", b"{}", "application/json", "unprocessable_content", 422),
    ],
)
def test_gaps_have_standard_types(  # noqa: PLR0913 - a row
    world: World, *, method: str, path: str, content: bytes, content_type: str, code: str, status: int
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    caught = refusal(lambda: world.client().request(method, path, content=content, headers=headers))
    response = world.responses[-1]
    body = response.json()
    assert type(caught) is platform.types[code]
    assert (body["error_code"], body["status"], response.status_code) == (code, status, status)
    assert ALWAYS <= body.keys() <= ALWAYS | {"detail"}
    assert response.headers["content-type"] == "application/problem+json"
    assert ("allow" in response.headers) == (status == 405)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/auth/login", {"POST"}),
        ("/v1/account", {"GET", "HEAD"}),
        ("/v1/api-keys", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("/v1/billing/spend-limit", {"PATCH"}),
    ],
)
def test_405_says_what_is_allowed(world: World, path: str, allowed: set[str]) -> None:
    refusal(lambda: world.client().put(path))
    assert set(world.responses[-1].headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize("name", ["", "a\x00b", "a\nb", "x" * 61])
def test_a_name_is_a_line(world: World, name: str) -> None:
    assert refusal(lambda: User(world).call("POST", "/v1/projects", {"name": name})).status == 422


@pytest.mark.parametrize("path", ["/v1/orgs/%00", "/v1/orgs/%FF", "/v1/orgs/a%0Ab", "/v1/orgs/nobody"])
def test_an_organisation_that_cannot_be_is_not_there(world: World, path: str) -> None:
    assert refusal(lambda: User(world).call("GET", path)).code == "not_found"


def test_an_unknown_verification_token_is_a_bad_request(world: World) -> None:
    caught = refusal(lambda: world.client().post("/v1/auth/verification", json={"token": "4f0c"}))
    assert caught.code == "bad_request"


@pytest.mark.parametrize("field", ["password", "email"])
def test_the_input_is_never_repeated(world: World, field: str) -> None:
    secret = "hunter2 hunter2 " * 20
    login = {"email": "ada@mail.example", "password": "correct horse", field: secret}
    caught = refusal(lambda: world.client().post("/v1/auth/signup", json=login))
    assert caught.code == "unprocessable_content"
    assert str(caught.detail).startswith(f"{field}: ")
    assert "hunter2" not in world.responses[-1].text


def test_successes_have_a_request_id_and_pages_too(world: World) -> None:
    for path in ("/openapi.json", "/login"):
        assert world.client().get(path).headers["x-request-id"].startswith("req_")


def test_pages_keep_djangos_own_page_for_what_is_not_there(world: World) -> None:
    refusal(lambda: world.client().get("/nowhere"))
    assert world.responses[-1].headers["content-type"].startswith("text/html")


# ---------------------------------------------------------------------------- what leaves was declared


@pytest.fixture(scope="module")
def operations(world: World) -> dict[tuple[str, str], set[tuple[int, str]]]:
    """What each operation can answer, by the document that the service gives: statuses and codes."""
    document = world.client().get("/openapi.json").json()
    assert document["openapi"].startswith("3.1.")
    return {
        (method.upper(), path): set(_listed(operation))
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }


def _listed(operation: dict[str, Any]) -> Iterator[tuple[int, str]]:
    for status, response in operation["responses"].items():
        if status != "2XX":
            schema = response["content"]["application/problem+json"]["schema"]
            yield from ((int(status), code) for code in schema["discriminator"]["mapping"])


def test_every_code_is_an_answer_of_some_operation(
    operations: dict[tuple[str, str], set[tuple[int, str]]],
) -> None:
    listed = {code for answers in operations.values() for _, code in answers}
    own = {scenario.code for scenario in SCENARIOS}
    assert own <= listed <= own | STANDARD | {"internal"}
    assert all(path.startswith("/v1/") for _, path in operations)


def test_every_answer_was_declared_by_its_operation(
    world: World, operations: dict[tuple[str, str], set[tuple[int, str]]]
) -> None:
    """Of the scenarios, and of the other tests that ran in this world before."""
    for scenario in (*SCENARIOS, *VARIANTS):
        refusal(partial(scenario.provoke, world))
    answered = {
        (_operation_of(response.request, operations), (response.status_code, response.json()["error_code"]))
        for response in world.responses
        if response.headers.get("content-type") == "application/problem+json"
    }
    undeclared = {(op, answer) for op, answer in answered if op and answer not in operations[op]}
    assert undeclared == set()
    assert {code for op, (_, code) in answered if op} >= {scenario.code for scenario in SCENARIOS}


def _operation_of(
    request: httpx.Request, operations: dict[tuple[str, str], set[tuple[int, str]]]
) -> tuple[str, str] | None:
    for method, template in operations:
        pattern = re.sub(r"\{\w+\}", "[^/]+", template)
        if method == request.method and re.fullmatch(pattern, request.url.path):
            return method, template
    return None
