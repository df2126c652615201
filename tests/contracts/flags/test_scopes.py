"""What a token does not admit: one code for each of three reasons, another for several; then wider tokens."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from examples.flags.scenarios import ON, own_seat, owner
from examples.flags.world import World
from tests.contracts.refusals import refusal

LACKS: dict[str, dict[str, Any]] = {
    "token_action_denied": {"actions": ["read"]},
    "token_env_out_of_scope": {"environments": ["staging"]},
    "token_resource_out_of_scope": {"resources": ["search-*"]},
}
"""What a token is made with so that it alone does not admit the change."""


@pytest.mark.parametrize("lacks", [*product([False, True], repeat=3)])
def test_a_reason_is_told_where_it_is_the_only_one(world: World, lacks: tuple[bool, bool, bool]) -> None:
    person = owner(world)
    state = person.flag()
    codes = [code for code, is_lacking in zip(LACKS, lacks, strict=True) if is_lacking]
    words: dict[str, Any] = {"actions": ["read", "write"]}
    for code in codes:
        words |= LACKS[code]
    program = person.token(*words.pop("actions"), **words)
    if not codes:
        assert program.call("PUT", state, ON)["state"] == ON
        return
    caught = refusal(lambda: program.call("PUT", state, ON))
    assert caught.code == (codes[0] if len(codes) == 1 else "scope_denied")
    assert person.token("read", "write").call("PUT", state, ON)["state"] == ON


def test_a_higher_role_is_the_way_out(world: World) -> None:
    person = owner(world)
    viewer, wanted = person.joined_by("viewer"), {"people": ["ada"]}
    assert refusal(lambda: viewer.call("PUT", "segments/beta", wanted)).code == "insufficient_role"
    person.call("PATCH", own_seat(viewer), {"role": "editor"})
    assert viewer.send("PUT", "segments/beta", wanted).status_code == 201
