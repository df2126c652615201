"""What fails on the service's side: logged whole, answered with nothing of it, and good again afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from examples.devspace.app import create_app, from_environment
from examples.devspace.failures import translation
from examples.devspace.scenarios import PROMPT, User, writer
from examples.devspace.world import World
from examples.identity.deployment import BACKENDS
from examples.stage.mailbox import Mailbox
from examples.stage.upstream import closed_url
from tests.contracts.refusals import refusal

FAULTS: dict[str, tuple[str, str, str]] = {
    "query_failed": ("SELECT documents", "GET", "/documents/{document}"),
    "create_failed": ("INSERT tasks", "POST", "/projects/{project}/tasks"),
    "update_failed": ("UPDATE projects", "PUT", "/projects/{project}/archive"),
    "delete_failed": ("DELETE projects", "DELETE", "/projects/{project}"),
}
INTERNAL = ("of_a_drill", "sqlite", "SQL", "Traceback", "127.0.0.1", "generate", "httpx")


def _log(world: World) -> str:
    file = world.settings.folder / "devspace.log"
    return file.read_text() if file.exists() else ""


def _entries(world: World, request_id: str) -> list[str]:
    return [line for line in _log(world).splitlines() if request_id in line]


@pytest.mark.parametrize("code", FAULTS)
def test_a_failing_database_is_logged_and_not_shown(world: World, code: str) -> None:
    statements, method, path = FAULTS[code]
    user = User(world)
    project = user.project()
    document = user.call("POST", f"/projects/{project}/documents", {"title": "Tea"})["id"]
    path = path.format(project=project, document=document)
    body = {"title": "Write"} if method == "POST" else None

    with world.drill(statements):
        caught = refusal(lambda: user.call(method, path, body))
    response = world.responses[-1]
    assert (caught.code, caught.status) == (code, 500)
    assert response.json() == {"error": code, "message": type(caught).problem_type.detail}
    assert not [word for word in INTERNAL if word in response.text or word in str(response.headers)]
    assert len(_entries(world, response.headers["x-request-id"])) == 1
    assert f"no such table: {statements.partition(' ')[2]}_of_a_drill" in _log(world)

    user.call(method, path, body)  # nothing was left half done, and no connection is broken


@pytest.mark.parametrize("path", ["/projects", "/v1/projects"])
def test_who_calls_cannot_be_looked_up(world: World, path: str) -> None:
    user = User(world)
    caller: Any = user.program() if path.startswith("/v1") else user
    with world.drill("SELECT logins" if caller is user else "SELECT api_keys"):
        assert refusal(lambda: caller.call("GET", path)).code == "query_failed"
    caller.call("GET", path)


def test_what_people_wrote_is_not_in_the_log(world: World) -> None:
    user = User(world)
    secret = "hunter2-hunter2"
    with world.drill("INSERT projects"):
        refusal(lambda: user.call("POST", "/projects", {"name": secret}))
    assert "INSERT INTO projects_of_a_drill" in _log(world)
    assert secret not in _log(world)
    assert user.credential not in _log(world)


def test_a_link_that_could_not_be_kept_is_not_mailed(world: World) -> None:
    address = world.new_email()
    with world.drill("INSERT mailed"):
        caught = refusal(lambda: world.client().post("/links", json={"email": address}))
    assert caught.code == "create_failed"
    assert world.mailbox.texts(address) == []


def test_a_failing_ai_is_logged_and_leaves_the_text_as_it_was(world: World) -> None:
    user = writer(world)
    document = user.document()
    user.write(document)
    draft = f"/documents/{document}/draft"
    secret = {"detail": "model at 10.0.0.7 is out of memory"}
    world.upstream.reply("/generate", secret, status=500, media_type="application/json")
    caught = refusal(lambda: user.call("POST", draft, PROMPT))
    response = world.responses[-1]
    assert caught.code == "ai_failed"
    assert response.json() == {"error": "ai_failed", "message": "The text could not be generated."}
    assert len(_entries(world, response.headers["x-request-id"])) == 1
    assert "500 Internal Server Error" in _log(world)
    assert user.call("GET", f"/documents/{document}")["text"] == "Tea is a drink."

    world.upstream.reply("/generate", {"text": "Tea, again."}, media_type="application/json")
    assert user.call("POST", draft, PROMPT)["text"] == "Tea, again."


def test_a_text_that_is_too_long_is_none(world: World) -> None:
    user = writer(world)
    world.upstream.reply("/generate", {"text": "x" * 100_001}, media_type="application/json")
    caught = refusal(lambda: user.call("POST", f"/documents/{user.document()}/draft", PROMPT))
    assert caught.code == "ai_failed"


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/projects", "query_failed"),
        ("POST", "/projects", "create_failed"),
        ("PUT", "/documents/document_0", "update_failed"),
        ("DELETE", "/projects/project_0", "delete_failed"),
        ("DELETE", "/documents/document_0/lock", "update_failed"),
        ("POST", "/documents/document_0/draft", "update_failed"),
        ("PUT", "/documents/document_0/editing", "query_failed"),
    ],
)
def test_without_a_statement_it_is_what_the_route_was_to_do(
    world: World, method: str, path: str, code: str
) -> None:
    """So it is with a commit that fails, and with a connection that cannot be made."""
    app = create_app(world.settings)
    translate = translation(app.logger)
    for error in (OperationalError(None, None, OSError("the disk is full")), NoConnection()):
        with app.test_request_context(path, method=method):
            problem = translate(error)
        assert problem is not None
        assert problem.code == code


def test_whatever_else_fails_is_no_failure_of_the_database(world: World) -> None:
    assert translation(create_app(world.settings).logger)(RuntimeError("a mistake of ours")) is None


def test_a_service_from_the_environment_fails_in_the_same_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(BACKENDS, raising=False)
    me: dict[str, str] = {}

    def post(path: str, body: object, method: str = "POST") -> Any:
        return http.open(path, method=method, json=body, headers=me).json

    with closed_url() as closed:
        for name, value in {"FOLDER": str(tmp_path), "SECRET": "a secret", "AI_URL": closed}.items():
            monkeypatch.setenv(f"DEVSPACE_{name}", value)
        http = from_environment().test_client()
        post("/links", {"email": "ada@mail.example"})
        token = Mailbox(tmp_path / "outbox").link("ada@mail.example").partition("token=")[2]
        me["Authorization"] = f"Bearer {post('/sessions', {'token': token})['session']}"
        post("/plan", {"plan": "team"}, "PUT")
        project = post("/projects", {"name": "Press"})["id"]
        document = post(f"/projects/{project}/documents", {"title": "Tea"})["id"]
        (tmp_path / "drill").write_text("SELECT documents")  # drills are for who has switched them on
        answer = post(f"/documents/{document}/draft", PROMPT)
    assert answer == {"error": "ai_failed", "message": "The text could not be generated."}
    assert "Connection refused" in (tmp_path / "devspace.log").read_text()
