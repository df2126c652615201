"""What must not be told apart: by the bytes of an answer, and by the time that it takes."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from examples.platform.scenarios import User, on_pro
from examples.platform.world import World
from examples.stage.timing import take_the_same_time
from failwell import Problem

SECONDS = 60  # between two requests of the timed ones, so that no rate limit comes in between


def _seen(world: World, request: Callable[[], object], *ids: str) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """The answer to a request that is refused, without the ids in it."""
    with pytest.raises(Problem):
        request()
    response = world.responses[-1]
    hidden = [part.encode() for part in (response.headers["x-request-id"], *ids)]
    headers = [
        (name, _without(value, hidden)) for name, value in response.headers.raw if name.lower() != b"date"
    ]
    return _without(response.content, hidden), headers


def _without(text: bytes, hidden: list[bytes]) -> bytes:
    for part in hidden:
        text = text.replace(part, b"<id>")
    return text


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


def test_a_foreign_and_a_missing_key_get_the_same_answer(world: World) -> None:
    caller, foreign, missing = User(world), User(world).use_key()["id"], "000000000000"

    def revoke(key: str) -> Callable[[], object]:
        return lambda: caller.call("DELETE", f"/v1/api-keys/{key}")

    assert _seen(world, revoke(foreign), foreign) == _seen(world, revoke(missing), missing)


@pytest.mark.parametrize("path", ["password-reset", "verification-email"])
def test_mails_are_promised_to_known_and_unknown_addresses_alike(world: World, path: str) -> None:
    answers = [
        world.client().post(f"/v1/auth/{path}", json={"email": email})
        for email in (User(world).email, world.new_email())
    ]
    assert [(answer.status_code, answer.content) for answer in answers] == [(202, b"")] * 2


def _refused(world: World, request: Callable[[], object]) -> Callable[[], None]:
    def refused() -> None:
        world.advance(SECONDS)
        with pytest.raises(Problem):
            request()

    return refused


@pytest.mark.parametrize("run", range(3))
def test_a_wrong_password_and_an_unknown_address_take_the_same_time(world: World, run: int) -> None:
    known, unknown = User(world).email, world.new_email()
    assert take_the_same_time(
        _refused(world, lambda: _log_in(world, known)), _refused(world, lambda: _log_in(world, unknown))
    )


@pytest.mark.parametrize("run", range(3))
def test_a_foreign_and_a_missing_invoice_take_the_same_time(world: World, run: int) -> None:
    caller, foreign = User(world), _invoice(on_pro(world))
    caller.use_key()  # it does not expire, while the clock goes on
    assert take_the_same_time(
        _refused(world, lambda: _pay(caller, foreign)),
        _refused(world, lambda: _pay(caller, "in_0000000000000000")),
    )
