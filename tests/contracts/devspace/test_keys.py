"""The public API: keys, their scopes, their minute, their life; and the session beside them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from examples.devspace.api_keys import DAY
from examples.devspace.scenarios import Program, User
from examples.devspace.sessions import SESSION_SECONDS
from examples.devspace.world import World
from tests.contracts.refusals import refusal, without_ids


def _revoked(world: World) -> str:
    user = User(world)
    key = user.key()
    user.call("DELETE", f"/api-keys/{key['id']}")
    return str(key["key"])


def _expired(world: World) -> str:
    key = User(world).key(days=1)
    world.advance(DAY)
    return str(key["key"])


def _forged(world: World) -> str:
    """As a key of another deployment: prefix and checksum are right, yet there is none."""
    with World.start() as other:
        return str(User(other).key()["key"])


KEYS: dict[str, Callable[[World], dict[str, str]]] = {
    "absent": lambda _: {},
    "malformed": lambda _: {"Authorization": "Basic YTpi"},
    "foreign": lambda _: {"Authorization": "Bearer sk_something_else"},
    "mistyped": lambda w: {"Authorization": f"Bearer {User(w).key()['key'][:-1]}?"},
    "unknown": lambda w: {"Authorization": f"Bearer {_forged(w)}"},
    "revoked": lambda w: {"Authorization": f"Bearer {_revoked(w)}"},
    "expired": lambda w: {"Authorization": f"Bearer {_expired(w)}"},
    "a session": lambda w: {"Authorization": f"Bearer {User(w).credential}"},
}


def test_what_is_wrong_with_a_key_is_told_by_nothing(frozen: World) -> None:
    seen = set()
    for headers in [make(frozen) for make in KEYS.values()]:
        client = frozen.client(headers=headers)
        refusal(partial(client.get, "/v1/projects"))
        status, body, fields = without_ids(frozen.responses[-1])
        seen.add((status, body, tuple(fields)))
    ((status, body, _),) = seen
    assert (status, body) == (
        401,
        b'{"error":"invalid_api_key","message":"The request carries no valid API key."}',
    )


def test_a_key_opens_no_route_of_the_product(world: World) -> None:
    caught = refusal(lambda: User(world).program().call("GET", "/projects"))
    assert (caught.code, caught.status) == ("unauthorized", 401)


def test_a_new_key_is_the_way_out_of_one_that_was_revoked(world: World) -> None:
    user = User(world)
    made = user.key()
    user.call("DELETE", f"/api-keys/{made['id']}")
    revoked = Program(world, made["key"])
    assert refusal(lambda: revoked.call("GET", "/v1/projects")).code == "invalid_api_key"
    assert user.program().call("GET", "/v1/projects") == {"projects": []}


def test_a_session_ends_by_signing_out_and_after_twelve_hours(frozen: World) -> None:
    user = User(frozen)
    frozen.advance(SESSION_SECONDS - 1)
    assert user.call("GET", "/projects") == {"projects": []}
    other = User(frozen)
    other.call("DELETE", "/session")
    assert refusal(lambda: other.call("GET", "/projects")).code == "unauthorized"
    frozen.advance(1)
    assert refusal(lambda: user.call("GET", "/projects")).code == "unauthorized"


def test_a_link_signs_in_once_and_for_fifteen_minutes(frozen: World) -> None:
    def mailed() -> dict[str, str]:
        address = frozen.new_email()
        assert frozen.client().post("/links", json={"email": address}).status_code == 202
        return {"token": frozen.mailbox.link(address).partition("token=")[2]}

    first, second = mailed(), mailed()
    assert frozen.client().post("/sessions", json=first).status_code == 201
    assert refusal(lambda: frozen.client().post("/sessions", json=first)).code == "unauthorized"
    frozen.advance(15 * 60)
    assert refusal(lambda: frozen.client().post("/sessions", json=second)).code == "unauthorized"


def test_an_address_gets_one_mail_a_minute_and_who_asks_is_not_told(frozen: World) -> None:
    known, unknown = User(frozen).email, frozen.new_email()
    frozen.advance(60)
    told = set()
    for address in (known, unknown) * 3:
        response = frozen.client().post("/links", json={"email": address})
        told.add((response.status_code, response.content))
    assert told == {(202, b"{}")}
    assert [len(frozen.mailbox.texts(address)) for address in (known, unknown)] == [2, 1]


# ---------------------------------------------------------------------------- scopes


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/v1/projects", "projects:read"),
        ("GET", "/v1/documents/{id}", "documents:read"),
        ("PUT", "/v1/documents/{id}", "documents:write"),
    ],
)
def test_the_scope_that_is_named_is_the_one_that_helps(
    world: World, method: str, path: str, scope: str
) -> None:
    user = User(world)
    path = path.replace("{id}", user.document())
    body = {"text": "Tea."} if method == "PUT" else None
    others = {"projects:read", "documents:read", "documents:write"} - {scope}
    caught = refusal(lambda: user.program(*others).call(method, path, body))
    assert (caught.code, caught.members()) == ("insufficient_scope", {"required_scope": scope})
    assert user.program(caught.members()["required_scope"]).call(method, path, body)


# ---------------------------------------------------------------------------- the minute


def test_a_key_has_120_requests_and_then_waits_as_long_as_it_is_told(frozen: World) -> None:
    user = User(frozen)
    first, second = user.program(), user.program()
    for _ in range(120):
        first.call("GET", "/v1/projects")
    caught = refusal(lambda: first.call("GET", "/v1/projects"))
    wait = int(frozen.responses[-1].headers["retry-after"])
    assert caught.code == "rate_limited"
    assert 0 < wait <= 60
    second.call("GET", "/v1/projects")
    frozen.advance(wait)
    first.call("GET", "/v1/projects")


def test_what_a_key_may_not_do_costs_nothing_of_its_minute(frozen: World) -> None:
    user = User(frozen)
    program, document = user.program("projects:read"), user.document()
    for _ in range(10):
        refusal(lambda: program.call("GET", f"/v1/documents/{document}"))
        refusal(lambda: program.call("GET", "/v1/documents/document_0"))
    for _ in range(120):
        program.call("GET", "/v1/projects")
    assert refusal(lambda: program.call("GET", "/v1/projects")).code == "rate_limited"


def test_who_only_knows_the_id_of_a_key_uses_up_nothing_of_its_minute(frozen: World) -> None:
    program = User(frozen).program()
    forged = program.credential[:-1] + ("0" if program.credential[-1] != "0" else "1")
    for _ in range(15):
        assert refusal(lambda: frozen.client(forged).get("/v1/projects")).code == "invalid_api_key"
    for _ in range(120):
        program.call("GET", "/v1/projects")
    assert refusal(lambda: program.call("GET", "/v1/projects")).code == "rate_limited"


def test_limits_are_told_by_retry_after_alone(frozen: World) -> None:
    program = User(frozen).program()
    refusal(lambda: [program.call("GET", "/v1/projects") for _ in range(121)])
    for response in frozen.responses:
        assert all("ratelimit" not in name for name in response.headers)
        assert ("retry-after" in response.headers) == (response.status_code == 429)


# ---------------------------------------------------------------------------- rotation


def test_a_rotated_key_serves_for_exactly_one_more_day(frozen: World) -> None:
    user = User(frozen)
    made = user.key()
    old = Program(frozen, made["key"])
    new = Program(frozen, user.call("POST", f"/api-keys/{made['id']}/rotation")["key"])
    user.call("DELETE", "/session")
    frozen.advance(86_399)
    assert old.call("GET", "/v1/projects") == new.call("GET", "/v1/projects")
    frozen.advance(1)
    assert refusal(lambda: old.call("GET", "/v1/projects")).code == "invalid_api_key"
    assert new.call("GET", "/v1/projects") == {"projects": []}


def test_rotating_again_does_not_prolong_a_key(frozen: World) -> None:
    user = User(frozen)
    made = user.key()
    user.call("POST", f"/api-keys/{made['id']}/rotation")
    frozen.advance(3_600)
    user.call("POST", f"/api-keys/{made['id']}/rotation")
    frozen.advance(86_400 - 3_600)
    old = Program(frozen, made["key"])
    assert refusal(lambda: old.call("GET", "/v1/projects")).code == "invalid_api_key"
