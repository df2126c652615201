"""One scenario per code, in the contract's order: real requests that end in the problem."""

from __future__ import annotations

from typing import Any

from examples.devspace.api_keys import DAY
from examples.devspace.sessions import SESSION_SECONDS
from examples.devspace.world import World
from examples.stage import scenario

Scenario = scenario.Scenario[World]

ALL_SCOPES = ("projects:read", "documents:read", "documents:write")
PROMPT = {"prompt": "A paragraph about tea."}


class Program:
    """A program with a key. What a call answers comes as JSON."""

    def __init__(self, world: World, credential: str) -> None:
        self.world, self.credential = world, credential

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Makes a request with the credential."""
        sent = {} if body is None else {"json": body}
        answer = self.world.client(self.credential).request(method, path, **sent)  # type: ignore[arg-type]
        return answer.json() if answer.content else None


class User(Program):
    """Somebody who has signed in: unless invited, the administrator of an organisation of their own."""

    def __init__(self, world: World, email: str = "") -> None:
        self.email = email or world.new_email()
        super().__init__(world, world.log_in(self.email))

    def colleague(self) -> User:
        """A member of the same organisation."""
        email = self.world.new_email()
        self.call("POST", "/members", {"email": email})
        return User(self.world, email)

    def project(self) -> str:
        """A new project."""
        return str(self.call("POST", "/projects", {"name": "Press"})["id"])

    def task(self, *states: str) -> str:
        """A new task, in a project of its own, that has gone through states."""
        task = str(self.call("POST", f"/projects/{self.project()}/tasks", {"title": "Write"})["id"])
        for state in states:
            self.move(task, state)
        return task

    def move(self, task: str, state: str) -> object:
        """Takes a task to a state."""
        return self.call("PUT", f"/tasks/{task}/state", {"state": state})

    def document(self) -> str:
        """A new document, in a project of its own."""
        return str(self.call("POST", f"/projects/{self.project()}/documents", {"title": "Tea"})["id"])

    def write(self, document: str) -> object:
        """Saves a text."""
        return self.call("PUT", f"/documents/{document}", {"text": "Tea is a drink."})

    def key(self, *scopes: str, **words: object) -> Any:
        """A new key of the organisation."""
        return self.call("POST", "/api-keys", {"scopes": scopes or ALL_SCOPES, **words})

    def program(self, *scopes: str) -> Program:
        """A program with a new key."""
        return Program(self.world, self.key(*scopes)["key"])


def writer(world: World) -> User:
    """The administrator of an organisation whose plan has AI."""
    user = User(world)
    user.call("PUT", "/plan", {"plan": "team"})
    return user


# ---------------------------------------------------------------------------- routes


def session_over(world: World) -> object:
    user = User(world)
    world.advance(SESSION_SECONDS)
    return user.call("GET", "/projects")


def no_session(world: World) -> object:
    return world.client().get("/projects")


def member_deletes(world: World) -> object:
    admin = User(world)
    project = admin.project()
    return admin.colleague().call("DELETE", f"/projects/{project}")


def foreign_document(world: World) -> object:
    document = User(world).document()
    return User(world).call("GET", f"/documents/{document}")


def missing_document(world: World) -> object:
    return User(world).call("GET", "/documents/document_0000000000000000")


def long_name(world: World) -> object:
    return User(world).call("POST", "/projects", {"name": "x" * 81})


def archived_project(world: World) -> object:
    user = User(world)
    project = user.project()
    user.call("PUT", f"/projects/{project}/archive")
    return user.call("POST", f"/projects/{project}/tasks", {"title": "Write"})


def back_from_done(world: World) -> object:
    user = User(world)
    return user.move(user.task("in_progress", "in_review", "done"), "in_review")


def draft_on_free(world: World) -> object:
    user = User(world)
    return user.call("POST", f"/documents/{user.document()}/draft", PROMPT)


def fourth_project(world: World) -> object:
    user = User(world)
    return [user.project() for _ in range(4)]


def locked_by_administrator(world: World) -> object:
    admin = User(world)
    document = admin.document()
    admin.call("PUT", f"/documents/{document}/lock")
    return admin.colleague().write(document)


def locked_by_editor(world: World) -> object:
    admin = User(world)
    document, colleague = admin.document(), admin.colleague()
    admin.call("PUT", f"/documents/{document}/editing")
    return colleague.write(document)


# ---------------------------------------------------------------------------- failures


def failing_select(world: World) -> object:
    user = User(world)
    document = user.document()
    with world.drill("SELECT documents"):
        return user.call("GET", f"/documents/{document}")


def failing_insert(world: World) -> object:
    user = User(world)
    project = user.project()
    with world.drill("INSERT tasks"):
        return user.call("POST", f"/projects/{project}/tasks", {"title": "Write"})


def failing_update(world: World) -> object:
    user = User(world)
    document = user.document()
    with world.drill("UPDATE documents"):
        return user.write(document)


def failing_delete(world: World) -> object:
    user = User(world)
    project = user.project()
    with world.drill("DELETE projects"):
        return user.call("DELETE", f"/projects/{project}")


def _draft(world: World, **reply: Any) -> object:
    user = writer(world)
    document = user.document()
    world.upstream.reply("/generate", **reply)
    return user.call("POST", f"/documents/{document}/draft", PROMPT)


def overloaded_ai(world: World) -> object:
    return _draft(world, status=503, body="The model is overloaded.")


def stalling_ai(world: World) -> object:
    return _draft(world, conduct="stall")


def ai_that_hangs_up(world: World) -> object:
    return _draft(world, conduct="hang_up")


def ai_that_breaks_off(world: World) -> object:
    return _draft(world, body={"text": "Tea is a drink."}, media_type="application/json", conduct="break_off")


def ai_without_text(world: World) -> object:
    return _draft(world, body={"error": None}, media_type="application/json")


# ---------------------------------------------------------------------------- public API


def no_key(world: World) -> object:
    return world.client().get("/v1/projects")


def wrong_key(world: World) -> object:
    return Program(world, User(world).key()["key"][:-1] + "?").call("GET", "/v1/projects")


def expired_key(world: World) -> object:
    key = User(world).key(days=1)
    world.advance(DAY)
    return Program(world, key["key"]).call("GET", "/v1/projects")


def revoked_key(world: World) -> object:
    user = User(world)
    key = user.key()
    user.call("DELETE", f"/api-keys/{key['id']}")
    return Program(world, key["key"]).call("GET", "/v1/projects")


def reading_key_writes(world: World) -> object:
    user = User(world)
    reader = user.program("documents:read")
    return reader.call("PUT", f"/v1/documents/{user.document()}", {"text": "Tea is a drink."})


def busy_program(world: World) -> object:
    program = User(world).program()
    return [program.call("GET", "/v1/projects") for _ in range(1_000)]  # it refills by two a second


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("unauthorized", "a session twelve hours old", session_over),
    Scenario("forbidden", "a member deletes a project", member_deletes),
    Scenario("not_found", "a document of another organisation", foreign_document),
    Scenario("bad_request", "a project's name that is too long", long_name),
    Scenario("invalid_state", "a new task in an archived project", archived_project),
    Scenario("bad_transition", "a task goes from done to in review", back_from_done),
    Scenario("plan_limit", "AI generation on the free plan", draft_on_free),
    Scenario("locked", "writing what an administrator has locked", locked_by_administrator),
    Scenario("query_failed", "the database does not find a table", failing_select),
    Scenario("create_failed", "... nor to insert into", failing_insert),
    Scenario("update_failed", "... nor to update", failing_update),
    Scenario("delete_failed", "... nor to delete from", failing_delete),
    Scenario("ai_failed", "the AI is overloaded", overloaded_ai),
    Scenario("invalid_api_key", "a key that was revoked", revoked_key),
    Scenario("insufficient_scope", "a key for reading writes", reading_key_writes),
    Scenario("rate_limited", "more than 120 requests at once", busy_program),
)
"""One per code."""

VARIANTS: tuple[Scenario, ...] = (
    Scenario("unauthorized", "no session", no_session),
    Scenario("not_found", "a document that never was", missing_document),
    Scenario("plan_limit", "a fourth project on the free plan", fourth_project),
    Scenario("locked", "writing what another editor holds", locked_by_editor),
    Scenario("ai_failed", "the AI does not answer in time", stalling_ai),
    Scenario("ai_failed", "the AI hangs up", ai_that_hangs_up),
    Scenario("ai_failed", "the AI breaks off", ai_that_breaks_off),
    Scenario("ai_failed", "the AI gives no text", ai_without_text),
    Scenario("invalid_api_key", "no key", no_key),
    Scenario("invalid_api_key", "a key with a typing error", wrong_key),
    Scenario("invalid_api_key", "a key that has expired", expired_key),
)
"""Other ways to some of them."""
