"""What must not be told apart: what belongs to others and what never was, known and unknown emails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from examples.flags.scenarios import ON, Person, founding, owner, proposed
from examples.flags.world import World
from examples.stage.timing import compare
from tests.contracts.refusals import Seen, refusal, without_ids
from tests.contracts.timed import Ask, refused, strictness

WITHIN: list[tuple[str, str, Any]] = [
    ("GET", "flags", None),
    ("GET", "flags/checkout", None),
    ("PUT", "flags/checkout", {"name": "A"}),
    ("PATCH", "flags/checkout", {"name": 1}),
    ("GET", "environments/production/ruleset", None),
    ("PUT", "environments/production/flags/checkout", ON),
    ("DELETE", "segments/beta", None),
    ("GET", "members", None),
    ("POST", "tokens", {"actions": ["read"]}),
    ("POST", "invitations", {"email": "ada@mail.example"}),
    ("DELETE", "", {"confirm": "acme"}),
]


def _path(org: str, rest: str) -> str:
    return f"{org}/{rest}".rstrip("/")


@pytest.mark.parametrize("is_token", [False, True], ids=["session", "token"])
@pytest.mark.parametrize(("method", "path", "body"), WITHIN)
def test_anothers_organisation_and_none_are_byte_identical_but_for_ids(
    world: World, method: str, path: str, body: Any, *, is_token: bool
) -> None:
    foreign = owner(world)
    foreign.flag()
    caller = owner(world).token() if is_token else owner(world)

    def seen(org: str) -> Seen:
        assert refusal(lambda: caller.call(method, _path(org, path), body)).code == "not_found"
        return without_ids(world.responses[-1], org)

    assert seen(foreign.org) == seen(f"{foreign.org}-not")


def _member(person: Person) -> str:
    person.joined_by("viewer")
    return str(person.call("GET", "members")[-1]["id"])


def _invitation(person: Person) -> str:
    wanted = {"email": person.world.new_email()}
    return str(person.call("POST", "invitations", wanted)["id"])


MAKERS: dict[str, Callable[[Person], str]] = {
    "member": _member,
    "invitation": _invitation,
    "token": lambda person: person.token().id,
    "proposal": lambda person: proposed(person).rpartition("/")[2],
}
IDS: list[tuple[str, str, str]] = [
    ("member", "PATCH", "members/{id}"),
    ("member", "DELETE", "members/{id}"),
    ("invitation", "POST", "invitations/{id}/resend"),
    ("token", "POST", "tokens/{id}/rotate"),
    ("token", "DELETE", "tokens/{id}"),
    ("proposal", "GET", "proposals/{id}"),
    ("proposal", "POST", "proposals/{id}/apply"),
    ("proposal", "POST", "proposals/{id}/cancel"),
]


@pytest.mark.parametrize(("kind", "method", "path"), IDS)
def test_anothers_id_and_none_are_byte_identical_but_for_ids(
    world: World, kind: str, method: str, path: str
) -> None:
    caller, foreign = owner(world), MAKERS[kind](owner(world))

    def seen(target: str) -> Seen:
        assert refusal(lambda: caller.call(method, path.replace("{id}", target))).code == "not_found"
        return without_ids(world.responses[-1], target)

    assert seen(foreign) == seen(f"{foreign[:-4]}0000")


def test_asking_for_a_link_does_not_tell_who_has_an_account(world: World) -> None:
    known, unknown = owner(world).email, world.new_email()

    def seen(email: str) -> Seen:
        return without_ids(world.browser().post("/auth/magic-links", json={"email": email}), email)

    assert seen(known) == seen(unknown)


def test_signing_up_does_not_tell_who_has_an_account(world: World) -> None:
    known, unknown = founding(world, email=owner(world).email), founding(world)

    def seen(wanted: dict[str, str]) -> Seen:
        answer = world.browser().post("/auth/signup", json=wanted)
        return without_ids(answer, wanted["slug"])

    first, second = seen(known), seen(unknown)
    assert (first[0], first[1]) == (second[0], second[1]) == (201, first[1])


# ---------------------------------------------------------------------------- in time


@strictness
@pytest.mark.parametrize("is_token", [False, True], ids=["session", "token"])
def test_anothers_organisation_and_none_take_the_same_time(
    world: World, *, is_token: bool, is_strict: bool
) -> None:
    foreign, person = owner(world), owner(world)
    caller = person.token() if is_token else person

    def ask(org: str) -> Ask:
        return refused("not_found", lambda: caller.call("GET", f"{org}/flags"))

    assert compare(ask(foreign.org), ask(f"{foreign.org[:-1]}x"), is_strict=is_strict).is_alike


FIRST = {kind: (method, path) for kind, method, path in reversed(IDS)}
"""One lookup of each kind: the others of a kind look for it in the same way."""


@strictness
@pytest.mark.parametrize("kind", FIRST)
def test_anothers_id_and_none_take_the_same_time(world: World, kind: str, *, is_strict: bool) -> None:
    caller, foreign = owner(world), MAKERS[kind](owner(world))
    method, path = FIRST[kind]

    def ask(target: str) -> Ask:
        filled = path.replace("{id}", target)
        return refused("not_found", lambda: caller.call(method, filled))

    assert compare(ask(foreign), ask(f"{foreign[:-4]}0000"), is_strict=is_strict).is_alike
