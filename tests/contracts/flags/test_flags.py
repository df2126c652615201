"""Each row of the flags contract, asserted by real requests over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from examples.flags.errors import contract, flags
from examples.flags.scenarios import LISTED, ON, SCENARIOS, mails_fail, owner, proposed
from examples.flags.world import World
from failwell import Problem
from tests.contracts.answers import Answer
from tests.contracts.flags.test_catalog import CODES
from tests.contracts.refusals import refusal

ALWAYS = {"code", "message", "requestId"}


# ---------------------------------------------------------------------------- the 31 rows


@pytest.mark.parametrize("code", CODES)
def test_code(code: str, answers: Mapping[str, list[Answer]]) -> None:
    row = CODES[code]
    for caught, response in answers[code]:
        assert type(caught) is flags.types[code]
        assert isinstance(caught, Problem)
        assert (caught.code, caught.status, caught.retry) == (code, row.status, row.retry)
        assert caught.request_id == response.headers["x-request-id"]
        assert response.headers["x-request-id"].startswith("req_")
        assert contract.parse(response.status_code, response.headers, response.content) == caught
        assert ("www-authenticate" in response.headers) == (row.status == 401)
        assert ("retry-after" in response.headers) == (row.status == 429)
        if response.status_code != 303:
            body = response.json()
            assert response.status_code == row.status
            assert response.headers["content-type"] == "application/json"
            assert response.headers["cache-control"] == "no-store"
            assert body.keys() == ALWAYS | set(row.members)
            assert (body["code"], body["requestId"]) == (code, caught.request_id)
            assert body["message"]


@pytest.mark.parametrize("code", [code for code, row in CODES.items() if row.is_redirect])
def test_magic_links_reach_browsers_as_a_redirect_and_others_as_json(
    code: str, answers: Mapping[str, list[Answer]]
) -> None:
    browser, program = (answer.response for answer in answers[code])
    assert (browser.status_code, browser.content) == (303, b"")
    assert browser.headers["location"] == f"/login?error={code}"
    assert "content-type" not in browser.headers
    assert (program.status_code, program.json()["code"]) == (CODES[code].status, code)
    assert "location" not in program.headers


def test_scenarios_are_those_of_the_contract_in_its_order() -> None:
    assert [scenario.code for scenario in SCENARIOS] == list(CODES)
    assert len(SCENARIOS) == 31


def test_values_of_members(answers: Mapping[str, list[Answer]]) -> None:
    def bodies(code: str) -> list[dict[str, Any]]:
        return [answer.response.json() for answer in answers[code]]

    assert bodies("invalid_request")[0]["fields"] == {"email": "is required"}
    assert bodies("in_use")[0]["fields"] == {
        "flag.checkout": "serves the segment in a rule of production",
        "segment.all": "includes the segment",
    }
    (drift,) = bodies("version_drift")
    assert (drift["liveVersion"], drift["proposedVersion"]) == (1, 0)
    typed = {"confirm": "has to be the slug of the organisation"}
    assert [body["fields"] for body in bodies("invalid_confirmation")] == [typed, typed]


def test_messages_say_which(answers: Mapping[str, list[Answer]]) -> None:
    def message(code: str) -> str:
        return str(answers[code][0].response.json()["message"])

    assert "owner" in message("insufficient_role")
    assert "write" in message("token_action_denied")
    assert "production" in message("token_env_out_of_scope")
    assert "checkout" in message("token_resource_out_of_scope")
    assert "production" in message("ruleset_not_cached")
    assert "token" in message("token_rate_limit")
    assert "organisation" in answers["token_rate_limit"][1].response.json()["message"]


# ---------------------------------------------------------------------------- statuses of successes


def test_a_change_that_needs_approval_is_diverted_to_a_proposal(world: World) -> None:
    person = owner(world)
    state = person.flag()
    answer = person.token(requiresApproval=True).send("PUT", state, {**ON, "serve": False})
    assert answer.status_code == 202
    assert "etag" not in answer.headers
    proposal = person.call("GET", answer.headers["location"])
    assert (proposal["id"], proposal["status"]) == (answer.json()["id"], "open")
    assert proposal["change"] == {"enabled": True}
    assert person.call("GET", state)["state"]["enabled"] is False


def test_a_change_that_changes_nothing_needs_no_approval(world: World) -> None:
    person = owner(world)
    state = person.flag()
    off = {"enabled": False, "serve": False, "rules": []}
    assert person.token(requiresApproval=True).send("PUT", state, off).status_code == 200


def test_a_magic_link_leads_on_with_a_session(world: World) -> None:
    person = owner(world)
    world.browser().post("/auth/magic-links", json={"email": person.email})
    answer = world.browser().get(world.mailed_link(person.email))
    assert (answer.status_code, answer.headers["location"], answer.content) == (303, "/orgs", b"")
    cookie = answer.headers["set-cookie"]
    assert all(word in cookie for word in ("HttpOnly", "Secure", "SameSite=lax", "Path=/;"))
    assert "x-ratelimit-limit" not in answer.headers


def test_the_login_page_says_what_was_wrong(world: World) -> None:
    page = world.browser().get("/login?error=magic_link_expired")
    assert page.headers["content-type"].startswith("text/html")
    assert "Magic link has expired" in page.text
    odd = world.browser().get("/login", params={"error": "<script>"})
    assert (odd.status_code, "<script>" in odd.text) == (200, False)


def test_what_one_has_is_current_until_it_changes(world: World) -> None:
    person = owner(world)
    state = person.flag()
    person.call("PUT", state, ON)
    for path in (state, "environments/production/ruleset", "flags/checkout"):
        tag = person.send("GET", path).headers["etag"]
        unchanged = person.send("GET", path, headers={"If-None-Match": tag})
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        assert unchanged.headers["etag"] == tag
        assert person.send("GET", path, headers={"If-None-Match": '"0"'}).status_code == 200
    tag = person.send("GET", "environments/production/ruleset").headers["etag"]
    person.call("PUT", state, {**ON, "serve": False})
    changed = person.send("GET", "environments/production/ruleset", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.json()["flags"]["checkout"]["serve"] is False


def test_a_write_is_made_on_the_version_that_was_read(world: World) -> None:
    person = owner(world)
    state = person.flag()
    tag = person.send("PUT", state, ON, headers={"If-Match": '"0"'}).headers["etag"]
    assert person.send("PUT", state, ON, headers={"If-Match": f'"x", {tag}'}).status_code == 200
    caught = refusal(
        lambda: person.call("PATCH", "flags/checkout", {"name": "A"}, headers={"If-Match": '"7"'})
    )
    assert caught.code == "precondition_failed"
    assert person.call("GET", "flags/checkout")["name"] == "A new checkout"


def test_creating_can_be_made_to_overwrite_nothing(world: World) -> None:
    person = owner(world)
    only_new = {"If-None-Match": "*"}
    assert person.send("PUT", "flags/search", {"name": "A"}, headers=only_new).status_code == 201
    caught = refusal(lambda: person.call("PUT", "flags/search", {"name": "B"}, headers=only_new))
    assert caught.code == "precondition_failed"
    assert person.send("PUT", "flags/search", {"name": "B"}).status_code == 200


# ---------------------------------------------------------------------------- invalid requests


ABSENT = {"segment": "beta", "serve": 1}


@pytest.mark.parametrize(
    ("method", "path", "body", "fields"),
    [
        ("POST", "environments", {"key": "Production!"}, {"key"}),
        ("POST", "tokens", {"actions": []}, {"actions"}),
        ("POST", "tokens", {"actions": ["delete"]}, {"actions.0"}),
        ("POST", "tokens", {"actions": ["read"], "allowedIps": ["hunter2"]}, {"allowedIps"}),
        ("POST", "tokens", {"actions": ["read"], "rateLimitPerMin": 0}, {"rateLimitPerMin"}),
        ("POST", "tokens", {"actions": ["read"], "hunter2": 1}, None),
        ("PUT", "flags/Check_Out", {"name": "A"}, {"key"}),
        ("PUT", "segments/beta", {"people": [], "includes": ["nobody"]}, {"includes.0"}),
        ("POST", "invitations", {"email": "hunter2"}, {"email"}),
        ("POST", "invitations", {"email": "ada@mail.example", "role": "hunter2"}, {"role"}),
        ("PUT", "{state}", {**ON, "serve": "hunter2"}, {"serve"}),
        ("PUT", "{state}", {**ON, "rules": [ABSENT]}, {"rules.0.segment", "rules.0.serve"}),
    ],
)
def test_fields_are_named_by_their_paths_and_never_repeated(
    world: World, method: str, path: str, body: object, fields: set[str] | None
) -> None:
    person = owner(world)
    state = person.flag()
    caught = refusal(lambda: person.call(method, path.replace("{state}", state), body))
    said = world.responses[-1].json()
    assert caught.code == "invalid_request"
    assert fields is None or said["fields"].keys() == fields
    assert "hunter2" not in world.responses[-1].text


@pytest.mark.parametrize(
    ("asked", "content", "code", "status"),
    [
        ("GET /nowhere", b"", "not_found", 404),
        ("PUT /auth/signup", b"", "method_not_allowed", 405),
        ("POST /auth/signup", b"{", "invalid_request", 400),
        ("POST /auth/signup", b"\xff", "invalid_request", 400),
        ("POST /auth/signup", b" " * (10 << 20) + b" ", "content_too_large", 413),
    ],
    ids=["nowhere", "method", "no JSON", "no UTF-8", "too large"],
)
def test_gaps_have_standard_types(world: World, asked: str, content: bytes, code: str, status: int) -> None:
    method, path = asked.split()
    headers = {"Content-Type": "application/json"}
    caught = refusal(lambda: world.browser().request(method, path, content=content, headers=headers))
    response = world.responses[-1]
    assert (caught.code, response.status_code) == (code, status)
    assert response.json().keys() == ALWAYS
    assert response.headers["content-type"] == "application/json"


def test_fields_come_with_three_codes_only(world: World, answers: Mapping[str, list[Answer]]) -> None:
    bodies = [r.json() for r in world.responses if r.status_code >= 400]
    assert len(bodies) > len(answers)
    with_fields = {body["code"] for body in bodies if "fields" in body}
    assert with_fields == {"invalid_request", "in_use", "invalid_confirmation"}
    assert not any(value is None for body in bodies for value in body.values())


def test_what_nobody_foresaw_is_in_the_log_under_its_request_id(world: World) -> None:
    caught = refusal(lambda: mails_fail(world))
    log = (world.settings.folder / "flags.log").read_text()
    assert f"Request id: {caught.request_id}" in log
    assert "FileExistsError" in log
    assert "outbox" not in world.responses[-1].text


# ---------------------------------------------------------------------------- what tokens are for


def test_a_token_reaches_what_it_is_for(world: World) -> None:
    person = owner(world)
    person.flag("search-new", environment="staging")
    state = person.flag("search-new")
    program = person.token("read", "write", environments=["production"], resources=["search-*"])
    assert program.send("PUT", state, ON).status_code == 200
    assert program.call("GET", state)["state"] == ON
    elsewhere = "environments/staging/flags/search-new"
    assert refusal(lambda: program.call("GET", elsewhere)).code == "token_env_out_of_scope"


def test_a_token_sees_no_proposal_out_of_its_reach(world: World) -> None:
    person = owner(world)
    proposal = proposed(person)
    program = person.token("read", environments=["staging"])
    assert refusal(lambda: program.call("GET", proposal)).code == "token_env_out_of_scope"
    program = person.token("read", resources=["search-*"])
    assert refusal(lambda: program.call("GET", proposal)).code == "token_resource_out_of_scope"


def test_a_token_may_be_used_from_where_it_is_listed(world: World) -> None:
    program = owner(world).token(allowedIps=[*LISTED, "127.0.0.0/8"])
    assert program.send("GET", "environments").status_code == 200


def test_a_token_is_shown_once(world: World) -> None:
    person = owner(world)
    program = person.token()
    (listed,) = person.call("GET", "tokens")
    assert listed["id"] == program.id
    assert program.text not in world.responses[-1].text


def test_a_token_that_was_replaced_is_good_for_a_day(frozen: World) -> None:
    person = owner(frozen)
    old = person.token("read")
    new = person.call("POST", f"tokens/{old.id}/rotate")
    assert new["token"] != old.text
    frozen.advance(86_399)
    assert old.send("GET", "environments").status_code == 200
    frozen.advance(1)
    assert refusal(lambda: old.call("GET", "environments")).code == "unauthorized"
    assert frozen.client(new["token"]).get(f"{person.org}/environments").status_code == 200
