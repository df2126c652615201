"""The life of a key: minted, rotated with a day's grace, cleaned up, revoked; and the token endpoint."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from examples.browsers.clean_up import clean_up
from examples.browsers.keys import TOKEN_SECONDS
from examples.browsers.scenarios import User
from examples.browsers.world import World
from tests.contracts.refusals import refusal

ACCOUNT = ("GET", "/v1/account/me")


# ---------------------------------------------------------------------------- rotation


def test_a_rotated_key_works_for_24_hours_to_the_second_until_the_clean_up_revokes_it(frozen: World) -> None:
    owner = User(frozen)
    made = owner.mint("keys:write", "sessions:read")
    old = owner.with_key(made["key"])
    new = owner.call("POST", f"/v1/api-keys/{made['id']}/rotate")
    assert (new["scopes"], new["id"] != made["id"]) == (["keys:write", "sessions:read"], True)
    frozen.advance(86_399)
    assert old.call(*ACCOUNT)
    assert clean_up(frozen.settings) == 0
    assert old.call(*ACCOUNT)
    frozen.advance(1)
    assert refusal(lambda: old.call(*ACCOUNT)).code == "expired-key"
    frozen.advance(3 * 86_400)
    assert refusal(lambda: old.call(*ACCOUNT)).code == "expired-key"
    assert clean_up(frozen.settings) == 1
    assert refusal(lambda: old.call(*ACCOUNT)).code == "revoked-key"
    assert clean_up(frozen.settings) == 0
    assert owner.with_key(new["key"]).call(*ACCOUNT)


def test_a_key_is_rotated_once(world: World) -> None:
    owner = User(world)
    path = f"/v1/api-keys/{owner.mint('sessions:read')['id']}/rotate"
    owner.call("POST", path)
    assert refusal(lambda: owner.call("POST", path)).code == "conflict"


def test_rotating_needs_no_room_under_the_tiers_limit(world: World) -> None:
    owner = User(world)
    made = [owner.mint("sessions:read") for _ in range(3)]
    assert owner.call("POST", f"/v1/api-keys/{made[0]['id']}/rotate")
    assert refusal(lambda: owner.mint("sessions:read")).code == "tier-limit"
    owner.call("DELETE", f"/v1/api-keys/{made[1]['id']}")
    assert owner.mint("sessions:read")


def test_a_key_mints_none_that_reaches_further(world: World) -> None:
    owner = User(world)
    small = owner.with_key(owner.mint("keys:write")["key"])
    assert small.mint("keys:write")
    assert "sessions:write" in str(refusal(lambda: small.mint("sessions:write")))


def test_a_login_is_good_for_twelve_hours(frozen: World) -> None:
    user = User(frozen)
    frozen.advance(12 * 3_600 - 1)
    assert user.call(*ACCOUNT)["email"] == user.email
    frozen.advance(1)
    assert refusal(lambda: user.call(*ACCOUNT)).code == "expired-key"


# ---------------------------------------------------------------------------- the token endpoint


def _token(world: World, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Any:
    return world.client().post("/oauth/token", data=form, headers=headers).json()


def _client(made: Mapping[str, str], **form: str) -> dict[str, str]:
    client = {"client_id": made["id"], "client_secret": made["key"], "grant_type": "client_credentials"}
    return client | form


def _unknown(world: World) -> dict[str, str]:
    return _client({"id": "0123456789ab", "key": "ds_live_0123456789ab"})


def _someone_elses_id(world: World) -> dict[str, str]:
    owner = User(world)
    return _client({"id": owner.mint("sessions:read")["id"], "key": owner.mint("sessions:read")["key"]})


def _key_of_login(world: World) -> dict[str, str]:
    key = User(world).key
    return _client({"id": key.removeprefix("ds_live_")[:12], "key": key})


def _minted(world: World) -> dict[str, str]:
    return _client(User(world).mint("sessions:read"))


def _revoked(world: World) -> dict[str, str]:
    owner = User(world)
    made = owner.mint("sessions:read")
    owner.call("DELETE", f"/v1/api-keys/{made['id']}")
    return _client(made)


def _without_terms(world: World) -> dict[str, str]:
    made = User(world).mint("sessions:read")
    world.publish_terms()
    return _client(made)


OAUTH: dict[str, tuple[str, Callable[[World], dict[str, str]]]] = {
    "invalid_client: nobody's": ("unauthorized", _unknown),
    "invalid_client: the id of another key": ("unauthorized", _someone_elses_id),
    "invalid_client: no secret": ("unauthorized", lambda w: {"grant_type": "client_credentials"}),
    "unauthorized_client: the key of a login": ("unauthorized", _key_of_login),
    "invalid_request: no grant_type": ("bad-request", lambda w: _minted(w) | {"grant_type": ""}),
    "invalid_request: nothing at all": ("bad-request", lambda w: {}),
    "invalid_scope: further than the key": ("bad-request", lambda w: _minted(w) | {"scope": "keys:write"}),
    "invalid_scope: none that there is": ("bad-request", lambda w: _minted(w) | {"scope": "everything"}),
    "invalid_grant: a revoked key": ("bad-request", _revoked),
    "access_denied: new terms": ("bad-request", _without_terms),
    "unsupported_grant_type": ("bad-request", lambda w: _minted(w) | {"grant_type": "password"}),
}


@pytest.mark.parametrize("error", OAUTH)
def test_oauth_errors_come_in_the_same_shape(world: World, error: str) -> None:
    code, asked = OAUTH[error]
    form = asked(world)
    caught = refusal(lambda: _token(world, form))
    response = world.responses[-1]
    assert caught.code == code
    assert response.json().keys() == {"type", "title", "status", "detail", "instance"}
    assert error.partition(":")[0] not in response.text
    assert ("www-authenticate" in response.headers) == (code == "unauthorized")
    assert form.get("client_secret", "ds_live_") not in response.text.replace("ds_live_…", "")


def test_a_token_has_the_scopes_that_were_asked_for_and_lasts_an_hour(frozen: World) -> None:
    owner = User(frozen)
    made = owner.mint("sessions:read", "sessions:write")
    token = _token(frozen, _client(made, scope="sessions:read"))
    assert token.keys() == {"access_token", "expires_in", "scope", "token_type"}
    assert (token["scope"], token["expires_in"]) == ("sessions:read", TOKEN_SECONDS)
    assert frozen.responses[-1].headers["cache-control"] == "no-store"
    holder = owner.with_key(token["access_token"])
    assert holder.call(*ACCOUNT)
    assert refusal(holder.session).code == "forbidden"
    frozen.advance(TOKEN_SECONDS)
    assert refusal(lambda: holder.call(*ACCOUNT)).code == "expired-key"


def test_a_client_may_authenticate_by_basic(world: World) -> None:
    made = User(world).mint("sessions:read")
    basic = b64encode(f"{made['id']}:{made['key']}".encode()).decode()
    form = {"grant_type": "client_credentials"}
    token = _token(world, form, {"Authorization": f"Basic {basic}"})
    assert token["scope"] == "sessions:read"
    refusal(lambda: _token(world, form, {"Authorization": "Basic ???"}))
    assert world.responses[-1].json()["type"].endswith("/unauthorized")


def test_tokens_end_with_the_key_that_they_were_issued_for(world: World) -> None:
    owner = User(world)
    made = owner.mint("sessions:read")
    holder = owner.with_key(_token(world, _client(made))["access_token"])
    owner.call("DELETE", f"/v1/api-keys/{made['id']}")
    assert refusal(lambda: holder.call(*ACCOUNT)).code == "revoked-key"
