"""One scenario per code, in the contract's order: real requests that end in the problem."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from examples.flags.guards import COOKIE
from examples.flags.proposals import PROPOSAL_SECONDS
from examples.flags.sign_in import LOGIN_SECONDS
from examples.flags.world import BROWSER, REQUESTS_PER_MINUTE, World
from examples.identity.one_time import LIFETIMES
from examples.stage import scenario

Scenario = scenario.Scenario[World]

ON: dict[str, Any] = {"enabled": True, "serve": True, "rules": []}
HALF_ON = {**ON, "serve": False}
LISTED = ["192.0.2.0/24"]  # nobody calls from there: it is for documentation


class Person:
    """Somebody who has signed in, at an organisation. What a call answers comes as JSON."""

    def __init__(self, world: World, email: str, cookie: str, org: str) -> None:
        self.world, self.email, self.cookie, self.org = world, email, cookie, f"/orgs/{org}"

    def send(self, method: str, path: str, body: object = None, **options: Any) -> httpx.Response:
        """Makes a request; a path that does not begin with a slash is of the organisation."""
        if body is not None:
            options["json"] = body
        address = path if path.startswith("/") else f"{self.org}/{path}".rstrip("/")
        return self._client().request(method, address, **options)

    def call(self, method: str, path: str, body: object = None, **options: Any) -> Any:
        """Makes a request, for what it answers."""
        answer = self.send(method, path, body, **options)
        return answer.json() if answer.content else None

    def _client(self) -> httpx.Client:
        return self.world.browser(self.cookie)

    def invited(self, role: str, *, email: str = "") -> str:
        """Invites somebody, and gives the address."""
        address = email or self.world.new_email()
        self.call("POST", "invitations", {"email": address, "role": role})
        return address

    def joined_by(self, role: str) -> Person:
        """Invites somebody who accepts."""
        address = self.invited(role)
        answer = self.world.browser().post(self.world.mailed_link(address))
        return Person(self.world, address, answer.cookies[COOKIE], self.org.removeprefix("/orgs/"))

    def token(self, *actions: str, **words: Any) -> Program:
        """Makes a token, by default for everything."""
        wanted = {"actions": actions or ("read", "write"), **words}
        made = self.call("POST", "tokens", wanted)
        return Program(self, made["token"], made["id"])

    def flag(self, key: str = "checkout", *, environment: str = "production") -> str:
        """Makes an environment and a flag, and gives the path of what the flag does there."""
        self.call("POST", "environments", {"key": environment})
        self.call("PUT", f"flags/{key}", {"name": "A new checkout"})
        return f"environments/{environment}/flags/{key}"


class Program(Person):
    """A program with a token that somebody made."""

    def __init__(self, maker: Person, token: str, token_id: str) -> None:
        super().__init__(maker.world, maker.email, maker.cookie, maker.org.removeprefix("/orgs/"))
        self.text, self.id = token, token_id

    def _client(self) -> httpx.Client:
        return self.world.client(self.text)


def founding(world: World, **words: str) -> dict[str, str]:
    """What somebody sends to found an organisation."""
    email = world.new_email()
    return {"email": email, "slug": email.partition("@")[0].replace(".", "-"), "name": "Acme"} | words


def owner(world: World, email: str = "") -> Person:
    """Somebody who has signed up, and owns an organisation."""
    wanted = founding(world, **({"email": email} if email else {}))
    world.browser().post("/auth/signup", json=wanted)
    return Person(world, wanted["email"], world.follow_link(wanted["email"]), wanted["slug"])


# ---------------------------------------------------------------------------- general


def no_email(world: World) -> object:
    return world.browser().post("/auth/magic-links", json={})


def no_credential(world: World) -> object:
    return world.browser().get("/orgs")


def revoked_token(world: World) -> object:
    person = owner(world)
    program = person.token()
    person.call("DELETE", f"tokens/{program.id}")
    return program.call("GET", "environments")


def login_over(world: World) -> object:
    person = owner(world)
    world.advance(LOGIN_SECONDS)
    return person.call("GET", "/orgs")


def others_proposal(world: World) -> object:
    person = owner(world)
    proposal = proposed(person)
    return person.joined_by("editor").call("POST", f"{proposal}/cancel")


def token_invites(world: World) -> object:
    return owner(world).token().invited("viewer")


def foreign_flag(world: World) -> object:
    foreign = owner(world)
    foreign.flag()
    return owner(world).call("GET", f"{foreign.org}/flags/checkout")


def missing_flag(world: World) -> object:
    return owner(world).call("GET", "flags/checkout")


def late_change(world: World) -> object:
    person = owner(world)
    state = person.flag()
    tag = person.send("GET", state).headers["ETag"]
    person.call("PUT", state, ON, headers={"If-Match": tag})
    return person.call("PUT", state, HALF_ON, headers={"If-Match": tag})


def mails_fail(world: World) -> object:
    # What happens to an operator: the disk of the outbox is full.
    with world.full_disk():
        return world.browser().post("/auth/magic-links", json={"email": world.new_email()})


def brand_new_environment(world: World) -> object:
    person = owner(world)
    person.flag()
    return person.token("read").call("GET", "environments/production/ruleset")


# ---------------------------------------------------------------------------- authentication


def asked_for_link(world: World, *, email: str = "") -> str:
    """Asks for a magic link, and gives its path."""
    address = email or owner(world).email
    world.browser().post("/auth/magic-links", json={"email": address})
    return world.mailed_link(address)


def broken_link(world: World, headers: Mapping[str, str] = BROWSER) -> object:
    return world.browser().get(asked_for_link(world)[:-1], headers=headers)


def link_used(world: World, headers: Mapping[str, str] = BROWSER) -> object:
    link = asked_for_link(world)
    world.browser().get(link, headers=headers)
    return world.browser().get(link, headers=headers)


def link_too_old(world: World, headers: Mapping[str, str] = BROWSER) -> object:
    link = asked_for_link(world)
    world.advance(LIFETIMES["magic_link"])
    return world.browser().get(link, headers=headers)


def nobody_invited(world: World, headers: Mapping[str, str] = BROWSER) -> object:
    link = asked_for_link(world, email=world.new_email())
    return world.browser().get(link, headers=headers)


JSON = {"Accept": "application/json"}


def claimed_before(world: World) -> object:
    owner(world)
    return world.browser().post("/auth/install-claim", json=founding(world))


def slug_taken_at_signup(world: World) -> object:
    taken = owner(world).org.removeprefix("/orgs/")
    return world.browser().post("/auth/signup", json=founding(world, slug=taken))


def slug_taken_later(world: World) -> object:
    person = owner(world)
    return person.call("POST", "/orgs", {"slug": person.org.removeprefix("/orgs/"), "name": "Acme"})


# ---------------------------------------------------------------------------- authorisation


def viewer_invites(world: World) -> object:
    return owner(world).joined_by("viewer").invited("viewer")


def reader_of_staging_writes(world: World) -> object:
    person = owner(world)
    state = person.flag()
    return person.token("read", environments=["staging"]).call("PUT", state, ON)


def reader_of_some_reads_all(world: World) -> object:
    person = owner(world)
    person.flag()
    return person.token("read", resources=["checkout*"]).call("GET", "environments/production/ruleset")


def reader_writes(world: World) -> object:
    person = owner(world)
    state = person.flag()
    return person.token("read").call("PUT", state, ON)


def token_of_staging(world: World) -> object:
    person = owner(world)
    state = person.flag()
    return person.token(environments=["staging"]).call("PUT", state, ON)


def token_of_search(world: World) -> object:
    person = owner(world)
    state = person.flag()
    return person.token(resources=["search-*"]).call("PUT", state, ON)


def from_elsewhere(world: World) -> object:
    return owner(world).token(allowedIps=LISTED).call("GET", "environments")


def too_fast(world: World) -> object:
    program = owner(world).token(rateLimitPerMin=2)
    return [program.call("GET", "environments") for _ in range(3)]


def too_fast_together(world: World) -> object:
    person = owner(world)
    programs = person.token(), person.token()
    rounds = REQUESTS_PER_MINUTE * 3  # units come back meanwhile, on a slow machine more of them
    return [programs[turn % 2].call("GET", "environments") for turn in range(rounds)]


def proposing_metadata(world: World) -> object:
    person = owner(world)
    person.flag()
    return person.token(requiresApproval=True).call("PATCH", "flags/checkout", {"name": "Checkout"})


def proposing_two_dimensions(world: World) -> object:
    person = owner(world)
    state = person.flag()
    return person.token(requiresApproval=True).call("PUT", state, ON)


# ---------------------------------------------------------------------------- members, invitations


def own_seat(person: Person) -> str:
    """The path of somebody's own seat."""
    seats = person.call("GET", "members")
    return f"members/{next(seat['id'] for seat in seats if seat['email'] == person.email)}"


