"""The way out of an error, and the original request after it; replays; budgets; pair mode."""

from __future__ import annotations

from calendar import monthrange
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any, get_args

import httpx
import msgspec
import pytest

from examples.browsers.driver import LARGEST_PAGE
from examples.browsers.guards import TAKEOVER_SECONDS
from examples.browsers.pair import STEPS, Transition
from examples.browsers.scenarios import PAGE, PASSWORD, User, follow, log_in, sign_up
from examples.browsers.sessions import SESSION_SECONDS
from examples.browsers.world import MODEL, World
from examples.identity.keys import GRACE_SECONDS
from examples.identity.step_up import code_at
from examples.stage.running import running
from failwell import Problem, Resolve
from tests.contracts.refusals import refusal


def _way_out(world: World, code: str) -> tuple[str, str]:
    """Method and path of the call that the contract names."""
    resolve = world.contract.catalog.types[code].problem_type.resolve
    assert isinstance(resolve, Resolve)
    return resolve.method, resolve.endpoint


# ---------------------------------------------------------------------------- step-up, terms, verification


def test_a_step_up_and_then_the_original_request_again(world: World) -> None:
    user = User(world)
    assert refusal(lambda: user.call("DELETE", "/v1/account/me")).code == "mfa-step-up-required"
    assert world.responses[-1].json()["requires_mfa_step_up"] is True
    secret = user.call("POST", "/v1/auth/mfa/enrol")["secret"]
    user.call(*_way_out(world, "mfa-step-up-required"), {"code": code_at(secret, world.clock())})
    user.call("DELETE", "/v1/account/me")
    assert world.responses[-1].status_code == 204
    assert refusal(lambda: user.call("GET", "/v1/account/me")).code == "invalid-key"
    assert refusal(lambda: log_in(world, user.email)).code == "invalid-credentials"


def test_six_digits_pass_once_and_are_good_for_five_minutes(frozen: World) -> None:
    user = User(frozen)
    secret = user.call("POST", "/v1/auth/mfa/enrol")["secret"]
    digits = {"code": code_at(secret, frozen.clock())}
    user.call("POST", "/v1/auth/mfa/step-up", digits)
    again = refusal(lambda: user.call("POST", "/v1/auth/mfa/step-up", digits))
    assert (again.code, "code: " in str(again)) == ("bad-request", True)
    assert refusal(lambda: user.call("POST", "/v1/auth/mfa/enrol")).code == "conflict"
    session = user.session()
    frozen.advance(299)
    assert refusal(lambda: user.call("DELETE", "/v1/account/me")).code == "conflict"
    user.call("DELETE", f"/v1/sessions/{session}")
    frozen.advance(1)
    assert refusal(lambda: user.call("DELETE", "/v1/account/me")).code == "mfa-step-up-required"


def test_digits_are_not_to_be_guessed(world: World) -> None:
    user = User(world)
    user.call("POST", "/v1/auth/mfa/enrol")

    def guess() -> str:
        return refusal(lambda: user.call("POST", "/v1/auth/mfa/step-up", {"code": "000000"})).code

    assert [guess() for _ in range(6)][-1] == "rate-limited"
    assert "auth:mfa" in world.responses[-1].json()["detail"]


def test_accepting_the_terms_is_the_way_out(world: World) -> None:
    user = User(world)
    revision = world.publish_terms()
    assert revision in str(refusal(user.session))
    wrong = refusal(lambda: user.call("POST", "/v1/account/legal/accept", {"revision": "2020-01-01"}))
    assert wrong.code == "bad-request"
    in_force = user.call("GET", "/v1/account/legal")
    assert in_force == {"revision": revision}
    user.call(*_way_out(world, "legal-acceptance-required"), in_force)
    assert user.session()


def test_a_link_is_the_way_out_of_an_unverified_address(world: World) -> None:
    email = sign_up(world)
    assert refusal(lambda: log_in(world, email)).code == "email-not-verified"
    world.client().post("/v1/auth/verify-email/again", json={"email": email})
    follow(world, email, "verify-email")
    assert log_in(world, email)


def test_a_magic_link_logs_in_once_and_verifies(world: World) -> None:
    email = sign_up(world)
    world.client().post("/v1/auth/magic-link", json={"email": email})
    follow(world, email, "magic-link/follow")
    key = world.responses[-1].json()["key"]
    assert world.client(key).get("/v1/account/me").json()["email"] == email
    assert refusal(lambda: follow(world, email, "magic-link/follow")).code == "invalid-auth-token"
    assert log_in(world, email)


