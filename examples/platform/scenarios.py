"""One scenario per code, in the contract's order: real requests that end in the problem."""

from __future__ import annotations

from typing import Any

from examples.identity.one_time import LIFETIMES
from examples.platform.plans import DAY, DAYS_TO_PAY, DAYS_TO_SUSPENSION
from examples.platform.world import World
from examples.stage import scenario

Scenario = scenario.Scenario[World]

PASSWORD = "correct horse"  # noqa: S105 - made up
CARD = {"kind": "card", "reference": "tok_4242"}
TRANSFER = {"kind": "transfer", "reference": "Ada Example"}
IMAGE = {"image": "registry.example/web:1"}
PREVIEW = {**IMAGE, "preview": True}
COMMIT = {"commit": "4f0c2d1"}


class User:
    """Somebody with an account in the world. What a call answers comes as JSON."""

    def __init__(self, world: World, *, is_verified: bool = True) -> None:
        self.world, self.email, self.credential = world, world.new_email(), ""
        self.id: str = self.call("POST", "/v1/auth/signup", self.login)["id"]
        if is_verified:
            self.call("POST", "/v1/auth/verification", {"token": self.mailed_token()})
            self.log_in()

    @property
    def login(self) -> dict[str, str]:
        """What the user logs in with."""
        return {"email": self.email, "password": PASSWORD}

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Makes a request with the user's credential."""
        options: dict[str, Any] = {} if body is None else {"json": body}
        answer = self.world.client(self.credential).request(method, path, **options)
        return answer.json() if answer.content else None

    def log_in(self) -> Any:
        """Logs in by password, and calls with the access token from now on."""
        answer = self.call("POST", "/v1/auth/login", self.login)
        self.credential = answer["access_token"]
        return answer

    def use_key(self) -> Any:
        """Makes an API key, and calls with it from now on."""
        made = self.call("POST", "/v1/api-keys", {"name": "ci"})
        self.credential = made["key"]
        return made

    def mailed_token(self) -> str:
        """The token of the link that was mailed last."""
        return self.world.mailbox.link(self.email).partition("token=")[2]

    def choose(self, plan: str) -> Any:
        return self.call("POST", "/v1/billing/plan", {"plan": plan})

    def pay_by(self, method: dict[str, str]) -> Any:
        return self.call("POST", "/v1/billing/payment-methods", method)

    def deploy(self, wanted: dict[str, Any] = IMAGE) -> Any:
        return self.call("POST", "/v1/deployments", wanted)

    def build(self) -> Any:
        return self.call("POST", "/v1/builds", COMMIT)


def on_pro(world: World, method: dict[str, str] = CARD) -> User:
    """Somebody on the plan Pro, who calls by a key: it does not expire."""
    user = User(world)
    user.use_key()
    user.pay_by(method)
    user.choose("pro")
    return user


def org_of(user: User) -> str:
    """A new organisation of the user's."""
    slug: str = user.call("POST", "/v1/orgs", {"name": "Acme"})["org"]
    return slug


# ---------------------------------------------------------------------------- billing and subscription


def deploys_without_plan(world: World) -> object:
    return User(world).deploy()


def pro_without_payment_method(world: World) -> object:
    return User(world).choose("pro")


def project_without_plan(world: World) -> object:
    return User(world).call("POST", "/v1/projects", {"name": "website"})


def invoice_overdue(world: World) -> object:
    user = on_pro(world, TRANSFER)
    world.advance(DAYS_TO_PAY * DAY)
    return user.deploy()


def invoice_long_overdue(world: World) -> object:
    user = on_pro(world, TRANSFER)
    world.advance((DAYS_TO_PAY + DAYS_TO_SUSPENSION) * DAY)
    return user.deploy()


def cancelled(world: World) -> object:
    user = User(world)
    user.choose("hobby")
    user.call("DELETE", "/v1/billing/subscription")
    return user.deploy()


def no_subscription(world: World) -> object:
    return User(world).call("GET", "/v1/billing/subscription")


def limit_without_subscription(world: World) -> object:
    return User(world).call("PATCH", "/v1/billing/spend-limit", {"cents": 1_000})


# ---------------------------------------------------------------------------- usage limits


def third_deployment(world: World) -> object:
    user = on_pro(world)
    user.call("PATCH", "/v1/billing/spend-limit", {"cents": 500})
    return [user.deploy() for _ in range(3)]


def third_build(world: World) -> object:
    user = User(world)
    user.use_key()
    return [user.build() for _ in range(3)]


def eleven_mails(world: World) -> object:
    address = {"email": world.new_email()}
    return [world.client().post("/v1/auth/password-reset", json=address) for _ in range(11)]


def impatient_account(world: World) -> object:
    user = User(world)
    return [user.call("GET", "/v1/account") for _ in range(200)]


# ---------------------------------------------------------------------------- authentication


def nobody(world: World) -> object:
    return world.client().get("/v1/account")