def last_owner_steps_down(world: World) -> object:
    person = owner(world)
    return person.call("PATCH", own_seat(person), {"role": "editor"})


def last_owner_goes(world: World) -> object:
    person = owner(world)
    return person.call("DELETE", own_seat(person))


def last_active_owner_goes(world: World) -> object:
    person = owner(world)
    person.joined_by("owner").call("DELETE", "/user")
    return person.call("DELETE", own_seat(person))


def member_invited(world: World) -> object:
    person = owner(world)
    return person.invited("editor", email=person.joined_by("viewer").email)


def invited_twice(world: World) -> object:
    person = owner(world)
    return person.invited("viewer", email=person.invited("viewer"))


def accepted_twice(world: World) -> object:
    link = world.mailed_link(owner(world).invited("viewer"))
    world.browser().post(link)
    return world.browser().post(link)


def accepted_late(world: World) -> object:
    link = world.mailed_link(owner(world).invited("viewer"))
    world.advance(LIFETIMES["invitation"])
    return world.browser().post(link)


def deleted_user_invited(world: World) -> object:
    person = owner(world)
    deleted = person.joined_by("viewer")
    deleted.call("DELETE", "/user")
    link = world.mailed_link(person.invited("viewer", email=deleted.email))
    return world.browser().post(link)


