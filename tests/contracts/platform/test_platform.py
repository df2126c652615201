"""Each row of the platform contract, asserted by real requests over HTTP."""

from __future__ import annotations

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

import httpx
import pytest

from examples.identity.one_time import LIFETIMES
from examples.platform.errors import contract, platform
from examples.platform.plans import DAY, DAYS_TO_PAY, DAYS_TO_SUSPENSION
from examples.platform.scenarios import CARD, PASSWORD, SCENARIOS, User, on_pro, org_of
from examples.platform.world import World
from failwell import Problem, Retry
from tests.contracts.answers import Answer
from tests.contracts.refusals import refusal

ALWAYS = {"type", "title", "status", "detail", "error_code"}
SITE = "https://platform.example"


class Row(NamedTuple):
    """What the contract says of a code. Without an action there is no `resolve`."""

    status: int
    action: str = ""
    url: str = ""
    call: str = ""
    retry: Retry = Retry.AFTER_ACTION


PLAN = ("select_plan", "/billing/plans", "POST /v1/billing/plan")
PAY = ("pay_invoice", "/billing/invoices", "POST /v1/billing/invoices/in_[0-9a-f]+/pay")
RESET = ("request_password_reset", "/forgot", "POST /v1/auth/password-reset")
INVITE = ("request_invite", "/orgs/acme-[0-9a-f]+/join", "POST /v1/orgs/acme-[0-9a-f]+/invite-requests")

CODES = {
    "no_active_plan": Row(402, *PLAN),
    "billing_info_required": Row(
        402, "add_payment_method", "/billing/payment", "POST /v1/billing/payment-methods"
    ),
    "plan_required": Row(402, *PLAN),
    "payment_past_due": Row(402, *PAY),
    "subscription_suspended": Row(402, *PAY),
    "subscription_inactive": Row(
        402, "reactivate_subscription", "/billing", "POST /v1/billing/subscription/reactivate"
    ),
    "subscription_not_found": Row(404, *PLAN),
    "no_active_subscription": Row(409, *PLAN),
    "spend_limit_exceeded": Row(402, "raise_spend_limit", "/billing/limits", "PATCH /v1/billing/spend-limit"),
    "credits_depleted": Row(402, "buy_credits", "/billing/credits", "POST /v1/billing/credits"),
    "rate_limit_exceeded": Row(429, retry=Retry.LATER),
    "auth_required": Row(401, "log_in", "/login", "POST /v1/auth/login"),
    "api_key_required": Row(401, "create_api_key", "/settings/keys", "POST /v1/api-keys"),
    "pro_required": Row(403, "upgrade_plan", "/billing/plans", "POST /v1/billing/plan"),
    "not_a_member": Row(403, *INVITE),
    "email_exists": Row(409, "log_in", "/login", retry=Retry.NEVER),
    "token_invalid": Row(400, *RESET),
    "token_expired": Row(410, *RESET),
    "social_login_only": Row(409, "log_in_with_provider", "/login/github"),
    "invite_expired": Row(410, *INVITE),
    "email_verification_required": Row(403, "verify_email", "/verify", "POST /v1/auth/verification-email"),
    "feature_check_failed": Row(500, "contact_support", "/support", retry=Retry.LATER),
}
"""The contract, in its order, written out apart from the catalog."""


# ---------------------------------------------------------------------------- the 22 rows


@pytest.mark.parametrize("code", CODES)
def test_code(code: str, answers: Mapping[str, list[Answer]]) -> None:
    row = CODES[code]
    for caught, response in answers[code]:
        body = response.json()
        assert type(caught) is platform.types[code]
        assert isinstance(caught, Problem)
        assert response.headers["content-type"] == "application/problem+json"
        assert response.headers["cache-control"] == "no-store"
        assert body.keys() == ALWAYS | ({"resolve"} if row.action else set())
        assert (body["error_code"], body["status"], response.status_code) == (code, row.status, row.status)
        assert body["type"] == f"https://errors.platform.example/{code}"
        assert caught.retry is row.retry
        assert response.headers["x-request-id"] == caught.request_id
        assert ("www-authenticate" in response.headers) == (row.status == 401)
        assert ("retry-after" in response.headers) == (row.status == 429)
        assert not [name for name in response.headers if "ratelimit" in name]
        assert contract.parse(response.status_code, response.headers, response.content) == caught


@pytest.mark.parametrize("code", [code for code, row in CODES.items() if row.action])
def test_resolve_says_the_way_out_without_a_placeholder(
    code: str, answers: Mapping[str, list[Answer]]
) -> None:
    row = CODES[code]
    for _, response in answers[code]:
        resolve = response.json()["resolve"]
        assert resolve["action"] == row.action
        assert resolve["message"]
        assert re.fullmatch(SITE + row.url, resolve["url"])
        if row.call:
            assert resolve.keys() == {"action", "message", "url", "method", "endpoint"}
            assert re.fullmatch(row.call, f"{resolve['method']} {resolve['endpoint']}")
        else:
            assert resolve.keys() == {"action", "message", "url"}