def test_a_token_of_one_kind_is_none_of_another(world: World) -> None:
    email = sign_up(world)
    world.client().post("/v1/auth/password-reset", json={"email": email})
    assert refusal(lambda: follow(world, email, "verify-email")).code == "invalid-auth-token"


def test_a_reset_password_is_the_one_that_counts(world: World) -> None:
    user = User(world)
    world.client().post("/v1/auth/password-reset", json={"email": user.email})
    token = world.mailbox.link(user.email).partition("?token=")[2]
    link = {"token": token, "password": "another horse battery"}
    world.client().post("/v1/auth/password-reset/follow", json=link)
    assert log_in(world, user.email, "another horse battery")
    assert refusal(lambda: log_in(world, user.email, PASSWORD)).code == "invalid-credentials"


# ---------------------------------------------------------------------------- idempotency


def test_a_request_that_comes_again_is_answered_as_before(world: World) -> None:
    user, headers = User(world), {"Idempotency-Key": '"e2c1"'}

    def create() -> object:
        return user.call("POST", "/v1/sessions", {}, headers=headers)

    made = create()
    first, others = world.responses[-1], [user.session() for _ in range(2)]
    assert (create(), len(others)) == (made, 2)  # though the tier has no room for another
    again = world.responses[-1]
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["location"] == first.headers["location"] == f"/v1/sessions/{first.json()['id']}"
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["x-request-id"] != first.headers["x-request-id"]


def test_a_key_counts_for_one_account(world: World) -> None:
    headers = {"Idempotency-Key": '"shared"'}
    ids = [
        User(world).call("POST", "/v1/profiles", {"name": "shop"}, headers=headers)["id"] for _ in range(2)
    ]
    assert ids[0] != ids[1]


def test_another_body_is_a_conflict_and_does_nothing(world: World) -> None:
    user, headers = User(world), {"Idempotency-Key": '"e2c1"'}
    user.call("POST", "/v1/profiles", {"name": "shop"}, headers=headers)
    caught = refusal(lambda: user.call("POST", "/v1/profiles", {"name": "bank"}, headers=headers))
    assert (caught.code, str(caught)) == (
        "conflict",
        "The Idempotency-Key was used before with another body.",
    )
    assert user.profile("bank")


def test_a_replay_is_only_for_who_may_still_ask(frozen: World) -> None:
    owner, headers = User(frozen), {"Idempotency-Key": '"e2c1"'}
    made, reader = owner.mint("profiles:write"), owner.mint("sessions:read")

    def create(key: str) -> object:
        return owner.with_key(key).call("POST", "/v1/profiles", {"name": "shop"}, headers=headers)

    def refused(key: str) -> str:
        code = refusal(lambda: create(key)).code
        answer = frozen.responses[-1]
        assert ("idempotency-replayed" in answer.headers, first.json()["id"] in answer.text) == (False, False)
        return code

    create(made["key"])
    first = frozen.responses[-1]
    assert refused(reader["key"]) == "forbidden"
    successor = owner.call("POST", f"/v1/api-keys/{made['id']}/rotate")
    for key in (successor["key"], made["key"], owner.key):  # a request is the account's, by whichever key
        create(key)
        again = frozen.responses[-1]
        assert (again.status_code, again.content) == (201, first.content)
        assert again.headers["idempotency-replayed"] == "true"
    owner.call("DELETE", f"/v1/api-keys/{successor['id']}")
    assert refused(successor["key"]) == "revoked-key"
    frozen.advance(GRACE_SECONDS - 1)
    create(made["key"])
    assert frozen.responses[-1].headers["idempotency-replayed"] == "true"
    frozen.advance(1)
    assert refused(made["key"]) == "expired-key"
    owner = User(frozen, email=owner.email)
    owner.call("DELETE", f"/v1/api-keys/{made['id']}")
    assert refused(made["key"]) == "revoked-key"


def test_a_key_that_is_none_is_a_bad_request(world: World) -> None:
    user = User(world)
    caught = refusal(lambda: user.call("POST", "/v1/sessions", {}, headers={"Idempotency-Key": '"'}))
    assert (caught.code, "Idempotency-Key: " in str(caught)) == ("bad-request", True)


# ---------------------------------------------------------------------------- the model's budget


