"""Mailed links of each kind: good until their last second, once, and only as they were mailed."""

from __future__ import annotations

import pytest

from examples.browsers.scenarios import PASSWORD, User, log_in, sign_up
from examples.browsers.world import World
from examples.identity.one_time import LIFETIMES, Kind
from tests.contracts.refusals import refusal

ASK: dict[Kind, str] = {
    "verification": "verify-email/again",
    "magic_link": "magic-link",
    "password_reset": "password-reset",
}
FOLLOW: dict[Kind, str] = {
    "verification": "verify-email",
    "magic_link": "magic-link/follow",
    "password_reset": "password-reset/follow",
}
each_kind = pytest.mark.parametrize("kind", ASK)


def _token(world: World, kind: Kind, email: str) -> str:
    """The token of a new link, which somebody has asked for."""
    world.client().post(f"/v1/auth/{ASK[kind]}", json={"email": email})
    return world.mailbox.link(email).partition("?token=")[2]


def _follow(world: World, kind: Kind, token: str) -> None:
    password = {"password": PASSWORD} if kind == "password_reset" else {}
    world.client().post(f"/v1/auth/{FOLLOW[kind]}", json={"token": token, **password})


def _is_refused(world: World, kind: Kind, token: str) -> bool:
    return refusal(lambda: _follow(world, kind, token)).code == "invalid-auth-token"


@each_kind
def test_a_link_is_good_until_its_last_second(frozen: World, kind: Kind) -> None:
    email = sign_up(frozen)
    early, late = (_token(frozen, kind, email) for _ in range(2))
    frozen.advance(LIFETIMES[kind] - 1)
    _follow(frozen, kind, early)
    frozen.advance(1)
    assert _is_refused(frozen, kind, late)


@each_kind
def test_a_link_serves_once_and_another_is_the_way_out(world: World, kind: Kind) -> None:
    email = sign_up(world)
    token = _token(world, kind, email)
    _follow(world, kind, token)
    assert _is_refused(world, kind, token)
    if kind != "verification":  # which is done with
        _follow(world, kind, _token(world, kind, email))


@each_kind
@pytest.mark.parametrize("rest", ["", "0", "cut"])
def test_a_link_that_was_not_mailed_like_this_is_none(world: World, kind: Kind, rest: str) -> None:
    token = _token(world, kind, sign_up(world))
    assert _is_refused(world, kind, token[:-1] if rest == "cut" else rest or "none")
    _follow(world, kind, token)


def test_who_is_known_already_logs_in_or_resets_the_password(world: World) -> None:
    user = User(world)
    signup = {"email": user.email, "password": "another horse battery"}
    caught = refusal(lambda: world.client().post("/v1/auth/signup", json=signup))
    assert (caught.code, caught.resolve and caught.resolve.url) == ("email-already-registered", "/login")
    assert log_in(world, user.email)
    _follow(world, "password_reset", _token(world, "password_reset", user.email))
    assert log_in(world, user.email)