def test_codes_are_those_of_the_contract_in_its_order() -> None:
    own = [code for code, cls in platform.types.items() if cls.problem_type.category != "Standard"]
    assert own == list(CODES) == [scenario.code for scenario in SCENARIOS]
    assert len(own) == 22


def test_a_title_never_differs_between_occurrences(answers: Mapping[str, list[Answer]]) -> None:
    for code, found in answers.items():
        assert {answer.response.json()["title"] for answer in found} == {platform.types[code].title}


def test_details_say_what_happened_this_time(answers: Mapping[str, list[Answer]], world: World) -> None:
    def detail(code: str) -> str:
        return str(answers[code][0].response.json()["detail"])

    assert detail("plan_required") == 'The project "website" was not created: the account has no plan.'
    assert re.fullmatch(
        r"The spend limit of 5\.00 EUR for \w+ \d{4} is reached\.", detail("spend_limit_exceeded")
    )
    assert detail("credits_depleted") == "The credit balance is 0, and the build costs 12 credits."
    assert detail("rate_limit_exceeded") == "Too many requests: 10 in 10 minutes are admitted."
    assert re.fullmatch(
        r"The subscription was cancelled and ended on \d+ \w+ \d{4}\.", detail("subscription_inactive")
    )


def test_retry_after_is_the_wait_and_then_the_request_succeeds(world: World) -> None:
    address = {"email": world.new_email()}

    def ask() -> httpx.Response:
        return world.client().post("/v1/auth/password-reset", json=address)

    for _ in range(10):
        ask()
    with pytest.raises(platform.types["rate_limit_exceeded"]):
        ask()
    wait = int(world.responses[-1].headers["retry-after"])
    assert 0 < wait <= 60
    world.advance(wait)
    assert ask().status_code == 202


@pytest.mark.parametrize("endpoint", ["signup", "login"])
def test_endpoints_that_tell_who_has_an_account_are_limited(world: World, endpoint: str) -> None:
    login = User(world, is_verified=False).login
    codes = [
        refusal(partial(world.client().post, f"/v1/auth/{endpoint}", json=login)).code for _ in range(10)
    ]
    told = "email_exists" if endpoint == "signup" else "email_verification_required"
    assert codes[:5] == [told] * 5
    assert codes[-1] == "rate_limit_exceeded"


def test_limits_are_told_by_retry_after_alone(world: World, answers: Mapping[str, list[Answer]]) -> None:
    """Of the scenarios, and of the other tests that ran in this world before."""
    assert len(world.responses) > len(answers)
    for response in world.responses:
        assert all("ratelimit" not in name for name in response.headers)
        assert ("retry-after" in response.headers) == (response.status_code == 429)


# ---------------------------------------------------------------------------- to the second


def test_an_invoice_is_due_and_then_a_subscription_suspended_at_exactly_their_days(frozen: World) -> None:
    user = on_pro(frozen, {"kind": "transfer", "reference": "Ada Example"})
    frozen.advance(DAYS_TO_PAY * DAY - 1)
    assert user.deploy()
    frozen.advance(1)
    assert refusal(user.deploy).code == "payment_past_due"
    frozen.advance(DAYS_TO_SUSPENSION * DAY - 1)
    assert refusal(user.deploy).code == "payment_past_due"
    frozen.advance(1)
    assert refusal(user.deploy).code == "subscription_suspended"


def test_an_invitation_is_good_for_a_week_to_the_second(frozen: World) -> None:
    owner, guest = User(frozen), User(frozen)
    for user in (owner, guest):
        user.use_key()  # logins end before
    org = org_of(owner)

    def invited() -> dict[str, str]:
        owner.call("POST", f"/v1/orgs/{org}/invitations", {"email": guest.email})
        return {"token": guest.mailed_token()}

    late = invited()
    frozen.advance(LIFETIMES["invitation"])
    assert refusal(lambda: guest.call("POST", "/v1/invitations/accept", late)).code == "invite_expired"
    in_time = invited()
    frozen.advance(LIFETIMES["invitation"] - 1)
    assert guest.email in guest.call("POST", "/v1/invitations/accept", in_time)["members"]


# ---------------------------------------------------------------------------- money


def test_the_spend_limit_holds_in_one_month_and_the_next_has_its_own(world: World) -> None:
    user = on_pro(world)
    user.call("PATCH", "/v1/billing/spend-limit", {"cents": 250})
    user.deploy()
    with pytest.raises(platform.types["spend_limit_exceeded"]):
        user.deploy()
    world.advance(31 * 86_400)
    assert user.deploy()["cents"] == 250


def test_a_card_pays_at_once_and_a_plan_is_invoiced_once(world: World) -> None:
    user = on_pro(world)
    user.choose("pro")
    (invoice,) = user.call("GET", "/v1/billing/invoices")["invoices"]
    assert (invoice["cents"], invoice["is_paid"]) == (2_000, True)


