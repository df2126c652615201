"""One scenario per code, in the contract's order: real requests that end in the problem."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from examples.drops.accounts import CODE_SECONDS
from examples.drops.credentials import SESSION_SECONDS, STEP_UP_SECONDS
from examples.drops.drops import UPLOAD_SECONDS
from examples.drops.world import World
from examples.stage import scenario

Scenario = scenario.Scenario[World]

HELLO = {"path": "index.html", "content": "<h1>Hello</h1>"}


class User:
    """Somebody with an account in the world. What a call answers comes as JSON."""

    def __init__(self, world: World, credential: str | None = None, email: str = "") -> None:
        self.world = world
        self.email = email or world.new_email()
        self.credential = credential or world.log_in(self.email)

    def call(self, method: str, path: str, body: object = None, **options: Any) -> Any:
        """Makes a request with the user's credential."""
        if body is not None:
            options["json"] = body
        answer = self.world.client(self.credential).request(method, path, **options)
        return answer.json() if answer.content else None

    def with_key(self, *scopes: str, workspace: str | None = None) -> User:
        """The same user, by a new key; with a workspace, a service key pinned to it."""
        wanted = {"scopes": scopes} | ({"workspace": workspace} if workspace else {})
        return User(self.world, self.call("POST", "/v1/api-keys", wanted)["key"], self.email)

    def publish(self, *files: Mapping[str, Any], **words: object) -> Any:
        """Publishes a drop, by default with one small page."""
        return self.call("POST", "/v1/drops", {"title": "Hello", "files": files or [HELLO], **words})

    def stage(self, content: bytes) -> Any:
        """Stages an upload."""
        return self.call("POST", "/v1/uploads", content=content)

    def team(self) -> Any:
        """Founds a team."""
        return self.call("POST", "/v1/teams", {"name": "Press"})

    def slugs(self) -> list[str]:
        """The workspaces in reach: the user's own first, then those of teams."""
        found = [workspace["slug"] for workspace in self.call("GET", "/v1/workspaces")["workspaces"]]
        return sorted(found, key=lambda slug: not slug.startswith("user"))


# ---------------------------------------------------------------------------- authentication


def no_credential(world: World) -> object:
    return world.client().get("/v1/drops")


def revoked_key(world: World) -> object:
    owner = User(world)
    made = owner.call("POST", "/v1/api-keys", {"scopes": ["read"]})
    owner.call("DELETE", f"/v1/api-keys/{made['id']}")
    return User(world, made["key"], owner.email).call("GET", "/v1/drops")


def session_over(world: World) -> object:
    user = User(world)
    world.advance(SESSION_SECONDS)
    return user.call("GET", "/v1/drops")


def old_code(world: World) -> object:
    email = world.new_email()
    world.client().post("/v1/login/codes", json={"email": email})
    world.advance(CODE_SECONDS)
    return world.client().post("/v1/login", json={"email": email, "code": world.mailed_code(email)})


def wrong_code(world: World) -> object:
    email = world.new_email()
    world.client().post("/v1/login/codes", json={"email": email})
    wrong = f"{(int(world.mailed_code(email)) + 1) % 1_000_000:06}"
    return world.client().post("/v1/login", json={"email": email, "code": wrong})


def too_many_codes(world: World) -> object:
    email = world.new_email()
    return [world.client().post("/v1/login/codes", json={"email": email}) for _ in range(6)]


def old_login(world: World) -> object:
    user = User(world)
    world.advance(STEP_UP_SECONDS + 1)
    return user.call("DELETE", "/v1/account")


# ---------------------------------------------------------------------------- permissions


def publish_key_founds_team(world: World) -> object:
    return User(world).with_key("publish").team()


def service_key_mints(world: World) -> object:
    user = User(world)
    service = user.with_key("publish", "account", workspace=user.slugs()[0])
    return service.with_key("publish")


# ---------------------------------------------------------------------------- plans and quotas


def domain_on_free(world: World) -> object:
    return User(world).publish(domain="press.example")


def large_drop(world: World) -> object:
    return User(world).publish({"path": "big.txt", "content": "x" * 120_000})


def full_account(world: World) -> object:
    user = User(world)
    return [user.publish({"path": "big.txt", "content": "x" * 90_000}) for _ in range(3)]


def full_team(world: World) -> object:
    owner = User(world)
    members = f"/v1/teams/{owner.team()['id']}/members"
    owner.call("POST", members, {"email": world.new_email()})
    return owner.call("POST", members, {"email": world.new_email()})


