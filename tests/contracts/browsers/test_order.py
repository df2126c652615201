"""Which code wins when several conditions hold, in the order that the contracts set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from examples.browsers.keys import LOGIN_SECONDS
from examples.browsers.scenarios import PASSWORD, User, foreign_session, sign_up
from examples.browsers.world import World
from examples.identity.keys import GRACE_SECONDS
from tests.contracts.refusals import refusal

NO_JSON: dict[str, Any] = {"content": b"{", "headers": {"Content-Type": "application/json"}}
NOWHERE = "/v1/sessions/session_0"


def _small(world: World, *scopes: str) -> User:
    """A user with a key of few scopes."""
    owner = User(world)
    return owner.with_key(owner.mint(*(scopes or ("sessions:read",)))["key"])


def _before_new_terms(world: World) -> User:
    user = User(world)
    world.publish_terms()
    return user


def _full(world: World) -> User:
    """A user with as many sessions as the tier allows."""
    user = User(world)
    for _ in range(3):
        user.session()
    return user


def _rotated(world: World) -> tuple[User, str, str]:
    owner = User(world)
    made = owner.mint("sessions:read")
    owner.call("POST", f"/v1/api-keys/{made['id']}/rotate")
    return owner, made["id"], made["key"]


def _revoked_and_expired(world: World) -> object:
    owner, key_id, key = _rotated(world)
    owner.call("DELETE", f"/v1/api-keys/{key_id}")
    world.advance(GRACE_SECONDS)
    return owner.with_key(key).call("GET", "/v1/account/me")


def _expired(world: World) -> User:
    user = User(world)
    world.advance(LOGIN_SECONDS)
    return user


def _empty_bucket(world: World) -> User:
    """A user who has created as many sessions as may be, in a minute."""
    user = User(world)
    for _ in range(5):
        user.call("DELETE", f"/v1/sessions/{user.session()}")
    return user


def _empty_bucket_and_new_terms(world: World) -> object:
    user = _empty_bucket(world)
    world.publish_terms()
    return user.session()


def _empty_bucket_and_small_key(world: World) -> object:
    user = _empty_bucket(world)
    return user.with_key(user.mint("sessions:read")["key"]).session()


def _mismatch(world: World, make: Callable[[World], User] = User) -> User:
    """A user who has used an idempotency key for a profile; `_again` sends it with another body."""
    user = make(world)
    user.call("POST", "/v1/profiles", {"name": "first"}, headers={"Idempotency-Key": "k"})
    return user


def _again(user: User, body: object) -> object:
    return user.call("POST", "/v1/profiles", body, headers={"Idempotency-Key": "k"})


def _mismatch_and_new_terms(world: World) -> object:
    user = _mismatch(world)
    world.publish_terms()
    return _again(user, {"name": "second"})


def _mismatch_and_full(world: World) -> object:
    user, headers = User(world), {"Idempotency-Key": "k"}
    user.call("POST", "/v1/sessions", {}, headers=headers)
    for _ in range(2):
        user.session()
    return user.call("POST", "/v1/sessions", {"profile_id": "profile_0"}, headers=headers)


def _with_profiles(world: World) -> User:
    user = User(world)
    for number in range(3):
        user.profile(f"shop {number}")
    return user


def _in_destroyed(world: World, path: str, body: object, **bundled: object) -> object:
    user = User(world)
    user.bundled(**bundled)
    session = user.session()
    user.call("DELETE", f"/v1/sessions/{session}")
    return user.call("POST", f"/v1/sessions/{session}/{path}", body)


def _small_key_in_pair_mode(world: World) -> object:
    owner = User(world)
    session = owner.session()
    owner.pair(session, "client_ada", "takeover")
    return owner.with_key(owner.mint("sessions:read")["key"]).pair(session, "client_bob", "takeover")


def _wide_key_is_rotated(world: World) -> object:
    owner = User(world)
    wide, small = owner.mint("account:write"), owner.mint("keys:write")
    world.publish_terms()
    return owner.with_key(small["key"]).call("POST", f"/v1/api-keys/{wide['id']}/rotate")


def _unverified(world: World, password: str) -> object:
    login = {"email": sign_up(world), "password": password}
    return world.client().post("/v1/auth/login", json=login)


PRECEDENCE: dict[str, tuple[str, Callable[[World], object]]] = {
    "missing credential over a body that is no JSON": (
        "unauthorized",
        lambda w: w.client().post("/v1/sessions", **NO_JSON),
    ),
    "missing credential over absent resource": ("unauthorized", lambda w: w.client().get(NOWHERE)),
    "malformed credential over absent resource": (
        "unauthorized",
        lambda w: w.client(headers={"Authorization": "Bearer"}).get(NOWHERE),
    ),
    "unknown key over a body that is no JSON": (
        "invalid-key",
        lambda w: w.client("ds_live_x").post("/v1/sessions", **NO_JSON),
    ),
    "unknown key over absent resource": ("invalid-key", lambda w: w.client("ds_live_x").get(NOWHERE)),
    "revoked over expired": ("revoked-key", _revoked_and_expired),
    "expired over absent resource": ("expired-key", lambda w: _expired(w).call("GET", NOWHERE)),
    "absent resource over scope": ("not-found", lambda w: _small(w).call("DELETE", NOWHERE)),
    "foreign resource over terms": (
        "not-found",
        lambda w: _before_new_terms(w).call("POST", f"{NOWHERE}/wait", {}),
    ),
    "absent resource over a body that is no JSON": (
        "not-found",
        lambda w: User(w).call("POST", f"{NOWHERE}/wait", **NO_JSON),
    ),
    "absent resource over validation": (
        "not-found",
        lambda w: User(w).call("POST", f"{NOWHERE}/wait", {"selector": 1}),
    ),
    "scope over rate limit": ("forbidden", _empty_bucket_and_small_key),
    "scope over terms": ("forbidden", _wide_key_is_rotated),
    "scope over step-up": ("forbidden", lambda w: _small(w).call("DELETE", "/v1/account/me")),
    "scope over validation": ("forbidden", lambda w: _small(w).profile(1)),  # type: ignore[arg-type]
    "scope over the takeover lock": ("forbidden", _small_key_in_pair_mode),
    "rate limit over terms": ("rate-limited", _empty_bucket_and_new_terms),
    "rate limit over a body that is no JSON": (
        "rate-limited",
        lambda w: _empty_bucket(w).call("POST", "/v1/sessions", **NO_JSON),
    ),
    "terms over idempotency": ("legal-acceptance-required", _mismatch_and_new_terms),
    "terms over validation": (
        "legal-acceptance-required",
        lambda w: _before_new_terms(w).profile(capacity="many"),
    ),
    "step-up over the domain's conflict": (
        "mfa-step-up-required",
        lambda w: _full(w).call("DELETE", "/v1/account/me"),
    ),
    "idempotency over concurrency": ("conflict", _mismatch_and_full),
    "idempotency over validation": ("conflict", lambda w: _again(_mismatch(w), {"name": 7})),
    "concurrency over validation": (
        "concurrency-limit",
        lambda w: _full(w).call("POST", "/v1/sessions", {"profile_id": 7}),
    ),
    "concurrency over a body that is no JSON": (
        "concurrency-limit",
        lambda w: _full(w).call("POST", "/v1/sessions", **NO_JSON),
    ),
    "concurrency over an absent profile": (
        "concurrency-limit",
        lambda w: _full(w).session(profile_id="profile_0"),
    ),
    "validation over tier": ("validation-failed", lambda w: _with_profiles(w).profile(capacity="many")),
    "rules of the endpoint over tier": ("bad-request", lambda w: _with_profiles(w).profile(capacity=0)),
    "tier over the domain's conflict": ("tier-limit", lambda w: _with_profiles(w).profile("shop 0")),
    "validation over the session's state": (
        "bad-request",
        lambda w: _in_destroyed(w, "navigate", {"url": "shop"}),
    ),
    "consent over the session's state": (
        "bundled-llm-consent-required",
        lambda w: _in_destroyed(w, "agent/messages", {"text": "Hello"}),
    ),
    "budget over the session's state": (
        "bundled-llm-budget-exhausted",
        lambda w: _in_destroyed(
            w, "agent/messages", {"text": "Hello"}, bundled_llm_consent=True, monthly_cap_usd=0
        ),
    ),
    "the session's state over pair mode": (
        "session-destroyed",
        lambda w: _in_destroyed(w, "pair", {"client_id": "a", "transition": "handback"}),
    ),
    "wrong password over unverified address": (
        "invalid-credentials",
        lambda w: _unverified(w, "wrong horse battery"),
    ),
    "unverified address after the right password": (
        "email-not-verified",
        lambda w: _unverified(w, PASSWORD),
    ),
}


@pytest.mark.parametrize("name", PRECEDENCE)
def test_which_code_wins(world: World, name: str) -> None:
    code, provoke = PRECEDENCE[name]
    assert refusal(lambda: provoke(world)).code == code


def test_a_body_that_is_no_json_is_told_once_nothing_else_is_wrong(world: World) -> None:
    caught = refusal(lambda: User(world).call("POST", "/v1/profiles", **NO_JSON))
    assert (caught.code, caught.status) == ("bad-request", 400)


def test_a_failed_authentication_debits_no_bucket(frozen: World) -> None:
    user = User(frozen)
    forged = user.key[:-1] + ("0" if user.key[-1] != "0" else "1")
    for _ in range(10):
        refusal(lambda: frozen.client(forged).post("/v1/sessions", json={}))
    small = user.with_key(user.mint("sessions:read")["key"])
    for _ in range(10):
        refusal(small.session)
    for _ in range(5):
        user.call("DELETE", f"/v1/sessions/{user.session()}")
    assert refusal(user.session).code == "rate-limited"


def test_who_may_not_see_a_session_learns_nothing_of_its_state(world: World) -> None:
    assert refusal(lambda: foreign_session(world)).code == "not-found"
    owner = User(world)
    session = owner.session()
    owner.call("DELETE", f"/v1/sessions/{session}")
    assert refusal(lambda: User(world).call("DELETE", f"/v1/sessions/{session}")).code == "not-found"
