"""One scenario per code, in the contract's order: real requests that end in the problem."""

from __future__ import annotations

from typing import Any

from examples.browsers.clean_up import clean_up
from examples.browsers.world import World
from examples.identity.keys import GRACE_SECONDS, Keyring
from examples.identity.one_time import LIFETIMES
from examples.identity.step_up import code_at
from examples.stage import scenario

Scenario = scenario.Scenario[World]

PASSWORD = "correct horse battery"  # noqa: S105 - nobody's
PAGE = "<html><body><h1 id='title'>Shop</h1><p class='price'>12 EUR</p></body></html>"


class User:
    """Somebody with an account in the world. What a call answers comes as JSON."""

    def __init__(self, world: World, key: str | None = None, email: str = "") -> None:
        self.world = world
        self.email = email or sign_up(world)
        if key is None and not email:
            follow(world, self.email, "verify-email")
        self.key = key or log_in(world, self.email)

    def call(self, method: str, path: str, body: object = None, **options: Any) -> Any:
        """Makes a request with the user's key."""
        if body is not None:
            options["json"] = body
        answer = self.world.client(self.key).request(method, path, **options)
        return answer.json() if answer.content else None

    def mint(self, *scopes: str) -> Any:
        """Mints a key."""
        return self.call("POST", "/v1/api-keys", {"scopes": scopes})

    def with_key(self, key: str) -> User:
        """The same user, by another key."""
        return User(self.world, key, self.email)

    def session(self, **words: object) -> str:
        """Starts a session."""
        return str(self.call("POST", "/v1/sessions", words)["id"])

    def open(self, url: str) -> str:
        """Starts a session and opens a page in it."""
        session = self.session()
        self.call("POST", f"/v1/sessions/{session}/navigate", {"url": url})
        return session

    def profile(self, name: str = "shop", **words: object) -> Any:
        """Makes a profile."""
        return self.call("POST", "/v1/profiles", {"name": name, **words})

    def say(self, session: str, **options: Any) -> Any:
        """Says something to the agent."""
        path = f"/v1/sessions/{session}/agent/messages"
        return self.call("POST", path, {"text": "What does it cost?"}, **options)

    def bundled(self, **wanted: object) -> Any:
        """Changes what the bundled model is allowed."""
        return self.call("PATCH", "/v1/account/me/bundled-llm-settings", wanted)

    def pair(self, session: str, client: str, transition: str) -> Any:
        """Takes a step in pair mode."""
        body = {"client_id": client, "transition": transition}
        return self.call("POST", f"/v1/sessions/{session}/pair", body)

    def step_up(self) -> None:
        """Sets an authenticator app up, and confirms with what it shows."""
        secret = self.call("POST", "/v1/auth/mfa/enrol")["secret"]
        self.call("POST", "/v1/auth/mfa/step-up", {"code": code_at(secret, self.world.clock())})


def sign_up(world: World) -> str:
    """Signs up with an address of one's own."""
    email = world.new_email()
    world.client().post("/v1/auth/signup", json={"email": email, "password": PASSWORD})
    return email


def log_in(world: World, email: str, password: str = PASSWORD) -> str:
    """Logs in, and gives the key."""
    login = {"email": email, "password": password}
    return str(world.client().post("/v1/auth/login", json=login).json()["key"])


def follow(world: World, email: str, action: str) -> object:
    """Follows the link that was mailed last."""
    token = world.mailbox.link(email).partition("?token=")[2]
    return world.client().post(f"/v1/auth/{action}", json={"token": token})


# ---------------------------------------------------------------------------- requests


def capacity_of_nothing(world: World) -> object:
    return User(world).profile(capacity=0)


def malformed_url(world: World) -> object:
    return User(world).open("http://[shop.example/")


def capacity_in_words(world: World) -> object:
    return User(world).profile(capacity="many")


# ---------------------------------------------------------------------------- accounts and keys


def no_key(world: World) -> object:
    return world.client().get("/v1/account/me")


def unreadable_field(world: World) -> object:
    return world.client(headers={"Authorization": "Basic YWRhOg=="}).get("/v1/account/me")


def wrong_prefix(world: World) -> object:
    return world.client("sk_live_4f0c").get("/v1/account/me")


def unknown_key(world: World) -> object:
    key = Keyring("ds_live_", b"the secret of another deployment").mint().text
    return world.client(key).get("/v1/account/me")


def revoked_key(world: World) -> object:
    owner = User(world)
    made = owner.mint("sessions:read")
    owner.call("DELETE", f"/v1/api-keys/{made['id']}")
    return owner.with_key(made["key"]).call("GET", "/v1/account/me")


