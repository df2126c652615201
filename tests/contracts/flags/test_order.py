"""Which code wins where several conditions hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from examples.flags.scenarios import LISTED, ON, Person, Program, own_seat, owner, proposed
from examples.flags.world import World
from tests.contracts.refusals import refusal

STALE = {"If-Match": '"7"'}


def _with_flag(world: World) -> tuple[Person, str]:
    person = owner(world)
    return person, person.flag()


def _spent(person: Person, **words: Any) -> Program:
    """A token whose bucket is empty."""
    program = person.token(rateLimitPerMin=1, **words)
    program.call("GET", "environments")
    return program


def _revoked_and_elsewhere(world: World) -> object:
    person = owner(world)
    program = person.token(allowedIps=LISTED)
    person.call("DELETE", f"tokens/{program.id}")
    return program.call("GET", "environments")


def _limit_before_precondition(world: World) -> object:
    person, state = _with_flag(world)
    return _spent(person).call("PUT", state, ON, headers=STALE)


def _scope_before_limit(world: World) -> object:
    person, state = _with_flag(world)
    program = person.token("read", rateLimitPerMin=1)
    program.call("GET", "environments")
    return program.call("PUT", state, ON)


def _approval_before_limit(world: World) -> object:
    person, _ = _with_flag(world)
    return _spent(person, requiresApproval=True).call("PATCH", "flags/checkout", {"name": 1})


def _precondition_before_validation(world: World) -> object:
    person, state = _with_flag(world)
    return person.call("PUT", state, {"enabled": 1}, headers=STALE)


def _validation_before_approval_of_two_dimensions(world: World) -> object:
    person, state = _with_flag(world)
    return person.token(requiresApproval=True).call("PUT", state, {**ON, "rules": 1})


def _missing_ruleset_has_no_tag(world: World) -> object:
    person, _ = _with_flag(world)  # RFC 9110, section 13.2.1: what is not there is an answer of its own
    return person.call("GET", "environments/production/ruleset", headers=STALE)


def _limit_before_missing_ruleset(world: World) -> object:
    person, _ = _with_flag(world)
    return _spent(person).call("GET", "environments/production/ruleset")


def _gone_before_drift(world: World) -> object:
    person = owner(world)
    proposal = proposed(person)
    person.call("POST", f"{proposal}/cancel")
    person.call("PUT", "environments/production/flags/checkout", ON)
    return person.call("POST", f"{proposal}/apply")


def _role_before_last_owner(world: World) -> object:
    person = owner(world)
    return person.joined_by("editor").call("DELETE", own_seat(person))


def _forbidden_before_gone(world: World) -> object:
    person = owner(world)
    proposal = proposed(person)
    person.call("POST", f"{proposal}/cancel")
    return person.joined_by("editor").call("POST", f"{proposal}/cancel")


PRECEDENCE: dict[str, tuple[str, Callable[[World], object]]] = {
    "no credential over an absent resource": (
        "unauthorized",
        lambda w: w.browser().get("/orgs/nowhere/flags/nothing"),
    ),
    "no credential over a malformed body": (
        "unauthorized",
        lambda w: w.browser().post("/orgs", content=b"{"),
    ),
    "a broken token over a good session": (
        "unauthorized",
        lambda w: owner(w).call("GET", "/orgs", headers={"Authorization": "Bearer fl_live_0"}),
    ),
    "a revoked token over its allowlist": ("unauthorized", _revoked_and_elsewhere),
    "the allowlist over an absent organisation": (
        "token_ip_denied",
        lambda w: owner(w).token(allowedIps=LISTED).call("GET", f"{owner(w).org}/flags"),
    ),
    "an absent organisation over the role": (
        "not_found",
        lambda w: owner(w).call("DELETE", owner(w).org, {"confirm": "acme"}),
    ),
    "an absent flag over the token's actions": (
        "not_found",
        lambda w: owner(w).token("read").call("PATCH", "flags/nothing", {"name": "A"}),
    ),
    "an absent member over the role": (
        "not_found",
        lambda w: owner(w).joined_by("viewer").call("DELETE", "members/user_0"),
    ),
    "an absent member over a malformed body": (
        "not_found",
        lambda w: owner(w).call("PATCH", "members/user_0", {"role": 1}),
    ),
    "an absent environment over what the token is for": (
        "not_found",
        lambda w: owner(w).token(environments=["staging"]).call("GET", "environments/nowhere/ruleset"),
    ),
    "the role over validation": (
        "insufficient_role",
        lambda w: owner(w).joined_by("viewer").call("POST", "environments", {"key": 1}),
    ),
    "the role over the confirmation": (
        "insufficient_role",
        lambda w: owner(w).joined_by("editor").call("DELETE", ""),
    ),
    "the role over the last owner": ("insufficient_role", _role_before_last_owner),
    "the scope over the limit": ("token_action_denied", _scope_before_limit),
    "what cannot be proposed over the limit": ("approval_not_supported", _approval_before_limit),
    "the limit over the precondition": ("token_rate_limit", _limit_before_precondition),
    "the limit over a ruleset that is not there": ("token_rate_limit", _limit_before_missing_ruleset),
    "the precondition over validation": ("precondition_failed", _precondition_before_validation),
    "a ruleset that is not there over the precondition": ("ruleset_not_cached", _missing_ruleset_has_no_tag),
    "validation over two dimensions": ("invalid_request", _validation_before_approval_of_two_dimensions),
    "validation over a slug that is taken": (
        "invalid_request",
        lambda w: owner(w).call("POST", "/orgs", {"slug": "acme"}),
    ),
    "what is not one's own over its final state": ("forbidden", _forbidden_before_gone),
    "the final state over drift": ("proposal_gone", _gone_before_drift),
}


@pytest.mark.parametrize("name", PRECEDENCE)
def test_which_code_wins(world: World, name: str) -> None:
    code, provoke = PRECEDENCE[name]
    assert refusal(lambda: provoke(world)).code == code
