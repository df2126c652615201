"""`resolve` is real: for agents the call, for people the page's form; then the original request succeeds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pytest

from examples.platform.browser import Browser
from examples.platform.errors import platform
from examples.platform.scenarios import (
    CARD,
    PASSWORD,
    PREVIEW,
    TRANSFER,
    User,
    on_pro,
    org_of,
    provider_account,
)
from examples.platform.world import World
from failwell import Problem

HOBBY, PRO = {"plan": "hobby"}, {"plan": "pro"}
_DAY = 86_400


class Stuck(NamedTuple):
    """Somebody whose request fails.

    Attributes:
        user: who it is.
        request: what is repeated once the way out was taken.
        wanted: what the call and the form of the way out are given.
        then: what others do until the request can succeed, such as letting somebody in.
    """

    user: User
    request: Callable[[], object]
    wanted: Mapping[str, object] = {}
    then: Callable[[], object] = lambda: None


# ---------------------------------------------------------------------------- stuck in each way


def _without_plan(world: World) -> Stuck:
    user = User(world)
    return Stuck(user, user.deploy, HOBBY)


def _without_card(world: World) -> Stuck:
    user = User(world)
    return Stuck(user, lambda: user.choose("pro"), CARD)


def _project(world: World) -> Stuck:
    user = User(world)
    return Stuck(user, lambda: user.call("POST", "/v1/projects", {"name": "website"}), HOBBY)


def _overdue(world: World, *, days: int) -> Stuck:
    user = on_pro(world, TRANSFER)
    world.advance(days * _DAY)
    return Stuck(user, user.deploy)


def _cancelled(world: World) -> Stuck:
    user = User(world)
    user.choose("hobby")
    user.call("DELETE", "/v1/billing/subscription")
    return Stuck(user, user.deploy)


def _no_subscription(world: World) -> Stuck:
    user = User(world)
    return Stuck(user, lambda: user.call("GET", "/v1/billing/subscription"), HOBBY)


def _limit(world: World) -> Stuck:
    user = User(world)
    return Stuck(user, lambda: user.call("PATCH", "/v1/billing/spend-limit", {"cents": 100}), HOBBY)


def _over_budget(world: World) -> Stuck:
    user = on_pro(world)
    user.call("PATCH", "/v1/billing/spend-limit", {"cents": 250})
    user.deploy()
    return Stuck(user, user.deploy, {"cents": 500})


def _out_of_credits(world: World) -> Stuck:
    user = User(world)
    user.use_key()
    user.build()
    user.build()
    return Stuck(user, user.build, {"credits": 12})


def _preview(world: World) -> Stuck:
    user = User(world)
    user.choose("hobby")
    user.pay_by(CARD)
    world.upstream.reply(f"/features/previews/{user.id}", {"enabled": True})
    return Stuck(user, lambda: user.deploy(PREVIEW), PRO)


def _outsider(world: World) -> Stuck:
    owner, user = User(world), User(world)
    org = org_of(owner)

    def let_in() -> None:
        assert user.email in world.mailbox.texts(owner.email)[0]
        owner.call("POST", f"/v1/orgs/{org}/invitations", {"email": user.email})
        user.call("POST", "/v1/invitations/accept", {"token": user.mailed_token()})

    return Stuck(user, lambda: user.call("GET", f"/v1/orgs/{org}"), {}, let_in)


def _reset(world: World, *, days: int) -> Stuck:
    user = User(world)
    user.call("POST", "/v1/auth/password-reset", {"email": user.email})
    token = user.mailed_token() if days else "4f0c"
    world.advance(days * _DAY)
    new = {"token": token, "password": "another horse"}

    def take_new_link() -> None:
        new["token"] = user.mailed_token()

    return Stuck(
        user, lambda: user.call("POST", "/v1/auth/password", new), {"email": user.email}, take_new_link
    )


def _old_invite(world: World) -> Stuck:
    owner, user = User(world), User(world)
    owner.use_key()
    user.use_key()
    org = org_of(owner)
    invite = f"/v1/orgs/{org}/invitations"
    owner.call("POST", invite, {"email": user.email})
    accepted = {"token": user.mailed_token()}
    world.advance(7 * _DAY)

    def invite_again() -> None:
        assert user.email in world.mailbox.texts(owner.email)[0]
        owner.call("POST", invite, {"email": user.email})
        accepted["token"] = user.mailed_token()

    return Stuck(user, lambda: user.call("POST", "/v1/invitations/accept", accepted), {}, invite_again)


def _unverified(world: World) -> Stuck:
    user = User(world, is_verified=False)

    def open_link() -> None:
        assert len(world.mailbox.texts(user.email)) == 2
        browser = world.browser()
        browser.visit(world.mailbox.link(user.email))
        assert "The address is verified." in browser.submit()

    return Stuck(user, user.log_in, {"email": user.email}, open_link)


STUCK: dict[str, Callable[[World], Stuck]] = {
    "no_active_plan": _without_plan,
    "billing_info_required": _without_card,
    "plan_required": _project,
    "payment_past_due": lambda world: _overdue(world, days=14),
    "subscription_suspended": lambda world: _overdue(world, days=44),
    "subscription_inactive": _cancelled,
    "subscription_not_found": _no_subscription,
    "no_active_subscription": _limit,
    "spend_limit_exceeded": _over_budget,
    "credits_depleted": _out_of_credits,
    "pro_required": _preview,
    "not_a_member": _outsider,
    "token_invalid": lambda world: _reset(world, days=0),
    "token_expired": lambda world: _reset(world, days=1),
    "invite_expired": _old_invite,
    "email_verification_required": _unverified,
}
"""Those whose request is repeated as it is. The other five have tests of their own below."""


def _refused(world: World, code: str, request: Callable[[], object]) -> dict[str, Any]:
    """The way out that a request is told."""
    with pytest.raises(platform.types[code]):
        request()
    resolve: dict[str, Any] = world.responses[-1].json()["resolve"]
    return resolve


def _open(world: World, url: str, login: Mapping[str, str]) -> Browser:
    """The page in the browser of somebody who logs in if it is asked for."""
    browser = world.browser()
    browser.visit(url)
    if "/login?next=" in browser.url:
        browser.submit(**login)
    assert browser.url == world.base_url + url.removeprefix("https://platform.example")
    return browser


# ---------------------------------------------------------------------------- both ways out


@pytest.mark.parametrize("code", STUCK)
def test_an_agent_makes_the_call_and_the_request_succeeds(world: World, code: str) -> None:
    stuck = STUCK[code](world)
    resolve = _refused(world, code, stuck.request)
    stuck.user.call(resolve["method"], resolve["endpoint"], stuck.wanted or None)
    stuck.then()
    stuck.request()


@pytest.mark.parametrize("code", STUCK)
def test_a_person_fills_in_the_form_and_the_request_succeeds(world: World, code: str) -> None:
    stuck = STUCK[code](world)
    resolve = _refused(world, code, stuck.request)
    page = _open(world, resolve["url"], stuck.user.login)
    assert 'role="status"' in page.submit(**stuck.wanted)
    stuck.then()
    stuck.request()


# ---------------------------------------------------------------------------- credentials


def _key_on(page: Browser) -> str:
    page.submit(name="ci")
    found = re.search(r"pf_live_\w+", page.text)
    assert found is not None
    return found[0]


def test_auth_required_by_call(world: World) -> None:
    user = User(world)
    token, user.credential = user.credential, ""
    resolve = _refused(world, "auth_required", lambda: user.call("GET", "/v1/account"))
    user.credential = user.call(resolve["method"], resolve["endpoint"], user.login)["access_token"]
    assert user.credential != token
    assert user.call("GET", "/v1/account")["email"] == user.email


def test_auth_required_by_page(world: World) -> None:
    """A login on the page is the browser's; from there a person takes a key to a program."""
    user = User(world)
    user.credential = ""
    resolve = _refused(world, "auth_required", lambda: user.call("GET", "/v1/account"))
    page = world.browser()
    page.visit(resolve["url"])
    page.submit(**user.login)
    assert page.url == f"{world.base_url}/billing"
    page.visit("/settings/keys")
    user.credential = _key_on(page)
    assert user.call("GET", "/v1/account")["email"] == user.email


