"""The way out of each error of drops: it is taken, and then the request that was refused succeeds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from examples.drops.accounts import CODE_SECONDS
from examples.drops.credentials import SESSION_SECONDS, STEP_UP_SECONDS
from examples.drops.drops import UPLOAD_SECONDS
from examples.drops.scenarios import HELLO, User
from examples.drops.world import World
from tests.contracts.refusals import refusal

LARGE = {"path": "big.txt", "content": "x" * 90_000}


def _asks_for_code(world: World, email: str) -> str:
    world.client().post("/v1/login/codes", json={"email": email})
    return world.mailed_code(email)


def _log_in(world: World, email: str, code: str) -> httpx.Response:
    return world.client().post("/v1/login", json={"email": email, "code": code})


# ---------------------------------------------------------------------------- authentication


def test_a_new_key_takes_the_place_of_one_that_was_revoked(world: World) -> None:
    user = User(world)
    made = user.call("POST", "/v1/api-keys", {"scopes": ["read"]})
    old = User(world, made["key"], user.email)
    assert old.call("GET", "/v1/drops") == {"drops": []}
    user.call("DELETE", f"/v1/api-keys/{made['id']}")
    assert refusal(lambda: old.call("GET", "/v1/drops")).code == "invalid_api_key"
    assert user.with_key("read").call("GET", "/v1/drops") == {"drops": []}


def test_a_session_is_good_for_twelve_hours_and_another_login_opens_another(frozen: World) -> None:
    user = User(frozen)
    frozen.advance(SESSION_SECONDS - 1)
    user.call("GET", "/v1/drops")
    frozen.advance(1)
    assert refusal(lambda: user.call("GET", "/v1/drops")).code == "invalid_session"
    user.credential = frozen.log_in(user.email)
    user.call("GET", "/v1/drops")


def test_a_code_is_good_until_its_last_second_and_a_new_one_is_the_way_out(frozen: World) -> None:
    email = frozen.new_email()
    assert refusal(lambda: _log_in(frozen, email, "123456")).code == "otp_expired"  # there is none yet
    code = _asks_for_code(frozen, email)
    frozen.advance(CODE_SECONDS)
    caught = refusal(lambda: _log_in(frozen, email, code))
    assert (caught.code, caught.retryable) == ("otp_expired", True)
    code = _asks_for_code(frozen, email)
    frozen.advance(CODE_SECONDS - 1)
    assert _log_in(frozen, email, code).status_code == 200
    assert refusal(lambda: _log_in(frozen, email, code)).code == "otp_expired"  # it serves once


def test_a_mistyped_code_sends_no_mail_and_the_right_digits_still_serve(world: World) -> None:
    email = world.new_email()
    code = _asks_for_code(world, email)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert refusal(lambda: _log_in(world, email, wrong)).code == "otp_invalid"
    assert len(world.mailbox.texts(email)) == 1
    assert _log_in(world, email, code).status_code == 200


def test_after_the_wait_the_identical_request_succeeds(frozen: World) -> None:
    email = frozen.new_email()
    for _ in range(5):
        _asks_for_code(frozen, email)
    caught = refusal(lambda: _asks_for_code(frozen, email))
    wait = int(frozen.responses[-1].headers["retry-after"])
    assert (caught.code, caught.retryable, wait) == ("rate_limit_exceeded", True, 120)
    frozen.advance(wait - 1)
    assert refusal(lambda: _asks_for_code(frozen, email)).code == "rate_limit_exceeded"
    frozen.advance(1)
    _asks_for_code(frozen, email)


def test_who_logs_in_again_repeats_the_step_that_wanted_it(frozen: World) -> None:
    user = User(frozen)
    frozen.advance(STEP_UP_SECONDS + 1)
    assert refusal(lambda: user.call("DELETE", "/v1/account")).code == "step_up_required"
    key = user.with_key("account")
    assert refusal(lambda: key.call("DELETE", "/v1/account")).code == "step_up_required"  # keys never are
    user.credential = frozen.log_in(user.email)
    frozen.advance(STEP_UP_SECONDS)
    user.call("DELETE", "/v1/account")
    assert frozen.responses[-1].status_code == 204
    assert refusal(lambda: user.call("GET", "/v1/drops")).code == "invalid_session"
    assert refusal(lambda: key.call("GET", "/v1/drops")).code == "invalid_api_key"


# ---------------------------------------------------------------------------- permissions


def test_a_key_with_the_scope_that_the_challenge_names_does_it(world: World) -> None:
    user = User(world)
    caught = refusal(user.with_key("publish").team)
    assert caught.code == "insufficient_scope"
    assert 'scope="team"' in world.responses[-1].headers["www-authenticate"]
    assert user.with_key("team").team()["name"] == "Press"


def test_a_delegated_key_mints_what_a_service_key_cannot(world: World) -> None:
    user = User(world)
    service = user.with_key("publish", "account", workspace=user.slugs()[0])
    assert refusal(lambda: service.with_key("publish")).code == "service_cannot_mint_delegated"
    assert service.with_key("publish", workspace=user.slugs()[0]).publish()
    assert user.with_key("publish", "account").with_key("publish").publish()


# ---------------------------------------------------------------------------- plans and quotas


def _frees_space(user: User) -> None:
    user.call("DELETE", f"/v1/drops/{user.call('GET', '/v1/drops')['drops'][0]['id']}")


def _upgrades(user: User) -> None:
    user.call("PUT", "/v1/plan", {"plan": "pro"})


def _publishes_at_domain(user: User) -> Callable[[], Any]:
    return lambda: user.publish(domain="press.example")


def _publishes_too_much(user: User) -> Callable[[], Any]:
    return lambda: user.publish({"path": "big.txt", "content": "x" * 120_000})


def _publishes_into_full_account(user: User) -> Callable[[], Any]:
    for _ in range(2):
        user.publish(LARGE)
    return lambda: user.publish(LARGE)


def _adds_to_full_team(user: User) -> Callable[[], Any]:
    members = f"/v1/teams/{user.team()['id']}/members"
    user.call("POST", members, {"email": user.world.new_email()})
    return lambda: user.call("POST", members, {"email": user.world.new_email()})


@pytest.mark.parametrize(
    ("attempt", "code", "way_out"),
    [
        (_publishes_at_domain, "feature_not_in_plan", _upgrades),
        (_publishes_too_much, "quota_exceeded", _upgrades),
        (_publishes_into_full_account, "quota_exceeded", _upgrades),
        (_publishes_into_full_account, "quota_exceeded", _frees_space),
        (_adds_to_full_team, "quota_exceeded", _upgrades),
    ],
)
def test_an_upgrade_or_free_space_is_the_way_out(
    world: World, attempt: Callable[[User], Callable[[], Any]], code: str, way_out: Callable[[User], None]
) -> None:
    user = User(world)
    request = attempt(user)
    assert refusal(request).code == code
    way_out(user)
    assert request()


# ---------------------------------------------------------------------------- conflicts, workspaces


def test_a_change_is_repeated_on_the_revision_that_the_refusal_names(world: World) -> None:
    user = User(world)
    drop = user.publish()
    path, change = f"/v1/drops/{drop['id']}", {"files": [HELLO]}
    user.call("PATCH", path, {**change, "if_revision": drop["revision"]})
    caught = refusal(lambda: user.call("PATCH", path, {**change, "if_revision": drop["revision"]}))
    current = caught.members()["current_revision"]
    assert user.call("PATCH", path, {**change, "if_revision": current})["revision"] == current + 1


def test_drops_and_workspaces_that_are_there_can_be_listed(world: World) -> None:
    user = User(world)
    drop = user.publish()
    assert refusal(lambda: user.call("GET", f"/v1/drops/{drop['id'][:-1]}")).code == "not_found"
    (listed,) = user.call("GET", "/v1/drops")["drops"]
    assert user.call("GET", f"/v1/drops/{listed['id']}") == drop
    assert refusal(lambda: user.publish(workspace="nowhere")).code == "workspace_not_found"
    (slug,) = user.slugs()
    assert user.publish(workspace=slug)


def test_one_of_the_choices_is_named_or_made_the_active_one(world: World) -> None:
    user = User(world)
    user.team()
    caught = refusal(user.publish)
    slugs = {choice.slug for choice in caught.members()["choices"]}
    assert (caught.code, slugs) == ("workspace_choice_required", set(user.slugs()))
    for slug in slugs:
        assert user.publish(workspace=slug)
    user.call("PUT", "/v1/workspaces/active", {"workspace": slugs.pop()})
    assert user.publish()


def test_a_delegated_key_reaches_what_a_pinned_one_does_not(world: World) -> None:
    user = User(world)
    user.team()
    own, press = user.slugs()
    drop = f"/v1/drops/{user.publish(workspace=press)['id']}"
    pinned, delegated = user.with_key("read", "publish", workspace=own), user.with_key("read", "publish")
    assert refusal(lambda: pinned.call("GET", drop)).code == "workspace_mismatch"
    assert refusal(lambda: pinned.publish(workspace=press)).code == "workspace_pinned"
    assert delegated.call("GET", drop)
    assert delegated.publish(workspace=press)
    assert pinned.publish()  # in the workspace that it is pinned to


def test_a_team_is_deleted_before_its_only_owner_goes(world: World) -> None:
    user = User(world)
    team = f"/v1/teams/{user.team()['id']}"
    assert refusal(lambda: user.call("DELETE", "/v1/account")).code == "sole_owner_of_team"
    user.call("DELETE", team)
    user.call("DELETE", "/v1/account")


def test_a_team_is_handed_over_before_its_only_owner_goes(world: World) -> None:
    user, heir = User(world), User(world)
    team = f"/v1/teams/{user.team()['id']}"
    assert refusal(lambda: user.call("DELETE", "/v1/account")).code == "sole_owner_of_team"
    user.call("POST", f"{team}/members", {"email": heir.email, "role": "owner"})
    user.call("DELETE", "/v1/account")
    (member,) = heir.call("GET", team)["members"]
    assert (member["email"], member["role"]) == (heir.email, "owner")


# ---------------------------------------------------------------------------- uploads, references


def _uploaded(upload: Any, content: bytes) -> dict[str, str]:
    return {"path": "a.txt", "upload": upload["id"], "sha256": hashlib.sha256(content).hexdigest()}


def test_what_arrived_damaged_is_uploaded_again(world: World) -> None:
    user = User(world)
    damaged = _uploaded(user.stage(b"what arrived"), b"what was meant")
    assert refusal(lambda: user.publish(damaged)).code == "checksum_mismatch"
    drop = user.publish(_uploaded(user.stage(b"what was meant"), b"what was meant"))
    assert world.client().get(f"{drop['url']}a.txt").content == b"what was meant"


def test_an_upload_waits_until_its_last_second_and_a_new_one_is_the_way_out(frozen: World) -> None:
    user = User(frozen)
    in_time, late = _uploaded(user.stage(b"hello"), b"hello"), _uploaded(user.stage(b"hello"), b"hello")
    frozen.advance(UPLOAD_SECONDS - 1)
    assert user.publish(in_time)
    frozen.advance(1)
    assert refusal(lambda: user.publish(late)).code == "upload_expired"
    assert user.publish(_uploaded(user.stage(b"hello"), b"hello"))


@pytest.mark.parametrize("rest", [{"source_url": "{files}/logo.svg"}, {"content": "<svg/>"}])
def test_the_url_is_corrected_or_the_bytes_are_sent(world: World, rest: dict[str, str]) -> None:
    user = User(world)
    missing = {"path": "logo.svg", "source_url": f"{world.files_url}/no-such-logo.svg"}
    assert refusal(lambda: user.publish(missing)).code == "remote_fetch_failed"
    mended = {name: value.replace("{files}", world.files_url) for name, value in rest.items()}
    drop = user.publish({"path": "logo.svg", **mended})
    assert b"<svg" in world.client().get(f"{drop['url']}logo.svg").content
