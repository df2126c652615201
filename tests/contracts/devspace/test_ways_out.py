"""What each code advises: done, and then the same request succeeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from examples.devspace.guards import EDITING_SECONDS
from examples.devspace.scenarios import PROMPT, User, writer
from examples.devspace.tasks import STEPS
from examples.devspace.world import World
from examples.stage.upstream import Reply
from tests.contracts.refusals import refusal


def _text(user: User, document: str) -> Any:
    return user.call("GET", f"/documents/{document}")["text"]


# ---------------------------------------------------------------------------- permissions, plans, states


def test_an_administrator_does_it_or_makes_one_of_the_member(world: World) -> None:
    admin = User(world)
    project, member = admin.project(), admin.colleague()
    path = f"/projects/{project}"
    assert refusal(lambda: member.call("DELETE", path)).code == "forbidden"
    admin.call("POST", "/members", {"email": member.email, "role": "admin"})
    member.call("DELETE", path)
    assert admin.call("GET", "/projects") == {"projects": []}


def test_the_organisation_that_is_named_when_signing_in_is_the_active_one(frozen: World) -> None:
    admin, guest = User(frozen), User(frozen)
    document = admin.document()
    home = admin.call("POST", "/members", {"email": guest.email})
    assert home == {"email": guest.email, "role": "member"}
    assert refusal(lambda: guest.call("GET", f"/documents/{document}")).code == "not_found"
    frozen.advance(60)
    frozen.client().post("/links", json={"email": guest.email})
    token = frozen.mailbox.link(guest.email).partition("token=")[2]
    strange = {"token": token, "organisation": "org_0"}
    assert refusal(lambda: frozen.client().post("/sessions", json=strange)).code == "not_found"
    there = frozen.client().post("/sessions", json={"token": token, "organisation": _organisation(admin)})
    guest.credential = there.json()["session"]
    assert guest.call("GET", f"/documents/{document}")["title"] == "Tea"


def _organisation(user: User) -> str:
    """The organisation in which somebody has signed in, as the answer to it said."""
    answered = [one.json() for one in user.world.responses if one.request.url.path == "/sessions"]
    return str(next(one["organisation"] for one in answered if one.get("session") == user.credential))


def test_a_larger_plan_has_the_feature_and_the_room(world: World) -> None:
    user = User(world)
    document = user.document()
    user.project()
    user.project()
    draft = f"/documents/{document}/draft"
    assert refusal(lambda: user.call("POST", draft, PROMPT)).code == "plan_limit"
    assert refusal(user.project).code == "plan_limit"
    user.call("PUT", "/plan", {"plan": "team"})
    world.upstream.reply("/generate", {"text": "Tea is a drink."}, media_type="application/json")
    assert user.call("POST", draft, PROMPT)["text"] == "Tea is a drink."
    assert user.project()


def test_removing_a_project_makes_room_for_another(world: World) -> None:
    user = User(world)
    projects = [user.project() for _ in range(3)]
    assert refusal(user.project).status == 409
    user.call("DELETE", f"/projects/{projects[0]}")
    assert user.project()


def test_what_is_restored_can_be_changed(world: World) -> None:
    user = User(world)
    project = user.project()
    archive, tasks = f"/projects/{project}/archive", f"/projects/{project}/tasks"
    user.call("PUT", archive)
    assert refusal(lambda: user.call("POST", tasks, {"title": "Write"})).code == "invalid_state"
    user.call("DELETE", archive)
    assert user.call("POST", tasks, {"title": "Write"})["state"] == "open"


STATES = tuple(STEPS)
PATHS = {"open": (), "in_progress": ("in_progress",), "in_review": ("in_progress", "in_review")}
PATHS["done"] = (*PATHS["in_review"], "done")


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("after", STATES)
def test_a_task_goes_the_steps_that_there_are_and_no_others(world: World, before: str, after: str) -> None:
    allowed = {
        ("open", "in_progress"), ("in_progress", "open"), ("in_progress", "in_review"),
        ("in_review", "in_progress"), ("in_review", "done"), ("done", "open"),
    }  # fmt: skip
    user = User(world)
    task = user.task(*PATHS[before])
    if (before, after) in allowed:
        assert user.move(task, after) == {"id": task, "title": "Write", "state": after}
    else:
        assert refusal(lambda: user.move(task, after)).code == "bad_transition"


# ---------------------------------------------------------------------------- locks


def test_an_administrator_unlocks_what_one_has_locked(world: World) -> None:
    admin = User(world)
    document, member = admin.document(), admin.colleague()
    lock = f"/documents/{document}/lock"
    admin.call("PUT", lock)
    assert refusal(lambda: admin.write(document)).status == 403  # the administrator is no exception
    assert refusal(lambda: member.call("DELETE", lock)).code == "forbidden"
    admin.call("DELETE", lock)
    member.write(document)
    assert _text(admin, document) == "Tea is a drink."


def test_an_editor_keeps_others_out_until_done(world: World) -> None:
    first = User(world)
    document, second = first.document(), first.colleague()
    editing = f"/documents/{document}/editing"
    first.call("PUT", editing)
    first.write(document)
    first.call("PUT", editing)
    for attempt in (lambda: second.write(document), lambda: second.call("PUT", editing)):
        caught = refusal(attempt)
        assert (caught.code, caught.status) == ("locked", 409)
    second.call("DELETE", editing)  # of what another holds: nothing
    assert refusal(lambda: second.write(document)).status == 409
    first.call("DELETE", editing)
    second.write(document)


def test_an_editor_who_does_not_come_back_keeps_nobody_out(frozen: World) -> None:
    first = User(frozen)
    document, second = first.document(), first.colleague()
    first.call("PUT", f"/documents/{document}/editing")
    frozen.advance(EDITING_SECONDS - 1)
    assert refusal(lambda: second.write(document)).status == 409
    frozen.advance(1)
    second.write(document)


def test_programs_and_people_are_editors_alike(world: World) -> None:
    user = User(world)
    document, program = user.document(), user.program()
    user.call("PUT", f"/documents/{document}/editing")
    save = f"/v1/documents/{document}"
    assert refusal(lambda: program.call("PUT", save, {"text": "By a program."})).status == 409
    user.call("DELETE", f"/documents/{document}/editing")
    program.call("PUT", save, {"text": "By a program."})
    assert program.call("GET", save)["text"] == _text(user, document) == "By a program."


def test_while_the_ai_writes_nobody_else_does_and_afterwards_everybody_can(world: World) -> None:
    user = writer(world)
    document, member = user.document(), user.colleague()
    member.call("PUT", f"/documents/{document}/editing")
    world.upstream.reply("/generate", {"text": "Tea is a drink."}, media_type="application/json")
    asked = len(world.upstream.received)
    draft = f"/documents/{document}/draft"
    assert refusal(lambda: user.call("POST", draft, PROMPT)).status == 409
    assert len(world.upstream.received) == asked  # nothing was spent on it
    member.call("DELETE", f"/documents/{document}/editing")
    user.call("POST", draft, PROMPT)
    member.write(document)


class _Late(Reply, frozen=True, kw_only=True):
    """An answer before which something else happens."""

    meanwhile: Callable[[], object]

    def content(self) -> bytes:
        self.meanwhile()
        return super().content()


def test_an_editor_who_is_late_overwrites_nobody(frozen: World) -> None:
    user = writer(frozen)
    document, member = user.document(), user.colleague()

    def overtake() -> None:
        frozen.advance(EDITING_SECONDS)
        member.write(document)

    late = _Late(body={"text": "Too late."}, media_type="application/json", meanwhile=overtake)
    frozen.upstream.replies["/generate"] = late
    caught = refusal(lambda: user.call("POST", f"/documents/{document}/draft", PROMPT))
    assert (caught.code, caught.status) == ("locked", 409)
    assert _text(user, document) == "Tea is a drink."