def test_api_key_required_by_call(world: World) -> None:
    user = User(world)
    resolve = _refused(world, "api_key_required", user.build)
    user.credential = user.call(resolve["method"], resolve["endpoint"], {"name": "ci"})["key"]
    assert user.build()["credits_left"] == 12


def test_api_key_required_by_page(world: World) -> None:
    user = User(world)
    resolve = _refused(world, "api_key_required", user.build)
    user.credential = _key_on(_open(world, resolve["url"], user.login))
    assert user.build()["credits_left"] == 12


# ---------------------------------------------------------------------------- pages only


def test_email_exists_leads_to_the_login(world: World) -> None:
    user = User(world)
    resolve = _refused(world, "email_exists", lambda: user.call("POST", "/v1/auth/signup", user.login))
    page = world.browser()
    page.visit(resolve["url"])
    page.submit(**user.login)
    assert page.url == f"{world.base_url}/billing"


def test_social_login_only_leads_through_the_provider_and_back(world: World) -> None:
    email = provider_account(world)
    login = {"email": email, "password": PASSWORD}
    resolve = _refused(world, "social_login_only", lambda: world.client().post("/v1/auth/login", json=login))
    page = world.browser()
    page.visit(resolve["url"])
    page.submit()
    assert page.url.startswith(f"{world.base_url}/provider/github?state=")
    page.submit(email=email)
    assert page.url == f"{world.base_url}/billing"


