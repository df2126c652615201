"""What leads out of the errors: after it, the same request succeeds."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import delete

from examples.flags.database import Account, Record
from examples.flags.proposals import PROPOSAL_SECONDS
from examples.flags.scenarios import ON, Person, asked_for_link, founding, own_seat, owner, proposed
from examples.flags.sign_in import LOGIN_SECONDS
from examples.flags.world import World
from examples.identity.one_time import LIFETIMES
from examples.identity.tables import Database
from examples.stage.running import running
from tests.contracts.refusals import refusal


def test_a_ruleset_is_there_after_the_first_write(world: World) -> None:
    person = owner(world)
    state = person.flag()
    reader = person.token("read")
    assert refusal(lambda: reader.call("GET", "environments/production/ruleset")).code == "ruleset_not_cached"
    person.call("PUT", state, ON)
    ruleset = reader.call("GET", "environments/production/ruleset")
    assert ruleset == {"version": 1, "flags": {"checkout": ON}, "configs": {}}


def test_configs_stand_in_the_ruleset_with_values_of_any_kind(world: World) -> None:
    person = owner(world)
    person.flag()
    person.call("PUT", "configs/greeting", {"name": "Greeting"})
    person.call("PUT", "segments/beta", {"people": ["ada"]})
    rules = [{"segment": "beta", "serve": "Hi"}]
    greeting = {"enabled": True, "serve": "Good day", "rules": rules}
    person.call("PUT", "environments/production/configs/greeting", greeting)
    assert person.call("GET", "environments/production/ruleset")["configs"] == {"greeting": greeting}
    assert refusal(lambda: person.call("GET", "flags/greeting")).code == "not_found"


def test_a_change_is_repeated_on_the_new_tag(world: World) -> None:
    person = owner(world)
    state = person.flag()
    person.call("PUT", state, ON)
    late = refusal(lambda: person.call("PUT", state, ON, headers={"If-Match": '"0"'}))
    assert late.code == "precondition_failed"
    tag = person.send("GET", state).headers["etag"]
    assert person.send("PUT", state, ON, headers={"If-Match": tag}).status_code == 200


def test_a_session_is_good_for_twelve_hours_and_another_link_opens_another(frozen: World) -> None:
    person = owner(frozen)
    frozen.advance(LOGIN_SECONDS - 1)
    person.call("GET", "/orgs")
    frozen.advance(1)
    assert refusal(lambda: person.call("GET", "/orgs")).code == "unauthorized"
    asked_for_link(frozen, email=person.email)
    person.cookie = frozen.follow_link(person.email)
    person.call("GET", "/orgs")


def test_a_link_is_good_until_its_last_second(frozen: World) -> None:
    link = asked_for_link(frozen)
    frozen.advance(LIFETIMES["magic_link"] - 1)
    assert frozen.browser().get(link).headers["location"] == "/orgs"


def test_who_is_invited_signs_in_by_the_link_that_was_refused(world: World) -> None:
    person, email = owner(world), world.new_email()
    link = asked_for_link(world, email=email)
    assert refusal(lambda: world.browser().get(link)).code == "no_invitation"
    person.invited("viewer", email=email)
    answer = world.browser().get(link)
    assert answer.headers["location"] == "/orgs"
    assert world.browser(answer.cookies["flags_session"]).get("/orgs").json() == []


def test_where_it_is_not_hosted_anybody_who_reads_a_link_signs_in(world: World) -> None:
    link = asked_for_link(world, email=world.new_email())
    own = msgspec.structs.replace(world.settings, hosted=False)
    with running("examples.flags.app:create_app", own) as base_url:
        answer = httpx.get(base_url + link, trust_env=False)
    assert answer.headers["location"] == "/orgs"


def test_an_installation_is_claimed_once() -> None:
    with World.start() as world:
        wanted = founding(world)
        assert world.browser().post("/auth/install-claim", json=wanted).status_code == 201
        again = refusal(lambda: world.browser().post("/auth/install-claim", json=founding(world)))
        assert again.code == "already_claimed"
        person = Person(world, wanted["email"], world.follow_link(wanted["email"]), wanted["slug"])
        assert [seat["role"] for seat in person.call("GET", "members")] == ["owner"]


def test_an_invitation_is_shown_and_then_accepted(world: World) -> None:
    person = owner(world)
    link = world.mailed_link(person.invited("editor"))
    seat = world.browser().get(link).json()
    answer = world.browser().post(link)
    assert seat == answer.json() == {"slug": person.org[6:], "name": "Acme", "role": "editor"}
    own = world.browser(answer.cookies["flags_session"]).get("/orgs").json()
    assert own == [seat]
    assert refusal(lambda: world.browser().get(link)).code == "invitation_used"


def test_a_lost_invitation_is_sent_again(world: World) -> None:
    person, email = owner(world), world.new_email()
    first = person.call("POST", "invitations", {"email": email})
    lost = world.mailed_link(email)
    assert refusal(lambda: person.invited("viewer", email=email)).code == "invitation_pending"
    person.call("POST", f"invitations/{first['id']}/resend")
    assert refusal(lambda: world.browser().post(lost)).code == "not_found"
    world.browser().post(world.mailed_link(email))
    again = person.call("GET", "members")
    assert email in [member["email"] for member in again]


def test_an_invitation_is_good_until_its_last_second(frozen: World) -> None:
    person = owner(frozen)
    early, late = (frozen.mailed_link(person.invited("viewer")) for _ in range(2))
    frozen.advance(LIFETIMES["invitation"] - 1)
    assert frozen.browser().post(early).json()["role"] == "viewer"
    frozen.advance(1)
    for method in ("GET", "POST"):
        caught = refusal(partial(frozen.browser().request, method, late))
        assert (caught.code, caught.status) == ("invitation_expired", 410)


def test_an_operator_frees_the_email_of_a_deleted_user(world: World) -> None:
    person = owner(world)
    deleted = person.joined_by("viewer")
    deleted.call("DELETE", "/user")
    person.invited("viewer", email=deleted.email)
    link = world.mailed_link(deleted.email)
    assert refusal(lambda: world.browser().post(link)).code == "invitation_email_locked"
    database = Database(world.settings.database_url, Record.metadata, schema=world.settings.name)
    with closing(database):  # what an operator does who deletes somebody for good
        database.transact(lambda session: session.execute(delete(Account).filter_by(email=deleted.email)))
    assert world.browser().post(link).json()["role"] == "viewer"


def test_a_slug_that_is_free_is_the_way_out(world: World) -> None:
    person = owner(world)
    wanted = founding(world, slug=person.org.removeprefix("/orgs/"))
    assert refusal(lambda: world.browser().post("/auth/signup", json=wanted)).code == "slug_unavailable"
    free = {**wanted, "slug": f"{wanted['slug']}-too"}
    assert world.browser().post("/auth/signup", json=free).status_code == 201


def test_an_invitation_that_expired_is_no_longer_pending(frozen: World) -> None:
    person = owner(frozen)
    email = person.invited("viewer")
    frozen.advance(LIFETIMES["invitation"])
    asked_for_link(frozen, email=person.email)
    person.cookie = frozen.follow_link(person.email)
    person.invited("viewer", email=email)
    frozen.browser().post(frozen.mailed_link(email))


def test_the_last_owner_goes_after_somebody_else_was_made_owner(world: World) -> None:
    person = owner(world)
    other = person.joined_by("viewer")
    seat, others = own_seat(person), own_seat(other)
    code = "last_owner_cannot_demote_or_remove"
    assert refusal(lambda: person.call("DELETE", seat)).code == code
    assert refusal(lambda: person.call("DELETE", "/user")).code == code
    person.call("PATCH", others, {"role": "owner"})
    person.call("DELETE", seat)
    assert refusal(lambda: person.call("GET", "members")).code == "not_found"
    assert [member["role"] for member in other.call("GET", "members")] == ["owner"]


def test_a_deleted_user_is_signed_out_and_cannot_sign_in(world: World) -> None:
    person = owner(world).joined_by("viewer")
    person.call("DELETE", "/user")
    assert refusal(lambda: person.call("GET", "/orgs")).code == "unauthorized"
    link = asked_for_link(world, email=person.email)
    assert refusal(lambda: world.browser().get(link)).code == "no_invitation"


@pytest.mark.parametrize("kind", ["flags", "configs", "segments"])
def test_each_kind_of_referrer_is_named_and_keeps_a_segment(world: World, kind: str) -> None:
    person = owner(world)
    person.call("POST", "environments", {"key": "production"})
    person.call("PUT", "segments/beta", {"people": ["ada"]})
    refers: dict[str, Any]
    free: dict[str, Any]
    if kind == "segments":
        refers, free = {"people": [], "includes": ["beta"]}, {"people": []}
        path = "segments/checkout"
    else:
        person.call("PUT", f"{kind}/checkout", {"name": "Checkout"})
        refers, free = {**ON, "rules": [{"segment": "beta", "serve": False}]}, ON
        path = f"environments/production/{kind}/checkout"
    person.call("PUT", path, refers)
    caught = refusal(lambda: person.call("DELETE", "segments/beta"))
    assert (caught.code, list(caught.members()["fields"])) == ("in_use", [f"{kind[:-1]}.checkout"])
    person.call("PUT", path, free)
    assert person.send("DELETE", "segments/beta").status_code == 204


@pytest.mark.parametrize("end", ["applied", "cancelled", "expired"])
@pytest.mark.parametrize("step", ["apply", "cancel"])
def test_nothing_is_done_with_a_proposal_in_its_final_state(world: World, end: str, step: str) -> None:
    person = owner(world)
    proposal = proposed(person)
    if end == "expired":
        world.advance(PROPOSAL_SECONDS)
        asked_for_link(world, email=person.email)
        person.cookie = world.follow_link(person.email)
    else:
        person.call("POST", f"{proposal}/{'apply' if end == 'applied' else 'cancel'}")
    caught = refusal(lambda: person.call("POST", f"{proposal}/{step}"))
    assert (caught.code, caught.status) == ("proposal_gone", 410)
    assert person.call("GET", proposal)["status"] == end


def test_a_proposal_is_applied_by_a_person(world: World) -> None:
    person = owner(world)
    proposal = proposed(person)
    editor = person.joined_by("editor")
    assert editor.call("POST", f"{proposal}/apply")["state"] == {**ON, "serve": False}
    assert person.call("GET", proposal)["status"] == "applied"
    program = person.token(requiresApproval=True)
    assert refusal(lambda: program.call("POST", f"{proposal}/apply")).code == "forbidden"


def test_after_drift_the_change_is_proposed_again(world: World) -> None:
    person = owner(world)
    state = "environments/production/flags/checkout"
    late = proposed(person)
    person.call("PUT", state, {"enabled": False, "serve": True, "rules": []})
    caught = refusal(lambda: person.call("POST", f"{late}/apply"))
    assert (caught.code, caught.members()) == ("version_drift", {"liveVersion": 1, "proposedVersion": 0})
    answer = person.token(requiresApproval=True).send("PUT", state, ON)
    assert person.call("POST", f"{answer.headers['location']}/apply")["state"] == ON


def test_a_proposal_is_open_until_its_last_second(frozen: World) -> None:
    person = owner(frozen)
    proposal = proposed(person)
    frozen.advance(PROPOSAL_SECONDS - 1)
    asked_for_link(frozen, email=person.email)
    person.cookie = frozen.follow_link(person.email)
    assert person.call("GET", proposal)["status"] == "open"
    frozen.advance(1)
    assert person.call("GET", proposal)["status"] == "expired"


def test_mixed_changes_are_proposed_one_by_one(world: World) -> None:
    person = owner(world)
    state = person.flag()
    program = person.token(requiresApproval=True)
    assert refusal(lambda: program.call("PUT", state, ON)).code == "approval_not_supported"
    for change in ({**ON, "serve": False}, ON):
        proposal = program.send("PUT", state, change).headers["location"]
        person.call("POST", f"{proposal}/apply")
    assert person.call("GET", state)["state"] == ON


def test_an_organisation_goes_when_its_slug_is_typed(world: World) -> None:
    person = owner(world)
    slug = person.org.removeprefix("/orgs/")
    state = person.flag()
    person.call("PUT", state, ON)
    program = person.token()
    assert (
        refusal(lambda: person.call("DELETE", "", {"confirm": slug.upper()})).code == "invalid_confirmation"
    )
    assert person.send("DELETE", "", {"confirm": slug}).status_code == 204
    assert refusal(lambda: person.call("GET", "flags")).code == "not_found"
    assert refusal(lambda: program.call("GET", "flags")).code == "unauthorized"
    person.call("POST", "/orgs", {"slug": slug, "name": "Acme again"})