def test_consent_is_the_way_out_and_so_is_a_higher_cap(world: World) -> None:
    user = User(world)
    session = user.session()
    world.answer_as_model("12 EUR.", tokens=4_000_000)
    assert refusal(lambda: user.say(session)).code == "bundled-llm-consent-required"
    out = _way_out(world, "bundled-llm-consent-required")
    assert user.call(*out, {"bundled_llm_consent": True})["monthly_cap_usd"] == 20
    assert user.say(session) == {"text": "12 EUR."}
    assert refusal(lambda: user.say(session)).code == "bundled-llm-budget-exhausted"
    user.call(*_way_out(world, "bundled-llm-budget-exhausted"), {"monthly_cap_usd": 40})
    assert user.say(session) == {"text": "12 EUR."}
    assert refusal(lambda: user.say(session)).code == "bundled-llm-budget-exhausted"


def test_the_budget_is_a_soft_cap_until_the_calendar_month_is_over(frozen: World) -> None:
    user = User(frozen)
    user.bundled(bundled_llm_consent=True)
    frozen.answer_as_model(tokens=3_999_999)  # a few microdollars less than 20 USD
    user.say(user.session())
    user.say(user.session())  # what is left admits one more, whatever it costs
    assert refusal(lambda: user.say(user.session())).code == "bundled-llm-budget-exhausted"
    now = datetime.fromtimestamp(frozen.clock(), UTC)
    end = now.replace(hour=0, minute=0, second=0, microsecond=0, day=monthrange(now.year, now.month)[1])
    frozen.advance(end.timestamp() + 86_400 - now.timestamp() - 1)
    user = User(frozen, email=user.email)
    session = user.session()
    assert refusal(lambda: user.say(session)).code == "bundled-llm-budget-exhausted"
    frozen.advance(1)
    assert datetime.fromtimestamp(frozen.clock(), UTC).day == 1
    assert user.say(session)


def test_a_key_of_ones_own_always_wins(world: World) -> None:
    user = User(world)
    session = user.session()
    user.bundled(bundled_llm_consent=True, monthly_cap_usd=0)
    world.answer_as_model()
    assert refusal(lambda: user.say(session)).code == "bundled-llm-budget-exhausted"
    assert user.say(session, headers={"x-byok-anthropic-api-key": "sk-ant-once"})
    user.call(*_way_out(world, "byok-anthropic-required"), {"key": "sk-ant-own"})
    assert user.say(session)
    assert user.say(session, headers={"x-byok-anthropic-api-key": "sk-ant-once"})
    sent = [asked.headers["x-api-key"] for asked in world.upstream.received if asked.path == MODEL]
    assert sent[-3:] == ["sk-ant-once", "sk-ant-own", "sk-ant-once"]
    user.call("DELETE", "/v1/account/me/byok-anthropic-key")
    assert refusal(lambda: user.say(session)).code == "bundled-llm-budget-exhausted"


def test_a_cap_has_to_be_one(world: World) -> None:
    caught = refusal(lambda: User(world).bundled(monthly_cap_usd=-1))
    assert (caught.code, "monthly_cap_usd: " in str(caught)) == ("bad-request", True)


def test_a_stored_key_is_the_way_out_where_there_is_no_bundled_model(world: World) -> None:
    user = User(world)
    session = user.session()
    world.answer_as_model()
    with world.without_bundled_key():
        assert refusal(lambda: user.say(session)).code == "byok-anthropic-required"
        user.bundled(bundled_llm_consent=True)  # there is nothing to consent to
        assert refusal(lambda: user.say(session)).code == "byok-anthropic-required"
        assert user.say(session, headers={"x-byok-anthropic-api-key": "sk-ant-once"})
        user.call("PUT", "/v1/account/me/byok-anthropic-key", {"key": "sk-ant-own"})
        assert user.say(session)


def test_nothing_of_a_failure_at_the_models_host_leaves(world: World) -> None:
    user = User(world)
    world.upstream.reply(MODEL, "the password is hunter2", status=500)
    own = {"x-byok-anthropic-api-key": "sk-ant-own"}
    assert refusal(lambda: user.say(user.session(), headers=own)).code == "internal"
    text = world.responses[-1].text
    assert not [word for word in ("hunter2", "sk-ant", MODEL, "httpx") if word in text]


# ---------------------------------------------------------------------------- sessions