# ---------------------------------------------------------------------------- segments


def segment_in_use(world: World) -> object:
    person = owner(world)
    state = person.flag()
    person.call("PUT", "segments/beta", {"people": ["ada"]})
    person.call("PUT", "segments/all", {"people": [], "includes": ["beta"]})
    person.call("PUT", state, {**ON, "rules": [{"segment": "beta", "serve": False}]})
    return person.call("DELETE", "segments/beta")


# ---------------------------------------------------------------------------- proposals


def proposed(person: Person, *, key: str = "checkout") -> str:
    """Has a token that requires approval change a flag, and gives the path of the proposal."""
    state = person.flag(key)
    answer = person.token(requiresApproval=True).send("PUT", state, {**ON, "serve": False})
    return answer.headers["Location"]


def applied_late(world: World) -> object:
    person = owner(world)
    proposal = proposed(person)
    person.call("PUT", "environments/production/flags/checkout", ON)
    return person.call("POST", f"{proposal}/apply")


def applied_twice(world: World) -> object:
    person = owner(world)
    proposal = proposed(person)
    person.call("POST", f"{proposal}/apply")
    return person.call("POST", f"{proposal}/apply")


def cancelled_twice(world: World) -> object:
    person = owner(world)
    proposal = proposed(person)
    person.call("POST", f"{proposal}/cancel")
    return person.call("POST", f"{proposal}/cancel")


def applied_after_weeks(world: World) -> object:
    person = owner(world)
    proposal = proposed(person)
    world.advance(PROPOSAL_SECONDS)
    asked_for_link(world, email=person.email)
    person.cookie = world.follow_link(person.email)
    return person.call("POST", f"{proposal}/apply")


# ---------------------------------------------------------------------------- confirmation


def nothing_typed(world: World) -> object:
    return owner(world).call("DELETE", "")


