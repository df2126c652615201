"""Who is shown limits, which of the two buckets, and who pays."""

from __future__ import annotations

import pytest

from examples.flags.scenarios import LISTED, ON, Person, asked_for_link, owner
from examples.flags.world import BROWSER, REQUESTS_PER_MINUTE, World
from failwell import Problem
from tests.contracts.refusals import refusal

LIMIT, REMAINING, RESET = "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"
FIELDS = {LIMIT, REMAINING, RESET}


def _shown(world: World) -> tuple[int, int, int]:
    """The limit, what remains of it and when it is full, of the last response."""
    limit, remaining, reset = (int(world.responses[-1].headers[name]) for name in (LIMIT, REMAINING, RESET))
    return limit, remaining, reset


def _is_shown(world: World) -> bool:
    present = FIELDS & world.responses[-1].headers.keys()
    assert present in (set(), FIELDS)
    return bool(present)


def test_each_success_of_a_token_shows_the_bucket_with_less_in_it(frozen: World) -> None:
    person = owner(frozen)
    small, large = person.token(rateLimitPerMin=3), person.token(rateLimitPerMin=6_000)
    small.call("GET", "environments")
    assert _shown(frozen) == (3, 2, 20)
    large.call("GET", "environments")
    assert _shown(frozen) == (REQUESTS_PER_MINUTE, REQUESTS_PER_MINUTE - 2, 3)
    frozen.advance(60)
    large.call("GET", "environments")
    assert _shown(frozen)[1] == REQUESTS_PER_MINUTE - 1


def test_every_kind_of_success_shows_limits(world: World) -> None:
    person = owner(world)
    state = person.flag()
    program, proposer = person.token(), person.token(requiresApproval=True)
    tag = program.send("PUT", state, ON).headers["etag"]
    statuses = [
        program.send("PUT", "flags/search", {"name": "Search"}).status_code,
        program.send("GET", state, headers={"If-None-Match": tag}).status_code,
        proposer.send("PUT", state, {**ON, "serve": False}).status_code,
        program.send("PUT", "segments/beta", {"people": []}).status_code,
        program.send("DELETE", "segments/beta").status_code,
    ]
    assert statuses == [201, 304, 202, 201, 204]
    assert all(response.headers.keys() >= FIELDS for response in world.responses[-6:])


def test_sessions_and_everybody_else_are_shown_none(world: World) -> None:
    person = owner(world)
    state = person.flag()
    tag = person.send("PUT", state, ON).headers["etag"]
    assert person.send("GET", state, headers={"If-None-Match": tag}).status_code == 304
    person.call("GET", "/orgs")
    world.browser().get("/login")
    assert all(not FIELDS & response.headers.keys() for response in world.responses[-6:])


def test_a_denial_shows_the_bucket_that_denied(frozen: World) -> None:
    program = owner(frozen).token(rateLimitPerMin=2)
    for _ in range(2):
        program.call("GET", "environments")
    caught = refusal(lambda: program.call("GET", "environments"))
    assert caught.code == "token_rate_limit"
    assert _shown(frozen) == (2, 0, 60)
    assert frozen.responses[-1].headers["retry-after"] == "30"
    frozen.advance(29)
    assert refusal(lambda: program.call("GET", "environments")).code == "token_rate_limit"
    frozen.advance(1)
    program.call("GET", "environments")


def test_a_denial_for_the_organisation_shows_its_bucket(frozen: World) -> None:
    person = owner(frozen)
    programs = person.token(rateLimitPerMin=6_000), person.token(rateLimitPerMin=6_000)
    for turn in range(REQUESTS_PER_MINUTE):
        programs[turn % 2].call("GET", "environments")
    assert refusal(lambda: programs[0].call("GET", "environments")).code == "token_rate_limit"
    assert _shown(frozen) == (REQUESTS_PER_MINUTE, 0, 60)
    assert frozen.responses[-1].headers["retry-after"] == str(-(-60 // REQUESTS_PER_MINUTE))
    person.call("GET", "environments")  # people are not counted


def _segment_in_use(person: Person) -> None:
    person.call("PUT", "segments/beta", {"people": ["ada"]})
    person.call("PUT", "segments/all", {"people": [], "includes": ["beta"]})


def test_other_statuses_show_none(world: World) -> None:
    person = owner(world)
    person.flag()
    _segment_in_use(person)
    program, reader = person.token(), person.token("read")
    refused = {
        400: lambda: program.call("PUT", "flags/search", {"name": 1}),
        401: lambda: world.client(program.text[:-1]).get(f"{person.org}/environments"),
        403: lambda: reader.call("PUT", "flags/checkout", {"name": "A"}),
        404: lambda: program.call("GET", "flags/nothing"),
        405: lambda: program.call("POST", "flags/checkout", {}),
        409: lambda: program.call("DELETE", "segments/beta"),
        412: lambda: program.call("GET", "flags/checkout", headers={"If-Match": '"9"'}),
        503: lambda: program.call("GET", "environments/production/ruleset"),
    }
    for status, ask in refused.items():
        assert refusal(ask).status == status
        assert not _is_shown(world)


def test_what_becomes_of_links_shows_none(world: World) -> None:
    person = owner(world)
    link = asked_for_link(world, email=person.email)
    world.browser().get(link)
    for headers, status in ((BROWSER, 303), ({"Accept": "application/json"}, 410)):
        refusal(lambda headers=headers: world.browser().get(link, headers=headers))  # type: ignore[misc]
        assert (world.responses[-1].status_code, _is_shown(world)) == (status, False)


def test_what_is_refused_before_the_limit_costs_nothing(frozen: World) -> None:
    person = owner(frozen)
    program, listed = person.token(rateLimitPerMin=5), person.token(allowedIps=LISTED)
    person.flag()

    def refused() -> None:
        for ask in (
            lambda: frozen.client(program.text[:-1]).get(f"{person.org}/environments"),
            lambda: listed.call("GET", "environments"),
            lambda: program.call("GET", "flags/nothing"),
            lambda: program.call("POST", "environments", {"key": "staging"}),
        ):
            with pytest.raises(Problem):
                ask()

    for _ in range(3):
        refused()
    program.call("GET", "environments")
    assert _shown(frozen)[:2] == (5, 4)
    untouched = person.token(rateLimitPerMin=6_000)
    untouched.call("GET", "environments")
    assert _shown(frozen)[:2] == (REQUESTS_PER_MINUTE, REQUESTS_PER_MINUTE - 2)
