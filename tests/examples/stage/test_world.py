from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from examples.drops.errors import contract
from examples.stage.clock import Clock
from examples.stage.upstream import Upstream
from examples.stage.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with Upstream.start() as upstream:
        upstream.reply("/page", "hello")
        made = World(upstream.url, contract, Clock(tmp_path / "clock"), tmp_path)
        yield made
        made.close()


def test_each_credential_has_a_client_and_keeps_it(world: World) -> None:
    client = world.client("a", {"X-Other": "1"})
    assert client is world.client("a", {"X-Other": "1"})
    assert client is not world.client("a")
    assert (client.headers["authorization"], client.headers["x-other"]) == ("Bearer a", "1")
    assert "authorization" not in world.client().headers


def test_responses_are_kept_in_their_order(world: World) -> None:
    for name in ("first", "second"):
        world.client().get("/page", params={"q": name})
    assert [response.request.url.params["q"] for response in world.responses] == ["first", "second"]
    assert world.responses[0].text == "hello"


def test_addresses_are_new_in_every_world(world: World, tmp_path: Path) -> None:
    other = World("http://127.0.0.1:9", contract, Clock(tmp_path / "clock"), tmp_path)
    emails = [world.new_email(), world.new_email(), other.new_email()]
    assert len(set(emails)) == 3