def other_slug_typed(world: World) -> object:
    return owner(world).call("DELETE", "", {"confirm": "acme"})


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("invalid_request", "a magic link for no email", no_email),
    Scenario("unauthorized", "no credential", no_credential),
    Scenario("forbidden", "an editor cancels the proposal of somebody else", others_proposal),
    Scenario("not_found", "a flag of another organisation", foreign_flag),
    Scenario("precondition_failed", "If-Match with a tag that has passed", late_change),
    Scenario("internal", "a mail that cannot be put into the outbox", mails_fail),
    Scenario("ruleset_not_cached", "an environment to which nothing was written", brand_new_environment),
    Scenario("magic_link_invalid", "a link that lost its last letter", broken_link),
    Scenario("magic_link_used", "a link followed twice", link_used),
    Scenario("magic_link_expired", "a link fifteen minutes old", link_too_old),
    Scenario("no_invitation", "a link for who was not invited", nobody_invited),
    Scenario("already_claimed", "claiming where there is an organisation", claimed_before),
    Scenario("slug_unavailable", "signing up with a slug that is taken", slug_taken_at_signup),
    Scenario("insufficient_role", "a viewer invites somebody", viewer_invites),
    Scenario("scope_denied", "a reader of staging writes to production", reader_of_staging_writes),
    Scenario("token_action_denied", "a reader writes", reader_writes),
    Scenario("token_env_out_of_scope", "a token of staging writes to production", token_of_staging),
    Scenario("token_resource_out_of_scope", "a token for search-* changes checkout", token_of_search),
    Scenario("token_ip_denied", "a call from an address that is not listed", from_elsewhere),
    Scenario("token_rate_limit", "a third request where two a minute are allowed", too_fast),
    Scenario("approval_not_supported", "a token that may only propose renames a flag", proposing_metadata),
    Scenario("last_owner_cannot_demote_or_remove", "the last owner steps down", last_owner_steps_down),
    Scenario("already_member", "inviting a member", member_invited),
    Scenario("invitation_pending", "inviting somebody twice", invited_twice),
    Scenario("invitation_used", "an invitation accepted twice", accepted_twice),
    Scenario("invitation_expired", "an invitation seven days old", accepted_late),
    Scenario("invitation_email_locked", "an invitation of a user who was deleted", deleted_user_invited),
    Scenario("in_use", "deleting a segment of a rule and of a segment", segment_in_use),
    Scenario("version_drift", "applying after another change", applied_late),
    Scenario("proposal_gone", "applying twice", applied_twice),
    Scenario("invalid_confirmation", "deleting an organisation with nothing typed", nothing_typed),
)
"""One per code."""

VARIANTS: tuple[Scenario, ...] = (
    Scenario("unauthorized", "a token that was revoked", revoked_token),
    Scenario("unauthorized", "a session twelve hours old", login_over),
    Scenario("forbidden", "a token invites somebody", token_invites),
    Scenario("not_found", "a flag that never was", missing_flag),
    Scenario("magic_link_invalid", "the same, asking for JSON", lambda world: broken_link(world, JSON)),
    Scenario("magic_link_used", "the same, asking for JSON", lambda world: link_used(world, JSON)),
    Scenario("magic_link_expired", "the same, asking for JSON", lambda world: link_too_old(world, JSON)),
    Scenario("no_invitation", "the same, asking for JSON", lambda world: nobody_invited(world, JSON)),
    Scenario("slug_unavailable", "founding another with a slug that is taken", slug_taken_later),
    Scenario("scope_denied", "a token for some flags reads the whole ruleset", reader_of_some_reads_all),
    Scenario("token_rate_limit", "two tokens use up the organisation's bucket", too_fast_together),
    Scenario("approval_not_supported", "two dimensions in one change", proposing_two_dimensions),
    Scenario("last_owner_cannot_demote_or_remove", "the last owner is removed", last_owner_goes),
    Scenario("last_owner_cannot_demote_or_remove", "the others were deleted", last_active_owner_goes),
    Scenario("proposal_gone", "cancelling twice", cancelled_twice),
    Scenario("proposal_gone", "applying after two weeks", applied_after_weeks),
    Scenario("invalid_confirmation", "another slug typed", other_slug_typed),
)
"""Other ways to some of them."""
