"""Which code wins when several conditions hold, in the order that the contracts set."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from examples.drops.credentials import STEP_UP_SECONDS
from examples.drops.scenarios import User
from examples.drops.world import World
from tests.contracts.refusals import refusal


def _login_and_team(world: World) -> User:
    user = User(world)
    user.team()
    world.advance(STEP_UP_SECONDS + 1)
    return user


def _stale_and_too_large(world: World) -> object:
    user = User(world)
    drop = user.publish()
    files = [{"path": "big.txt", "content": "x" * 120_000}]
    return user.call("PATCH", f"/v1/drops/{drop['id']}", {"if_revision": 7, "files": files})


def _of_two_workspaces(world: World) -> User:
    user = User(world)
    user.team()
    return user


def _reading_key_deletes_elsewhere(world: World) -> object:
    user = _of_two_workspaces(world)
    own, press = user.slugs()
    drop = user.publish(workspace=press)
    return user.with_key("read", workspace=own).call("DELETE", f"/v1/drops/{drop['id']}")


BAD_PATH = {"path": "../a", "content": "a"}
WRONG_AND_LARGE = {"path": "a", "content": "x" * 120_000, "sha256": "0" * 64}
PRECEDENCE: dict[str, tuple[str, Callable[[World], object]]] = {
    "missing credential over malformed body": (
        "authentication_required",
        lambda w: w.client().post("/v1/drops", content=b"{"),
    ),
    "missing credential over absent resource": (
        "authentication_required",
        lambda w: w.client().get("/v1/drops/drop_0"),
    ),
    "malformed credential over absent resource": (
        "authentication_required",
        lambda w: w.client(headers={"Authorization": "Basic YTpi"}).get("/v1/drops/drop_0"),
    ),
    "unknown key over malformed body": (
        "invalid_api_key",
        lambda w: w.client("sk_0_0").post("/v1/drops", content=b"{"),
    ),
    "unknown session over absent resource": (
        "invalid_session",
        lambda w: w.client("at_0_0").get("/v1/drops/drop_0"),
    ),
    "absent resource over scope": (
        "not_found",
        lambda w: User(w).with_key("publish").call("GET", f"/v1/drops/{User(w).publish()['id']}"),
    ),
    "absent resource over validation": (
        "not_found",
        lambda w: User(w).call("PATCH", "/v1/drops/drop_0", {"if_revision": "x"}),
    ),
    "scope over validation": (
        "insufficient_scope",
        lambda w: User(w).with_key("publish").call("POST", "/v1/teams", {"name": 1}),
    ),
    "scope over the workspace's pin": ("insufficient_scope", _reading_key_deletes_elsewhere),
    "scope over step-up": (
        "insufficient_scope",
        lambda w: User(w).with_key("publish").call("DELETE", "/v1/account"),
    ),
    "step-up over the domain's conflict": (
        "step_up_required",
        lambda w: _login_and_team(w).call("DELETE", "/v1/account"),
    ),
    "absent workspace over plan": (
        "workspace_not_found",
        lambda w: User(w).publish(workspace="nowhere", domain="press.example"),
    ),
    "precondition over quota": ("revision_conflict", _stale_and_too_large),
    "validation over plan": ("validation_error", lambda w: User(w).publish(BAD_PATH, domain="press.example")),
    "validation over the choice of a workspace": (
        "validation_error",
        lambda w: _of_two_workspaces(w).publish(BAD_PATH),
    ),
    "plan over fetching": (
        "feature_not_in_plan",
        lambda w: User(w).publish({"path": "a", "source_url": f"{w.closed_url}/a"}, domain="press.example"),
    ),
    "quota over checksum": ("quota_exceeded", lambda w: User(w).publish(WRONG_AND_LARGE)),
}


@pytest.mark.parametrize("name", PRECEDENCE)
def test_which_code_wins(world: World, name: str) -> None:
    code, provoke = PRECEDENCE[name]
    assert refusal(lambda: provoke(world)).code == code


def test_a_scope_that_lacks_shows_once_the_resource_is_visible(world: World) -> None:
    user = User(world)
    drop = user.publish()
    caught = refusal(lambda: user.with_key("publish").call("GET", f"/v1/drops/{drop['id']}"))
    assert caught.code == "insufficient_scope"