def retired_key(world: World) -> object:
    owner = User(world)
    made = owner.mint("sessions:read")
    owner.call("POST", f"/v1/api-keys/{made['id']}/rotate")
    world.advance(GRACE_SECONDS)
    clean_up(world.settings)  # as cron does once a day
    return owner.with_key(made["key"]).call("GET", "/v1/account/me")


def rotated_key(world: World) -> object:
    owner = User(world)
    made = owner.mint("sessions:read")
    owner.call("POST", f"/v1/api-keys/{made['id']}/rotate")
    world.advance(GRACE_SECONDS)
    return owner.with_key(made["key"]).call("GET", "/v1/account/me")


def link_used_twice(world: World) -> object:
    email = sign_up(world)
    follow(world, email, "verify-email")
    return follow(world, email, "verify-email")


def late_reset(world: World) -> object:
    email = sign_up(world)
    world.client().post("/v1/auth/password-reset", json={"email": email})
    token = world.mailbox.link(email).partition("?token=")[2]
    world.advance(LIFETIMES["password_reset"])
    link = {"token": token, "password": PASSWORD}
    return world.client().post("/v1/auth/password-reset/follow", json=link)


def malformed_magic_link(world: World) -> object:
    return world.client().post("/v1/auth/magic-link/follow", json={"token": "none"})


def unverified_login(world: World) -> object:
    return log_in(world, sign_up(world))


def wrong_password(world: World) -> object:
    return log_in(world, User(world).email, "wrong horse battery")


def unknown_account(world: World) -> object:
    return log_in(world, world.new_email())


# ---------------------------------------------------------------------------- permissions


def reading_key_starts_session(world: World) -> object:
    owner = User(world)
    return owner.with_key(owner.mint("sessions:read")["key"]).session()


def closing_unconfirmed(world: World) -> object:
    return User(world).call("DELETE", "/v1/account/me")


def new_terms(world: World) -> object:
    user = User(world)
    world.publish_terms()
    return user.session()


# ---------------------------------------------------------------------------- resources and limits


def foreign_session(world: World) -> object:
    session = User(world).session()
    return User(world).call("GET", f"/v1/sessions/{session}")


def missing_session(world: World) -> object:
    return User(world).call("GET", "/v1/sessions/session_0000000000000000")


def same_name(world: World) -> object:
    user = User(world)
    user.profile("shop")
    return user.profile("shop")


def name_of_tombstone(world: World) -> object:
    user = User(world)
    user.call("DELETE", f"/v1/profiles/{user.profile('shop')['id']}")
    return user.profile("shop")


def key_with_another_body(world: World) -> object:
    user, headers = User(world), {"Idempotency-Key": '"order-66"'}
    user.call("POST", "/v1/profiles", {"name": "shop"}, headers=headers)
    return user.call("POST", "/v1/profiles", {"name": "bank"}, headers=headers)


def one_session_too_many(world: World) -> object:
    user = User(world)
    return [user.session() for _ in range(4)]


def one_profile_too_many(world: World) -> object:
    user = User(world)
    return [user.profile(f"shop {number}") for number in range(4)]


def one_key_too_many(world: World) -> object:
    user = User(world)
    return [user.mint("sessions:read") for _ in range(4)]


def too_fast(world: World) -> object:
    user = User(world)
    return [user.call("DELETE", f"/v1/sessions/{user.session()}") for _ in range(6)]


# ---------------------------------------------------------------------------- sessions and platform


def destroyed_session(world: World) -> object:
    user = User(world)
    session = user.session()
    user.call("DELETE", f"/v1/sessions/{session}")
    return user.call("GET", f"/v1/sessions/{session}/exports/text")


def missing_selector(world: World) -> object:
    user = User(world)
    session = user.open(world.upstream.reply("/shop", PAGE))
    wanted = {"selector": "#checkout", "timeout_ms": 200}
    return user.call("POST", f"/v1/sessions/{session}/wait", wanted)


def slow_page(world: World) -> object:
    return User(world).open(world.upstream.reply("/slow", PAGE, conduct="stall"))


def failing_model(world: World) -> object:
    user = User(world)
    user.bundled(bundled_llm_consent=True)
    session = user.session()
    with world.failing_model():
        return user.say(session)


def page_broken_off(world: World) -> object:
    return User(world).open(world.upstream.reply("/broken", PAGE, conduct="break_off"))


def closed_host(world: World) -> object:
    return User(world).open(world.closed_url)


def pdf(world: World) -> object:
    user = User(world)
    session = user.open(world.upstream.reply("/shop", PAGE))
    return user.call("GET", f"/v1/sessions/{session}/exports/pdf")


