"""What the stage notices in answers, by a service that answers what it is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from examples.catalogs import EXAMPLES
from examples.stage.clock import Clock
from examples.stage.playing import play, play_all, show
from examples.stage.scenario import Scenario
from examples.stage.upstream import Upstream
from examples.stage.world import World
from failwell import Contract, Problem
from failwell.publish.sample import sample_problem

CONTRACTS = {example.name: example.contract() for example in EXAMPLES}
CASES = [(name, code) for name, contract in CONTRACTS.items() for code in contract.catalog.own]


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with Upstream.start() as running:
        yield running


def _played(upstream: Upstream, tmp_path: Path, contract: Contract, problem: Problem, **spoiled: Any) -> str:
    """What is told of a scenario that ends in this problem, written by the contract and then spoiled."""
    rendered = contract.render(problem, request_id="req_1", accept="application/json")
    headers = dict(rendered.headers) | spoiled.pop("headers", {})
    body = json.loads(rendered.body) | spoiled.pop("body", {})
    without = spoiled.pop("without", ())
    content = {key: value for key, value in body.items() if key not in without}
    upstream.reply(
        "/it", content, media_type=headers.pop("Content-Type"), status=spoiled.pop("status", rendered.status),
        headers={name: value for name, value in headers.items() if name not in without},
    )  # fmt: skip
    world = World(upstream.url, contract, Clock(tmp_path / "clock"), tmp_path)
    try:
        outcome = play(world, Scenario(problem.code, "a request", lambda w: w.client().get("/it")))
    finally:
        world.close()
    return " ".join(outcome.faults)


@pytest.mark.parametrize(("name", "code"), CASES)
def test_every_code_of_every_dialect_is_sound_as_its_contract_writes_it(
    upstream: Upstream, tmp_path: Path, name: str, code: str
) -> None:
    declared = CONTRACTS[name].catalog.types[code]
    for status in declared.problem_type.statuses:
        assert _played(upstream, tmp_path, CONTRACTS[name], sample_problem(declared, status)) == ""


SPOILED: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "a member too many": ("devspace", "locked", {"body": {"by": "ada"}}, "members that should not be"),
    "a member missing": ("flags", "version_drift", {"without": ["liveVersion"]}, "liveVersion"),
    "null": ("platform", "rate_limit_exceeded", {"body": {"resolve": None}}, "resolve"),
    "no resolve": ("platform", "no_active_plan", {"without": ["resolve"]}, "resolve"),
    "another status": ("browsers", "not-found", {"status": 410, "body": {"status": 410}}, "status 410"),
    "another code": ("devspace", "locked", {"body": {"error": "not_found"}}, "caught as NotFound"),
    "another media type": (
        "flags", "in_use", {"headers": {"Content-Type": "application/problem+json"}}, "the media type is",
    ),
    "another request id": ("flags", "in_use", {"headers": {"X-Request-Id": "req_2"}}, "requestId is not"),
    "another instance": ("browsers", "conflict", {"body": {"instance": "req_2"}}, "instance is not the one"),
    "no request id": ("platform", "token_expired", {"without": ["X-Request-Id"]}, "there is no X-Request-Id"),
}  # fmt: skip


@pytest.mark.parametrize("spoiled", SPOILED)
def test_an_answer_that_breaks_its_contract_is_noticed(
    upstream: Upstream, tmp_path: Path, spoiled: str
) -> None:
    name, code, words, told = SPOILED[spoiled]
    contract = CONTRACTS[name]
    problem = sample_problem(contract.catalog.types[code], contract.catalog.records[code].statuses[0])
    assert told in _played(upstream, tmp_path, contract, problem, **words)


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ({}, ""),
        ({"status": 302}, "status 302, declared is 303"),
        ({"body": "See there."}, "a redirection with a body"),
        ({"headers": {"Location": "/login?error=magic_link_used"}}, "caught as MagicLinkUsed"),
        ({"headers": {"Location": "/login"}}, "every request succeeded"),
    ],
)
def test_a_redirection_is_read_by_its_location(
    upstream: Upstream, tmp_path: Path, reply: dict[str, Any], told: str
) -> None:
    headers = {"Location": "/login?error=magic_link_expired"} | reply.pop("headers", {})
    upstream.reply("/it", **{"status": 303, "headers": {"X-Request-Id": "req_1", **headers}, **reply})
    world = World(upstream.url, CONTRACTS["flags"], Clock(tmp_path / "clock"), tmp_path)
    outcome = play(world, Scenario("magic_link_expired", "a link", lambda w: w.client().get("/it")))
    world.close()
    assert told in " ".join(outcome.faults)
    assert bool(outcome.faults) is bool(told)


def test_what_was_played_is_told_line_by_line_and_shown_in_a_table(
    upstream: Upstream, tmp_path: Path
) -> None:
    world = World(upstream.url, CONTRACTS["devspace"], Clock(tmp_path / "clock"), tmp_path)
    console = Console(file=StringIO(), width=120)
    show(play_all(world, [Scenario("locked", "no such [path]", str)], console, within="devspace"), console)
    world.close()
    assert isinstance(console.file, StringIO)
    told = console.file.getvalue()
    assert told.startswith("failed devspace locked\n")
    assert "no such [path]" in told
    assert told.rstrip().endswith("locked: every request succeeded")
