"""What must not be told apart: by the bytes of an answer, and by the time that it takes."""

from __future__ import annotations

import httpx
import pytest

from examples.platform.scenarios import User, on_pro
from examples.platform.world import World
from examples.stage.timing import compare
from tests.contracts.refusals import Seen, refusal, without_ids
from tests.contracts.timed import Ask, answered, refused, strictness

SECONDS = 60  # between two logins, so that no rate limit comes in between


def _seen(world: World, request: Ask, *ids: str) -> Seen:
    """The answer to a request that is refused, without the ids in it."""
    refusal(request)
    return without_ids(world.responses[-1], *ids)


def _log_in(world: World, email: str) -> httpx.Response:
    return world.client().post("/v1/auth/login", json={"email": email, "password": "battery staple"})


def _pay(user: User, invoice: str) -> object:
    return user.call("POST", f"/v1/billing/invoices/{invoice}/pay")


def _invoice(user: User) -> str:
    (invoice,) = user.call("GET", "/v1/billing/invoices")["invoices"]
    return str(invoice["id"])


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(world: World) -> None:
    known, unknown = User(world).email, world.new_email()
    assert _seen(world, lambda: _log_in(world, known), known) == _seen(
        world, lambda: _log_in(world, unknown), unknown
    )


def test_a_foreign_and_a_missing_invoice_get_the_same_answer(world: World) -> None:
    caller, foreign, missing = User(world), _invoice(on_pro(world)), "in_0000000000000000"
    assert _seen(world, lambda: _pay(caller, foreign), foreign) == _seen(
        world, lambda: _pay(caller, missing), missing
    )


def _revoke(user: User, key: str) -> object:
    return user.call("DELETE", f"/v1/api-keys/{key}")


def test_a_foreign_and_a_missing_key_get_the_same_answer(world: World) -> None:
    caller, foreign, missing = User(world), User(world).use_key()["id"], "000000000000"
    assert _seen(world, lambda: _revoke(caller, foreign), foreign) == _seen(
        world, lambda: _revoke(caller, missing), missing
    )


@pytest.mark.parametrize("path", ["password-reset", "verification-email"])
def test_mails_are_promised_to_known_and_unknown_addresses_alike(world: World, path: str) -> None:
    answers = [
        world.client().post(f"/v1/auth/{path}", json={"email": email})
        for email in (User(world).email, world.new_email())
    ]
    assert [(answer.status_code, answer.content) for answer in answers] == [(202, b"")] * 2


# ---------------------------------------------------------------------------- in time


@strictness
@pytest.mark.parametrize("is_verified", [True, False], ids=["verified", "unverified"])
def test_a_wrong_password_and_an_unknown_address_take_the_same_time(
    world: World, *, is_verified: bool, is_strict: bool
) -> None:
    def log_in(email: str) -> Ask:
        def ask() -> object:
            world.advance(SECONDS)
            return _log_in(world, email)

        return refused("auth_required", ask)

    known, unknown = User(world, is_verified=is_verified).email, world.new_email()
    assert compare(log_in(known), log_in(unknown), is_strict=is_strict).is_alike


@strictness
def test_a_foreign_and_a_missing_invoice_take_the_same_time(world: World, *, is_strict: bool) -> None:
    caller, foreign = User(world), _invoice(on_pro(world))

    def pay(invoice: str) -> Ask:
        return refused("not_found", lambda: _pay(caller, invoice))

    assert compare(pay(foreign), pay("in_0000000000000000"), is_strict=is_strict).is_alike


@strictness
def test_a_foreign_and_a_missing_key_take_the_same_time(world: World, *, is_strict: bool) -> None:
    foreign, caller = User(world).use_key()["id"], User(world)

    def revoke(key: str) -> Ask:
        return refused("not_found", lambda: _revoke(caller, key))

    assert compare(revoke(foreign), revoke("000000000000"), is_strict=is_strict).is_alike


@strictness
@pytest.mark.parametrize("path", ["password-reset", "verification-email"])
def test_mails_to_known_and_unknown_addresses_take_the_same_time(
    world: World, path: str, *, is_strict: bool
) -> None:
    def mail(email: str) -> Ask:
        def ask() -> httpx.Response:
            world.advance(SECONDS)
            return world.client().post(f"/v1/auth/{path}", json={"email": email})

        return answered(202, ask)

    known = User(world, is_verified=path == "password-reset").email
    assert compare(mail(known), mail(world.new_email()), is_strict=is_strict).is_alike