def wrong_password(world: World) -> object:
    user = User(world)
    return user.call("POST", "/v1/auth/login", {**user.login, "password": "battery staple"})


def builds_by_login(world: World) -> object:
    return User(world).build()


def revoked_key(world: World) -> object:
    user = User(world)
    login, made = user.credential, user.use_key()
    world.client(login).delete(f"/v1/api-keys/{made['id']}")
    return user.build()


def preview_on_hobby(world: World) -> object:
    user = User(world)
    user.choose("hobby")
    return user.deploy(PREVIEW)


def outsider(world: World) -> object:
    org = org_of(User(world))
    return User(world).call("GET", f"/v1/orgs/{org}")


# ---------------------------------------------------------------------------- account


def signs_up_twice(world: World) -> object:
    user = User(world)
    return user.call("POST", "/v1/auth/signup", user.login)


def broken_link(world: World) -> object:
    return world.client().post("/v1/auth/password", json={"token": "4f0c", "password": PASSWORD})


def old_link(world: World) -> object:
    user = User(world)
    user.call("POST", "/v1/auth/password-reset", {"email": user.email})
    world.advance(LIFETIMES["password_reset"])
    new = {"token": user.mailed_token(), "password": PASSWORD}
    return user.call("POST", "/v1/auth/password", new)


def provider_account(world: World) -> str:
    """The address of an account that a person has made by logging in through the provider."""
    email, browser = world.new_email(), world.browser()
    browser.visit("/login/github")
    browser.submit()
    browser.submit(email=email)
    return email


def password_of_provider_account(world: World) -> object:
    login = {"email": provider_account(world), "password": PASSWORD}
    return world.client().post("/v1/auth/login", json=login)


def old_invite(world: World) -> object:
    owner, guest = User(world), User(world)
    guest.use_key()
    owner.call("POST", f"/v1/orgs/{org_of(owner)}/invitations", {"email": guest.email})
    world.advance(LIFETIMES["invitation"])
    return guest.call("POST", "/v1/invitations/accept", {"token": guest.mailed_token()})


def unverified(world: World) -> object:
    return User(world, is_verified=False).log_in()


# ---------------------------------------------------------------------------- internal


def flags_fail(world: World) -> object:
    user = on_pro(world)
    world.upstream.reply(f"/features/previews/{user.id}", "out of order", status=500)
    return user.deploy(PREVIEW)


def flags_stall(world: World) -> object:
    user = on_pro(world)
    world.upstream.reply(f"/features/previews/{user.id}", conduct="stall")
    return user.deploy(PREVIEW)


def flags_babble(world: World) -> object:
    user = on_pro(world)
    world.upstream.reply(f"/features/previews/{user.id}", "<p>Welcome!</p>")
    return user.deploy(PREVIEW)


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("no_active_plan", "a deployment without a plan", deploys_without_plan),
    Scenario("billing_info_required", "Pro without a payment method", pro_without_payment_method),
    Scenario("plan_required", "a project without a plan", project_without_plan),
    Scenario("payment_past_due", "an invoice two weeks old", invoice_overdue),
    Scenario("subscription_suspended", "an invoice overdue for a month", invoice_long_overdue),
    Scenario("subscription_inactive", "a deployment after cancelling", cancelled),
    Scenario("subscription_not_found", "reading a subscription that never began", no_subscription),
    Scenario("no_active_subscription", "a spend limit without a subscription", limit_without_subscription),
    Scenario("spend_limit_exceeded", "a third deployment for 5.00 EUR", third_deployment),
    Scenario("credits_depleted", "a third build for 24 credits", third_build),
    Scenario("rate_limit_exceeded", "an eleventh mail within ten minutes", eleven_mails),
    Scenario("auth_required", "no credential", nobody),
    Scenario("api_key_required", "a build by the token of a login", builds_by_login),
    Scenario("pro_required", "a preview on the plan Hobby", preview_on_hobby),
    Scenario("not_a_member", "the organisation of somebody else", outsider),
    Scenario("email_exists", "signing up twice", signs_up_twice),
    Scenario("token_invalid", "a reset link that broke in two", broken_link),
    Scenario("token_expired", "a reset link an hour old", old_link),
    Scenario("social_login_only", "a password for a provider's account", password_of_provider_account),
    Scenario("invite_expired", "an invitation a week old", old_invite),
    Scenario("email_verification_required", "a login before the verification", unverified),
    Scenario("feature_check_failed", "the service of feature flags fails", flags_fail),
)
"""One per code."""

VARIANTS: tuple[Scenario, ...] = (
    Scenario("rate_limit_exceeded", "one account asks without a pause", impatient_account),
    Scenario("auth_required", "a wrong password", wrong_password),
    Scenario("api_key_required", "a build by a key that was revoked", revoked_key),
    Scenario("feature_check_failed", "the service of feature flags stalls", flags_stall),
    Scenario("feature_check_failed", "the service of feature flags answers something else", flags_babble),
)
"""Other ways to some of them."""
