"""The texts of the catalog in the language that a request asks for."""

from __future__ import annotations

import pytest

from examples.devspace.scenarios import User
from examples.devspace.world import World
from tests.contracts.refusals import refusal

ENGLISH = "The key lacks the scope projects:read."
GERMAN = "Dem Schlüssel fehlt der Scope projects:read."


@pytest.mark.parametrize(
    ("asked", "language", "message"),
    [("de-CH, en;q=0.5", "de", GERMAN), ("en, de;q=0.5", "en", ENGLISH), ("fr", "en", ENGLISH)],
)
def test_the_message_is_in_the_language_that_was_asked_for(
    world: World, asked: str, language: str, message: str
) -> None:
    key = User(world).key("documents:read")["key"]
    client = world.client(key, {"Accept-Language": asked})
    caught = refusal(lambda: client.get("/v1/projects"))
    response = world.responses[-1]
    assert (caught.code, caught.members()) == ("insufficient_scope", {"required_scope": "projects:read"})
    assert response.json()["message"] == message
    assert response.headers["content-language"] == language
    assert response.headers["vary"] == "Accept-Language"