def avatar(world: World) -> object:
    return User(world).call("PUT", "/v1/account/me/avatar", content=b"GIF89a")


# ---------------------------------------------------------------------------- agents and pair mode


def no_model_key(world: World) -> object:
    user = User(world)
    session = user.session()
    with world.without_bundled_key():  # as in a deployment that has no bundled model
        return user.say(session)


def month_used_up(world: World) -> object:
    user = User(world)
    user.bundled(bundled_llm_consent=True)
    world.answer_as_model(tokens=4_000_000)  # 20 USD
    session = user.session()
    user.say(session)
    return user.say(session)


def no_consent(world: World) -> object:
    user = User(world)
    return user.say(user.session())


def two_take_over(world: World) -> object:
    user = User(world)
    session = user.session()
    user.pair(session, "client_ada", "takeover")
    return user.pair(session, "client_bob", "takeover")


def handback_before_takeover(world: World) -> object:
    user = User(world)
    return user.pair(user.session(), "client_ada", "handback")


def signing_up_again(world: World) -> object:
    credentials = {"email": sign_up(world), "password": PASSWORD}
    return world.client().post("/v1/auth/signup", json=credentials)


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("bad-request", "a profile with a capacity of 0", capacity_of_nothing),
    Scenario("validation-failed", "a capacity in words", capacity_in_words),
    Scenario("unauthorized", "no Authorization header", no_key),
    Scenario("invalid-key", "a key with another prefix", wrong_prefix),
    Scenario("revoked-key", "a key that was revoked by hand", revoked_key),
    Scenario("expired-key", "a key 24 hours after its rotation", rotated_key),
    Scenario("invalid-auth-token", "the link of a signup, followed twice", link_used_twice),
    Scenario("email-not-verified", "a login before the link was followed", unverified_login),
    Scenario("invalid-credentials", "a wrong password", wrong_password),
    Scenario("forbidden", "a key for reading starts a session", reading_key_starts_session),
    Scenario("mfa-step-up-required", "closing an account, unconfirmed", closing_unconfirmed),
    Scenario("legal-acceptance-required", "a new revision of the terms", new_terms),
    Scenario("not-found", "a session of somebody else", foreign_session),
    Scenario("conflict", "a second profile of the same name", same_name),
    Scenario("concurrency-limit", "a fourth session at the same time", one_session_too_many),
    Scenario("tier-limit", "a fourth profile", one_profile_too_many),
    Scenario("rate-limited", "a sixth session within a minute", too_fast),
    Scenario("session-destroyed", "reading a destroyed session's page", destroyed_session),
    Scenario("session-timeout", "waiting for what never appears", missing_selector),
    Scenario("internal", "the model's host fails", failing_model),
    Scenario("driver-error", "a page that breaks off", page_broken_off),
    Scenario("driver-not-integrated", "a page as PDF", pdf),
    Scenario("feature-unavailable", "an avatar, and no bucket", avatar),
    Scenario("byok-anthropic-required", "no bundled model, and no own key", no_model_key),
    Scenario("bundled-llm-budget-exhausted", "20 USD spent this month", month_used_up),
    Scenario("bundled-llm-consent-required", "a message without consent", no_consent),
    Scenario("pair-mode-conflict", "two clients take a session over", two_take_over),
    Scenario("pair-mode-invalid-transition", "a handback before any takeover", handback_before_takeover),
    Scenario("email-already-registered", "signing up a second time", signing_up_again),
)
"""One per code."""

VARIANTS: tuple[Scenario, ...] = (
    Scenario("bad-request", "a malformed URL", malformed_url),
    Scenario("unauthorized", "another scheme than Bearer", unreadable_field),
    Scenario("invalid-key", "a key of another deployment", unknown_key),
    Scenario("revoked-key", "a rotated key after the clean-up", retired_key),
    Scenario("invalid-auth-token", "a password reset an hour old", late_reset),
    Scenario("invalid-auth-token", "a malformed magic link", malformed_magic_link),
    Scenario("invalid-credentials", "no such account", unknown_account),
    Scenario("not-found", "a session that never was", missing_session),
    Scenario("conflict", "the name of a deleted profile", name_of_tombstone),
    Scenario("conflict", "an Idempotency-Key with another body", key_with_another_body),
    Scenario("tier-limit", "a fourth API key", one_key_too_many),
    Scenario("session-timeout", "a page that does not load", slow_page),
    Scenario("driver-error", "a host where nobody listens", closed_host),
)
"""Other ways to some of them."""
