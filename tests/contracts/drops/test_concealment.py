"""What belongs to others and what never was: told apart by nothing, and not by the time that it takes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from examples.drops.scenarios import HELLO, User
from examples.drops.world import World
from examples.stage.timing import compare
from tests.contracts.refusals import Seen, refusal, without_ids
from tests.contracts.timed import Ask, refused, strictness

MAKERS: dict[str, Callable[[User], str]] = {
    "drops": lambda owner: str(owner.publish()["id"]),
    "api-keys": lambda owner: str(owner.call("POST", "/v1/api-keys", {"scopes": ["read"]})["id"]),
    "teams": lambda owner: str(owner.team()["id"]),
    "uploads": lambda owner: str(owner.stage(b"hello")["id"]),
    "workspaces": lambda owner: owner.slugs()[0],
}
UPLOADED = {"path": "a", "sha256": hashlib.sha256(b"hello").hexdigest()}


class Lookup(NamedTuple):
    """A request for something that may not be the caller's to see."""

    kind: str
    method: str
    path: str
    body: Callable[[str], Any] = lambda _: None


LOOKUPS = [
    Lookup("drops", "GET", "/v1/drops/{id}"),
    Lookup("drops", "PATCH", "/v1/drops/{id}", lambda _: {"if_revision": 1, "files": [HELLO]}),
    Lookup("drops", "PATCH", "/v1/drops/{id}", lambda _: {"files": "not even valid"}),
    Lookup("drops", "DELETE", "/v1/drops/{id}"),
    Lookup("api-keys", "DELETE", "/v1/api-keys/{id}"),
    Lookup("teams", "GET", "/v1/teams/{id}"),
    Lookup("teams", "DELETE", "/v1/teams/{id}"),
    Lookup("teams", "POST", "/v1/teams/{id}/members", lambda _: {"email": "a@mail.example"}),
    Lookup(
        "uploads", "POST", "/v1/drops", lambda id_: {"title": "A", "files": [{**UPLOADED, "upload": id_}]}
    ),
    Lookup("workspaces", "POST", "/v1/drops", lambda id_: {"title": "A", "files": [HELLO], "workspace": id_}),
    Lookup("workspaces", "PUT", "/v1/workspaces/active", lambda id_: {"workspace": id_}),
]


def _pair(world: World, kind: str) -> tuple[User, str, str]:
    """A caller, an id of somebody else's, and one of nobody's."""
    foreign = MAKERS[kind](User(world))
    caller = User(world).with_key("read", "publish", "team", "account")  # it does not expire
    return caller, foreign, foreign[:-8] + "00000000"


def _ask(caller: User, lookup: Lookup, target: str) -> Ask:
    path, body = lookup.path.replace("{id}", target), lookup.body(target)
    return lambda: caller.call(lookup.method, path, body)


@pytest.mark.parametrize("lookup", LOOKUPS, ids=lambda lookup: f"{lookup.method} {lookup.path}")
def test_foreign_and_missing_are_byte_identical_but_for_ids(world: World, lookup: Lookup) -> None:
    caller, foreign, missing = _pair(world, lookup.kind)

    def seen(target: str) -> Seen:
        assert refusal(_ask(caller, lookup, target)).status == 404
        return without_ids(world.responses[-1], target)

    assert seen(foreign) == seen(missing)


FIRST = {lookup.kind: lookup for lookup in reversed(LOOKUPS)}
"""One lookup of each kind: the others of a kind look for it in the same way."""


@strictness
@pytest.mark.parametrize("kind", FIRST)
def test_foreign_and_missing_take_the_same_time(world: World, kind: str, *, is_strict: bool) -> None:
    caller, foreign, missing = _pair(world, kind)
    code = "workspace_not_found" if kind == "workspaces" else "not_found"
    one, other = (refused(code, _ask(caller, FIRST[kind], target)) for target in (foreign, missing))
    assert compare(one, other, is_strict=is_strict).is_alike