def test_a_session_shows_a_page_until_it_is_destroyed_or_its_time_is_up(frozen: World) -> None:
    user = User(frozen)
    url = frozen.upstream.reply("/shop", PAGE)
    session = user.open(url)
    assert user.call("POST", f"/v1/sessions/{session}/wait", {"selector": ".price"})["url"] == url
    text = user.call("GET", f"/v1/sessions/{session}/exports/text")
    assert text == {"kind": "text", "content": "Shop 12 EUR"}
    frozen.advance(SESSION_SECONDS)
    assert user.call("GET", f"/v1/sessions/{session}")["status"] == "destroyed"
    assert refusal(lambda: user.call("DELETE", f"/v1/sessions/{session}")).code == "session-destroyed"
    assert refusal(lambda: user.call("GET", f"/v1/sessions/{session}/exports/text")).status == 410


def test_a_session_that_ends_makes_room(frozen: World) -> None:
    user = User(frozen)
    ended, *_ = [user.session() for _ in range(3)]
    caught = refusal(user.session)
    assert caught.members() == {"current_sessions": 3, "limit": 3}
    user.call("DELETE", f"/v1/sessions/{ended}")
    assert user.session()
    frozen.advance(SESSION_SECONDS)
    assert user.session()


def test_a_profile_has_places(world: World) -> None:
    user = User(world)
    profile = user.profile(capacity=1)["id"]
    session = user.session(profile_id=profile)
    assert refusal(lambda: user.session(profile_id=profile)).code == "conflict"
    user.call("DELETE", f"/v1/sessions/{session}")
    assert user.session(profile_id=profile)


@pytest.mark.parametrize(
    "url", ["shop", "ftp://shop.example/", "http://", "http://127.0.0.1:22/", "http://[::1/"]
)
def test_a_url_that_is_none_or_leads_elsewhere_is_a_bad_request(world: World, url: str) -> None:
    caught = refusal(lambda: User(world).open(url))
    assert (caught.code, str(caught).startswith("url: ")) == ("bad-request", True)


@pytest.mark.parametrize(
    ("conduct", "code"),
    [("hang_up", "driver-error"), ("break_off", "driver-error"), ("stall", "session-timeout")],
)
def test_what_a_host_does_to_the_driver(world: World, conduct: str, code: str) -> None:
    user = User(world)
    url = world.upstream.reply(f"/{conduct}", PAGE, conduct=conduct)
    assert refusal(lambda: user.open(url)).code == code
    world.upstream.reply(f"/{conduct}", PAGE)
    assert user.open(url)


@pytest.mark.parametrize(
    "words",
    [
        {"body": b"<p>a\0b</p>"},
        {"body": PAGE, "media_type": "text/html; charset=klingon"},
        {"body": b"\xff\xfe", "status": 404},
    ],
)
def test_odd_pages_are_pages(world: World, words: dict[str, Any]) -> None:
    assert User(world).open(world.upstream.reply("/odd", **words))


@pytest.mark.parametrize(
    "words",
    [
        {"body": "<![klingon[x]]>"},
        {"body": b"no gzip", "headers": {"Content-Encoding": "gzip"}},
        {"body": b"x" * (LARGEST_PAGE + 1)},
    ],
)
def test_pages_that_the_driver_cannot_take_are_its_failures(world: World, words: dict[str, Any]) -> None:
    url = world.upstream.reply("/odd", **words)
    assert refusal(lambda: User(world).open(url)).code == "driver-error"


@pytest.mark.parametrize("key", ["schl\u00fcssel", "sk-ant\r\nX-Own: 1", ""])
def test_a_model_key_that_no_header_takes_is_not_kept(world: World, key: str) -> None:
    user = User(world)
    caught = refusal(lambda: user.call("PUT", "/v1/account/me/byok-anthropic-key", {"key": key}))
    assert caught.code == "validation-failed"


def test_a_page_that_was_mended_shows_what_was_waited_for(world: World) -> None:
    user = User(world)
    session = user.open(world.upstream.reply("/till", PAGE))
    wait = partial(
        user.call, "POST", f"/v1/sessions/{session}/wait", {"selector": "#till", "timeout_ms": 200}
    )
    assert refusal(wait).code == "session-timeout"
    world.upstream.reply("/till", PAGE.replace("price", "price' id='till"))
    assert wait()["url"] == f"{world.upstream.url}/till"


# ---------------------------------------------------------------------------- scopes, tiers, features


def test_a_key_with_the_scope_does_it(world: World) -> None:
    owner = User(world)
    caught = refusal(owner.with_key(owner.mint("sessions:read")["key"]).session)
    assert (caught.code, "sessions:write" in str(caught)) == ("forbidden", True)
    assert owner.with_key(owner.mint("sessions:write")["key"]).session()