# ---------------------------------------------------------------------------- validation, conflicts


def path_upwards(world: World) -> object:
    return User(world).publish({"path": "../index.html", "content": "<h1>Hello</h1>"})


def foreign_drop(world: World) -> object:
    drop = User(world).publish()
    return User(world).call("GET", f"/v1/drops/{drop['id']}")


def missing_drop(world: World) -> object:
    return User(world).call("GET", "/v1/drops/drop_0000000000000000")


def late_revision(world: World) -> object:
    user = User(world)
    drop = user.publish()
    change = {"if_revision": drop["revision"], "files": [HELLO]}
    user.call("PATCH", f"/v1/drops/{drop['id']}", change)
    return user.call("PATCH", f"/v1/drops/{drop['id']}", change)


# ---------------------------------------------------------------------------- workspaces, teams


def unknown_workspace(world: World) -> object:
    return User(world).publish(workspace="nowhere")


def two_workspaces(world: World) -> object:
    user = User(world)
    user.team()
    return user.publish()


def drop_elsewhere(world: World) -> object:
    user = User(world)
    user.team()
    own, press = user.slugs()
    drop = user.publish(workspace=press)
    return user.with_key("read", workspace=own).call("GET", f"/v1/drops/{drop['id']}")


def service_key_switches(world: World) -> object:
    user = User(world)
    user.team()
    own, press = user.slugs()
    return user.with_key("publish", workspace=own).publish(workspace=press)


def last_owner_leaves(world: World) -> object:
    user = User(world)
    user.team()
    return user.call("DELETE", "/v1/account")


# ---------------------------------------------------------------------------- uploads, references


def damaged_upload(world: World) -> object:
    user = User(world)
    upload = user.stage(b"what arrived")
    return user.publish(
        {"path": "a.txt", "upload": upload["id"], "sha256": hashlib.sha256(b"what was meant").hexdigest()}
    )


def forgotten_upload(world: World) -> object:
    user = User(world)
    upload = user.stage(b"hello")
    world.advance(UPLOAD_SECONDS)
    return user.publish(
        {"path": "a.txt", "upload": upload["id"], "sha256": hashlib.sha256(b"hello").hexdigest()}
    )


def missing_source(world: World) -> object:
    return User(world).publish({"path": "logo.svg", "source_url": f"{world.files_url}/no-such-logo.svg"})


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("authentication_required", "no credential", no_credential),
    Scenario("invalid_api_key", "a key that was revoked", revoked_key),
    Scenario("invalid_session", "a session twelve hours old", session_over),
    Scenario("otp_expired", "a login code ten minutes old", old_code),
    Scenario("otp_invalid", "a wrong login code", wrong_code),
    Scenario("rate_limit_exceeded", "a sixth code within ten minutes", too_many_codes),
    Scenario("step_up_required", "deleting an account with an older login", old_login),
    Scenario("insufficient_scope", "a publish-only key founds a team", publish_key_founds_team),
    Scenario("service_cannot_mint_delegated", "a service key makes an account-wide key", service_key_mints),
    Scenario("feature_not_in_plan", "a custom domain on the free plan", domain_on_free),
    Scenario("quota_exceeded", "a drop larger than the plan's", large_drop),
    Scenario("validation_error", "a path that leads upwards", path_upwards),
    Scenario("not_found", "a drop of somebody else", foreign_drop),
    Scenario("revision_conflict", "a change to a revision that has passed", late_revision),
    Scenario("workspace_not_found", "a slug that is nobody's", unknown_workspace),
    Scenario("workspace_choice_required", "two workspaces, none named", two_workspaces),
    Scenario("workspace_mismatch", "a service key reads the drop of another workspace", drop_elsewhere),
    Scenario("workspace_pinned", "a service key publishes to another workspace", service_key_switches),
    Scenario("sole_owner_of_team", "the last owner of a team deletes the account", last_owner_leaves),
    Scenario("checksum_mismatch", "bytes that were damaged on the way", damaged_upload),
    Scenario("upload_expired", "an upload an hour old", forgotten_upload),
    Scenario("remote_fetch_failed", "a source_url that answers 404", missing_source),
)
"""One per code."""

VARIANTS: tuple[Scenario, ...] = (
    Scenario("quota_exceeded", "storage of the account is full", full_account),
    Scenario("quota_exceeded", "no seat left in the team", full_team),
    Scenario("not_found", "a drop that never was", missing_drop),
)
"""Other ways to some of them."""
