"""Callers who keep being refused are noticed, and nothing is done to them."""

from __future__ import annotations

from functools import partial

from examples.devspace.scenarios import User
from examples.devspace.world import World
from tests.contracts.refusals import refusal


def _noticed(world: World) -> list[str]:
    file = world.settings.folder / "devspace.log"
    lines = file.read_text().splitlines() if file.exists() else []
    return [line.split(" WARNING ")[1].partition(" by ")[0] for line in lines if " WARNING " in line]


def test_guessing_keys_is_noticed_and_blocks_nobody() -> None:
    with World.start() as world:
        for number in range(20):
            refusal(partial(world.client(f"ds_live_{number}").get, "/v1/projects"))
        assert _noticed(world) == ["credential_guessing"]
        assert world.responses[-1].status_code == 401
        User(world).program().call("GET", "/v1/projects")


def test_a_program_without_its_key_is_misconfigured_and_no_attacker() -> None:
    with World.start() as world:
        for _ in range(30):
            refusal(lambda: world.client().get("/v1/projects"))
        assert _noticed(world) == ["misconfiguration"]


def test_programs_that_go_on_with_revoked_keys_do_not_guess() -> None:
    with World.start() as world:
        user = User(world)
        keys = [user.key() for _ in range(12)]
        for key in keys:
            user.call("DELETE", f"/api-keys/{key['id']}")
        for key in keys * 3:
            refusal(partial(world.client(key["key"]).get, "/v1/projects"))
        assert _noticed(world) == ["misconfiguration"]


def test_what_a_member_may_not_do_is_held_against_the_member_alone() -> None:
    with World.start() as world:
        admin = User(world)
        project, member = admin.project(), admin.colleague()
        for _ in range(30):
            assert refusal(lambda: member.call("DELETE", f"/projects/{project}")).code == "forbidden"
        assert _noticed(world) == ["misconfiguration"]


def test_a_person_who_mistypes_now_and_then_is_not_noticed() -> None:
    with World.start() as world:
        user = User(world)
        for number in range(12):
            user.call("GET", "/projects")
            refusal(partial(user.call, "GET", f"/documents/document_{number % 4}"))
        assert _noticed(world) == []