def test_feature_check_failed_leads_to_support(world: World) -> None:
    user = on_pro(world)
    flag = f"/features/previews/{user.id}"
    world.upstream.reply(flag, conduct="hang_up")
    resolve = _refused(world, "feature_check_failed", lambda: user.deploy(PREVIEW))
    request_id = world.responses[-1].headers["x-request-id"]
    page = _open(world, resolve["url"], user.login)
    page.submit(email=user.email, message="Is something wrong?", request_id=request_id)
    assert request_id in world.mailbox.texts("support@platform.example")[0]
    world.upstream.reply(flag, {"enabled": True})  # somebody has mended it
    assert user.deploy(PREVIEW)["cents"] == 250


def test_a_page_shows_what_was_refused_with_the_way_out(world: World) -> None:
    user = User(world)
    page = _open(world, "/billing/plans", user.login)
    with pytest.raises(Problem):
        page.submit(plan="pro")
    response = world.responses[-1]
    assert (response.status_code, response.headers["content-type"]) == (402, "text/html; charset=utf-8")
    assert '<a href="/billing/payment">Add a payment method</a>' in response.text


def test_a_page_says_how_long_to_wait(world: World) -> None:
    email, page = world.new_email(), world.browser()

    def ask() -> None:
        page.visit("/forgot")
        page.submit(email=email)

    for _ in range(10):
        ask()
    with pytest.raises(Problem):
        ask()
    response = world.responses[-1]
    assert (response.status_code, response.headers["content-type"]) == (429, "text/html; charset=utf-8")
    assert 0 < int(response.headers["retry-after"]) <= 60


def test_a_form_of_another_site_is_refused(world: World) -> None:
    """Pages take the browser's cookie, so their forms carry a token (CSRF)."""
    page = _open(world, "/billing/plans", User(world).login)
    page.text = re.sub('name="csrfmiddlewaretoken" value="[^"]*"', 'name="plan" value=""', page.text)
    with pytest.raises(Problem) as caught:
        page.submit(plan="hobby")
    assert caught.value.status == 403


def test_the_api_takes_no_cookie(world: World) -> None:
    page = _open(world, "/billing", User(world).login)
    with pytest.raises(platform.types["auth_required"]):
        page.visit("/v1/account")


def test_every_row_with_a_way_out_is_tested() -> None:
    own = ["auth_required", "api_key_required", "email_exists", "social_login_only", "feature_check_failed"]
    with_resolve = [code for code, cls in platform.types.items() if cls.problem_type.resolve is not None]
    assert sorted([*STUCK, *own]) == sorted(with_resolve)
