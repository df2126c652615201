"""What must not be told apart: foreign and missing ids, wrong passwords and unknown accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from examples.browsers.scenarios import PASSWORD, User, sign_up
from examples.browsers.world import World
from examples.stage.timing import compare
from tests.contracts.refusals import Seen, refusal, without_ids
from tests.contracts.timed import Ask, answered, refused, strictness

MAKERS: dict[str, Callable[[User], str]] = {
    "sessions": lambda owner: owner.session(),
    "profiles": lambda owner: str(owner.profile()["id"]),
    "api-keys": lambda owner: str(owner.mint("sessions:read")["id"]),
}
LOOKUPS: list[tuple[str, str, str, Any]] = [
    ("sessions", "GET", "/v1/sessions/{id}", None),
    ("sessions", "DELETE", "/v1/sessions/{id}", None),
    ("sessions", "POST", "/v1/sessions/{id}/navigate", {"url": "http://shop.example/"}),
    ("sessions", "POST", "/v1/sessions/{id}/navigate", {"url": 7}),
    ("sessions", "POST", "/v1/sessions/{id}/wait", {"selector": "#a"}),
    ("sessions", "GET", "/v1/sessions/{id}/exports/text", None),
    ("sessions", "GET", "/v1/sessions/{id}/exports/pdf", None),
    ("sessions", "GET", "/v1/sessions/{id}/exports/nothing", None),
    ("sessions", "POST", "/v1/sessions/{id}/agent/messages", {"text": "Hello"}),
    ("sessions", "POST", "/v1/sessions/{id}/pair", {"client_id": "a", "transition": "takeover"}),
    ("profiles", "GET", "/v1/profiles/{id}", None),
    ("profiles", "DELETE", "/v1/profiles/{id}", None),
    ("profiles", "POST", "/v1/sessions", {"profile_id": "{id}"}),
    ("api-keys", "POST", "/v1/api-keys/{id}/rotate", None),
    ("api-keys", "DELETE", "/v1/api-keys/{id}", None),
]


def _with(body: Any, target: str) -> Any:
    """The body, with the id in it."""
    filled = {name: target if value == "{id}" else value for name, value in (body or {}).items()}
    return filled or None


@pytest.mark.parametrize(("kind", "method", "path", "body"), LOOKUPS)
def test_foreign_and_missing_are_byte_identical_but_for_ids(
    world: World, kind: str, method: str, path: str, body: Any
) -> None:
    caller, foreign = User(world), MAKERS[kind](User(world))
    missing = foreign[:-8] + ("00000000" if not foreign.endswith("00000000") else "00000001")

    def seen(target: str) -> Seen:
        caught = refusal(lambda: caller.call(method, path.replace("{id}", target), _with(body, target)))
        assert caught.code == "not-found"
        return without_ids(world.responses[-1], target)

    assert seen(foreign) == seen(missing)


def test_a_key_of_a_login_cannot_be_managed(world: World) -> None:
    user = User(world)
    key_id = user.key.removeprefix("ds_live_")[:12]
    assert refusal(lambda: user.call("DELETE", f"/v1/api-keys/{key_id}")).code == "not-found"


def test_wrong_passwords_and_unknown_accounts_are_byte_identical_but_for_ids(world: World) -> None:
    known, unverified, unknown = User(world).email, sign_up(world), world.new_email()

    def seen(email: str) -> Seen:
        login = {"email": email, "password": "wrong horse battery"}
        assert (
            refusal(lambda: world.client().post("/v1/auth/login", json=login)).code == "invalid-credentials"
        )
        return without_ids(world.responses[-1], email)

    assert seen(known) == seen(unverified) == seen(unknown)


@pytest.mark.parametrize("path", ["magic-link", "password-reset", "verify-email/again"])
def test_asking_for_a_mail_does_not_tell_who_has_an_account(world: World, path: str) -> None:
    known, unknown = sign_up(world), world.new_email()

    def seen(email: str) -> Seen:
        return without_ids(world.client().post(f"/v1/auth/{path}", json={"email": email}), email)

    assert seen(known) == seen(unknown)
    assert world.mailbox.texts(unknown) == []


# ---------------------------------------------------------------------------- in time


FIRST = {kind: (method, path, body) for kind, method, path, body in reversed(LOOKUPS)}
"""One lookup of each kind: the others of a kind look for it in the same way."""


@strictness
@pytest.mark.parametrize("kind", FIRST)
def test_foreign_and_missing_ids_take_the_same_time(world: World, kind: str, *, is_strict: bool) -> None:
    foreign, caller = MAKERS[kind](User(world)), User(world)
    caller = caller.with_key(caller.mint("sessions:read")["key"])  # it does not expire
    method, path, body = FIRST[kind]

    def ask(target: str) -> Ask:
        filled, sent = path.replace("{id}", target), _with(body, target)
        return refused("not-found", lambda: caller.call(method, filled, sent))

    assert compare(ask(foreign), ask(foreign[:-8] + "00000000"), is_strict=is_strict).is_alike


@strictness
@pytest.mark.parametrize("make", [lambda world: User(world).email, sign_up], ids=["verified", "unverified"])
def test_wrong_passwords_and_unknown_accounts_take_the_same_time(
    world: World, make: Callable[[World], str], *, is_strict: bool
) -> None:
    def log_in(email: str) -> Ask:
        login = {"email": email, "password": PASSWORD.upper()}

        def ask() -> object:
            world.advance(60)  # or the mailbox's bucket would be empty
            return world.client().post("/v1/auth/login", json=login)

        return refused("invalid-credentials", ask)

    assert compare(log_in(make(world)), log_in(world.new_email()), is_strict=is_strict).is_alike


@strictness
def test_a_mail_for_an_account_and_one_for_nobody_take_the_same_time(
    world: World, *, is_strict: bool
) -> None:
    def mail(email: str) -> Ask:
        def ask() -> httpx.Response:
            world.advance(60)
            return world.client().post("/v1/auth/magic-link", json={"email": email})

        return answered(202, ask)

    assert compare(mail(User(world).email), mail(world.new_email()), is_strict=is_strict).is_alike