def test_a_larger_tier_has_room_for_profiles_and_so_has_one_that_was_deleted(world: World) -> None:
    user = User(world)
    profiles = [user.profile(f"shop {number}")["id"] for number in range(3)]
    assert refusal(lambda: user.profile("bank")).code == "tier-limit"
    user.call("DELETE", f"/v1/profiles/{profiles[0]}")
    assert user.profile("bank")
    assert refusal(lambda: user.profile("mill")).code == "tier-limit"
    user.call("PUT", "/v1/account/me/tier", {"tier": "team_auto"})
    assert user.profile("mill")


def test_an_operator_adds_the_bucket_for_avatars(world: World) -> None:
    user, bucket = User(world), world.settings.folder / "avatars"
    put = partial(user.call, "PUT", "/v1/account/me/avatar", content=b"GIF89a")
    assert refusal(put).code == "feature-unavailable"
    bucket.mkdir()
    own = msgspec.structs.replace(world.settings, avatar_bucket=str(bucket))
    authorization = {"Authorization": f"Bearer {user.key}"}
    with running("examples.browsers.app:create_app", own) as base_url:
        url = f"{base_url}/v1/account/me/avatar"
        answer = httpx.put(url, content=b"GIF89a", headers=authorization, trust_env=False)
    assert answer.status_code == 204
    assert [file.read_bytes() for file in bucket.iterdir()] == [b"GIF89a"]


# ---------------------------------------------------------------------------- pair mode


def test_of_clients_who_take_over_at_once_one_wins_and_the_others_are_told_who(world: World) -> None:
    user = User(world)
    session, clients = user.session(), [f"client_{number}" for number in range(8)]

    def take_over(client: str) -> str:
        try:
            user.pair(session, client, "takeover")
        except Problem as problem:
            return str(problem.members()["winner_client_id"])
        return f"{client} wins"

    with ThreadPoolExecutor(len(clients)) as threads:
        told = set(threads.map(take_over, clients))
    (winner,) = (client for client in clients if f"{client} wins" in told)
    assert told == {winner, f"{winner} wins"}


@pytest.mark.parametrize("state", ["agent", "requested", "human"])
@pytest.mark.parametrize("transition", get_args(Transition))
def test_the_state_machine(world: World, state: str, transition: Transition) -> None:
    user = User(world)
    session = user.session()
    for step in {"agent": (), "requested": ("takeover",), "human": ("takeover", "grant")}[state]:
        user.pair(session, "client_ada", step)
    after = STEPS.get((state, transition))
    if after is not None:
        assert user.pair(session, "client_ada", transition) == {"state": after}
        return
    caught = refusal(lambda: user.pair(session, "client_ada", transition))
    assert caught.code == "pair-mode-invalid-transition"
    assert caught.members() == {"from": state, "transition": transition}


def test_the_loser_learns_who_won_and_gets_its_turn_when_the_winner_lets_go(frozen: World) -> None:
    user = User(frozen)
    session = user.session()
    user.pair(session, "client_ada", "takeover")
    for transition in ("takeover", "grant", "handback"):
        caught = refusal(partial(user.pair, session, "client_bob", transition))
        assert (caught.code, caught.members()) == (
            "pair-mode-conflict",
            {"winner_client_id": "client_ada"},
        )
    user.pair(session, "client_ada", "grant")
    user.pair(session, "client_ada", "handback")
    assert user.pair(session, "client_bob", "takeover") == {"state": "requested"}


def test_a_winner_that_vanishes_keeps_nobody_out_for_longer_than_the_lock(frozen: World) -> None:
    user = User(frozen)
    session = user.session()
    user.pair(session, "client_ada", "takeover")
    user.pair(session, "client_ada", "grant")
    frozen.advance(TAKEOVER_SECONDS - 1)
    assert user.pair(session, "client_ada", "takeover") == {"state": "human"}  # keeps it for longer
    frozen.advance(TAKEOVER_SECONDS - 1)
    assert refusal(lambda: user.pair(session, "client_bob", "takeover")).code == "pair-mode-conflict"
    frozen.advance(1)
    late = refusal(lambda: user.pair(session, "client_ada", "handback"))
    assert late.members() == {"from": "agent", "transition": "handback"}
    assert user.pair(session, "client_bob", "takeover") == {"state": "requested"}
    assert refusal(lambda: user.pair(session, "client_ada", "grant")).code == "pair-mode-conflict"