def test_changing_to_a_free_plan_does_not_pay_what_is_overdue(world: World) -> None:
    user = on_pro(world, {"kind": "transfer", "reference": "Ada Example"})
    world.advance(14 * 86_400)
    user.choose("hobby")
    with pytest.raises(platform.types["payment_past_due"]):
        user.deploy()


def test_somebody_elses_invoice_cannot_be_paid(world: World) -> None:
    (invoice,) = on_pro(world).call("GET", "/v1/billing/invoices")["invoices"]
    with pytest.raises(platform.types["not_found"]):
        User(world).call("POST", f"/v1/billing/invoices/{invoice['id']}/pay")


@pytest.mark.parametrize("rest", ["credits", "budget"])
def test_many_requests_at_once_use_up_no_more_than_there_is(world: World, rest: str) -> None:
    user = on_pro(world)  # with 24 credits, of which a build costs 12
    user.call("PATCH", "/v1/billing/spend-limit", {"cents": 500})

    def use(_: int) -> bool:
        try:
            user.build() if rest == "credits" else user.deploy()
        except platform.types["credits_depleted" if rest == "credits" else "spend_limit_exceeded"]:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(use, range(12))) == 2


def test_a_link_that_two_follow_at_once_serves_once(world: World) -> None:
    user = User(world, is_verified=False)
    token = {"token": user.mailed_token()}

    def verify(_: int) -> int:
        try:
            user.call("POST", "/v1/auth/verification", token)
        except Problem as problem:
            return problem.status
        return 204

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(verify, range(4))) == [204, 400, 400, 400]


# ---------------------------------------------------------------------------- what serves once


def test_a_reset_link_is_void_once_used_or_followed_by_a_newer_one(world: World) -> None:
    user = User(world)

    def ask() -> dict[str, str]:
        user.call("POST", "/v1/auth/password-reset", {"email": user.email})
        return {"token": user.mailed_token(), "password": PASSWORD}

    first, second = ask(), ask()
    with pytest.raises(platform.types["token_invalid"]):
        user.call("POST", "/v1/auth/password", first)
    user.call("POST", "/v1/auth/password", second)
    with pytest.raises(platform.types["token_invalid"]):
        user.call("POST", "/v1/auth/password", second)


def test_a_reset_link_is_good_up_to_its_last_second(frozen: World) -> None:
    user = User(frozen)
    user.call("POST", "/v1/auth/password-reset", {"email": user.email})
    new = {"token": user.mailed_token(), "password": "another horse"}
    frozen.advance(3_599)
    user.call("POST", "/v1/auth/password", new)
    with pytest.raises(platform.types["auth_required"]):  # the new password has ended all sessions
        user.call("GET", "/v1/account")


def test_an_invitation_is_for_the_address_that_it_was_mailed_to(world: World) -> None:
    owner, guest, other = User(world), User(world), User(world)
    org = owner.call("POST", "/v1/orgs", {"name": "Acme"})["org"]
    owner.call("POST", f"/v1/orgs/{org}/invitations", {"email": guest.email})
    token = {"token": guest.mailed_token()}
    with pytest.raises(platform.types["not_found"]):
        other.call("POST", "/v1/invitations/accept", token)
    assert guest.email in guest.call("POST", "/v1/invitations/accept", token)["members"]


def test_a_provider_cannot_take_over_an_account_with_a_password(world: World) -> None:
    user, browser = User(world), world.browser()
    browser.visit("/login/github")
    browser.submit()
    with pytest.raises(Problem):
        browser.submit(email=user.email)
    response = world.responses[-1]
    assert (response.status_code, "platform_session" in response.cookies) == (409, False)
    assert '<a href="/login">Log in</a>' in response.text


def test_a_login_that_another_browser_began_is_not_finished(world: World) -> None:
    began, other = world.browser(), world.browser()
    began.visit("/login/github")
    began.submit()
    other.visit(began.url)
    with pytest.raises(Problem) as caught:
        other.submit(email=world.new_email())
    assert caught.value.status == 404


# ---------------------------------------------------------------------------- keys


def test_a_rotated_key_serves_for_one_more_day_to_the_second(frozen: World) -> None:
    user = User(frozen)
    login, old = user.credential, user.use_key()
    new = frozen.client(login).post(f"/v1/api-keys/{old['id']}/rotate").json()
    frozen.advance(86_399)
    assert frozen.client(old["key"]).get("/v1/account").status_code == 200
    frozen.advance(1)
    with pytest.raises(platform.types["auth_required"]):
        frozen.client(old["key"]).get("/v1/account")
    assert frozen.client(new["key"]).get("/v1/account").status_code == 200


def test_a_card_is_asked_for_by_paid_plans_only(world: World) -> None:
    user = User(world)
    assert user.choose("hobby")["is_active"]
    with pytest.raises(platform.types["billing_info_required"]):
        user.choose("pro")
    assert user.call("GET", "/v1/billing/subscription")["plan"] == "hobby"
    user.pay_by(CARD)
    assert user.choose("pro")["plan"] == "pro"
