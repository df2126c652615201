"""What is not in the caller's organisation and what is not there at all: told apart by nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from examples.devspace.scenarios import PROMPT, Program, User
from examples.devspace.world import World
from examples.stage.timing import compare
from tests.contracts.refusals import refusal, without_ids
from tests.contracts.timed import Ask, refused, strictness

TEXT = {"text": "Tea."}
MAKERS: dict[str, Callable[[User], str]] = {
    "documents": lambda owner: owner.document(),
    "projects": lambda owner: owner.project(),
    "tasks": lambda owner: owner.task(),
    "api-keys": lambda owner: str(owner.key()["id"]),
}
LOOKUPS: list[tuple[str, str, str, Any]] = [
    ("documents", "GET", "/documents/{id}", None),
    ("documents", "PUT", "/documents/{id}", TEXT),
    ("documents", "PUT", "/documents/{id}", "not even valid"),
    ("documents", "POST", "/documents/{id}/draft", PROMPT),
    ("documents", "PUT", "/documents/{id}/editing", None),
    ("documents", "DELETE", "/documents/{id}/editing", None),
    ("documents", "PUT", "/documents/{id}/lock", None),
    ("documents", "DELETE", "/documents/{id}/lock", None),
    ("documents", "GET", "/v1/documents/{id}", None),
    ("documents", "PUT", "/v1/documents/{id}", TEXT),
    ("projects", "DELETE", "/projects/{id}", None),
    ("projects", "PUT", "/projects/{id}/archive", None),
    ("projects", "DELETE", "/projects/{id}/archive", None),
    ("projects", "POST", "/projects/{id}/tasks", {"title": "Write"}),
    ("projects", "POST", "/projects/{id}/documents", {"title": "Tea"}),
    ("tasks", "PUT", "/tasks/{id}/state", {"state": "done"}),
    ("api-keys", "DELETE", "/api-keys/{id}", None),
    ("api-keys", "POST", "/api-keys/{id}/rotation", None),
]


@pytest.mark.parametrize(("kind", "method", "path", "body"), LOOKUPS)
def test_foreign_and_missing_are_byte_identical_but_for_ids(
    world: World, kind: str, method: str, path: str, body: object
) -> None:
    foreign, user = MAKERS[kind](User(world)), User(world)
    missing = foreign[:-8] + "00000000"
    caller: Program = user.program() if path.startswith("/v1") else user

    def seen(target: str) -> object:
        caught = refusal(lambda: caller.call(method, path.replace("{id}", target), body))
        assert (caught.code, caught.status) == ("not_found", 404)
        return without_ids(world.responses[-1], target)

    assert seen(foreign) == seen(missing)


def test_a_link_for_a_member_and_one_for_nobody_are_asked_for_alike(world: World) -> None:
    member, nobody = User(world).email, world.new_email()
    world.advance(60)
    seen = []
    for address in (member, nobody):
        world.client().post("/links", json={"email": address})
        seen.append(without_ids(world.responses[-1]))
    assert seen[0] == seen[1]


# ---------------------------------------------------------------------------- in time


FIRST = {
    (kind, path.startswith("/v1")): (method, path, body) for kind, method, path, body in reversed(LOOKUPS)
}
"""One lookup of each kind, in the product and in the public API: the others look for it in the same way."""


@strictness
@pytest.mark.parametrize(("kind", "is_public"), FIRST)
def test_foreign_and_missing_take_the_same_time(
    world: World, kind: str, *, is_public: bool, is_strict: bool
) -> None:
    foreign, user = MAKERS[kind](User(world)), User(world)
    caller: Program = user.program() if is_public else user
    method, path, body = FIRST[kind, is_public]

    def ask(target: str) -> Ask:
        filled = path.replace("{id}", target)
        return refused("not_found", lambda: caller.call(method, filled, body))

    assert compare(ask(foreign), ask(foreign[:-8] + "00000000"), is_strict=is_strict).is_alike
