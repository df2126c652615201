"""Which code wins where several conditions hold."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from examples.devspace.scenarios import PROMPT, Program, User, writer
from examples.devspace.world import World
from tests.contracts.refusals import refusal

NOBODYS = "document_0000000000000000"


def _locked_in_archive(world: World) -> tuple[User, str]:
    """A document that is locked and open for somebody else, in a project that is archived."""
    admin = User(world)
    project = admin.project()
    document = str(admin.call("POST", f"/projects/{project}/documents", {"title": "Tea"})["id"])
    admin.call("PUT", f"/documents/{document}/editing")
    admin.call("PUT", f"/documents/{document}/lock")
    admin.call("PUT", f"/projects/{project}/archive")
    return admin.colleague(), document


def _locked_and_open(world: World) -> tuple[User, str]:
    admin = User(world)
    document = admin.document()
    admin.call("PUT", f"/documents/{document}/editing")
    admin.call("PUT", f"/documents/{document}/lock")
    return admin.colleague(), document


def _full_organisation(world: World) -> User:
    user = User(world)
    for _ in range(3):
        user.project()
    return user


def _spent(world: World) -> tuple[User, Program]:
    """A program whose minute is used up, and which has but one scope."""
    user = User(world)
    program = user.program("projects:read")
    refusal(lambda: [program.call("GET", "/v1/projects") for _ in range(1_000)])
    return user, program


def _done_in_archive(world: World) -> object:
    user = User(world)
    project = user.project()
    task = user.call("POST", f"/projects/{project}/tasks", {"title": "Write"})["id"]
    user.call("PUT", f"/projects/{project}/archive")
    return user.move(task, "done")


def _writes(given: tuple[User, str]) -> object:
    caller, document = given
    return caller.write(document)


def _spent_reads(world: World, *, foreign: bool) -> object:
    user, program = _spent(world)
    document = (User(world) if foreign else user).document()
    return program.call("GET", f"/v1/documents/{document}")


def _member_deletes(world: World, path: str) -> object:
    return User(world).colleague().call("DELETE", path)


def _member_sends(world: World, path: str, body: object) -> object:
    return User(world).colleague().call("POST", path, body)


def _drafts(world: World, body: object) -> object:
    user = User(world)
    return user.call("POST", f"/documents/{user.document()}/draft", body)


def _drafts_what_is_locked(world: World, *, plan: bool) -> object:
    user = writer(world) if plan else User(world)
    document = user.document()
    user.call("PUT", f"/documents/{document}/lock")
    world.upstream.reply("/generate", status=503)
    return user.call("POST", f"/documents/{document}/draft", PROMPT)


def _signed_out(world: World) -> User:
    user = User(world)
    user.call("DELETE", "/session")
    return user


def _writes_rubbish(caller: User, document: str) -> object:
    return caller.call("PUT", f"/documents/{document}", {"text": 1})


def _spent_writes(world: World) -> object:
    user = User(world)
    document, program = user.document(), user.program()
    refusal(lambda: [program.call("GET", "/v1/projects") for _ in range(1_000)])
    return program.call("PUT", f"/v1/documents/{document}", {"text": 1})


PRECEDENCE: dict[str, tuple[str, int, Callable[[World], object]]] = {
    "missing session over malformed body": (
        "unauthorized",
        401,
        lambda w: w.client().post("/projects", content=b"{"),
    ),
    "missing session over absent resource": (
        "unauthorized",
        401,
        lambda w: w.client().get(f"/documents/{NOBODYS}"),
    ),
    "unknown key over malformed body": (
        "invalid_api_key",
        401,
        lambda w: w.client("ds_live_0").put(f"/v1/documents/{NOBODYS}", content=b"{"),
    ),
    "a session that is over over absent resource": (
        "unauthorized",
        401,
        lambda w: _signed_out(w).call("GET", f"/documents/{NOBODYS}"),
    ),
    "missing key over absent resource": (
        "invalid_api_key",
        401,
        lambda w: w.client().get(f"/v1/documents/{NOBODYS}"),
    ),
    "absent resource over role": ("not_found", 404, lambda w: _member_deletes(w, "/projects/project_0")),
    "absent key over role": ("not_found", 404, lambda w: _member_deletes(w, "/api-keys/0")),
    "absent resource over validation": (
        "not_found",
        404,
        lambda w: User(w).call("PUT", "/tasks/task_0/state", {"state": 1}),
    ),
    "absent resource over scope": (
        "not_found",
        404,
        lambda w: User(w).program("projects:read").call("GET", f"/v1/documents/{User(w).document()}"),
    ),
    "absent resource over rate limit": ("not_found", 404, lambda w: _spent_reads(w, foreign=True)),
    "scope over rate limit": ("insufficient_scope", 403, lambda w: _spent_reads(w, foreign=False)),
    "rate limit over validation": (
        "rate_limited",
        429,
        _spent_writes,
    ),
    "role over validation": ("forbidden", 403, lambda w: _member_sends(w, "/api-keys", {"scopes": "?"})),
    "validation over count": (
        "bad_request",
        400,
        lambda w: _full_organisation(w).call("POST", "/projects", {"name": ""}),
    ),
    "validation over feature": ("bad_request", 400, lambda w: _drafts(w, {"prompt": ""})),
    "validation over lock": (
        "bad_request",
        400,
        lambda w: _writes_rubbish(*_locked_and_open(w)),
    ),
    "plan over lock": ("plan_limit", 403, lambda w: _drafts_what_is_locked(w, plan=False)),
    "lock over AI": ("locked", 403, lambda w: _drafts_what_is_locked(w, plan=True)),
    "archive over locks": ("invalid_state", 409, lambda w: _writes(_locked_in_archive(w))),
    "administrator over editor": ("locked", 403, lambda w: _writes(_locked_and_open(w))),
    "archive over transition": ("invalid_state", 409, _done_in_archive),
}


@pytest.mark.parametrize("name", PRECEDENCE)
def test_which_code_wins(frozen: World, name: str) -> None:
    code, status, provoke = PRECEDENCE[name]
    caught = refusal(lambda: provoke(frozen))
    assert (caught.code, caught.status) == (code, status)
