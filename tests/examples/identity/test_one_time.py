from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples.identity.keys import Presented
from examples.identity.one_time import LIFETIMES, Kind, OneTimeTokens, expiry, verdict
from failwell.testing.clock import Clock
from tests.examples.identity.records import Token

TOKENS = OneTimeTokens(b"a secret of the deployment")


@pytest.mark.parametrize("kind", LIFETIMES)
def test_a_token_serves_until_its_lifetime_is_over(kind: Kind, frozen_clock: Clock) -> None:
    minted = TOKENS.mint(kind)
    seen = TOKENS.read(kind, minted.text)
    assert seen is not None
    assert seen == Presented(minted.id, minted.digest)
    token = Token(minted.id, minted.digest, expiry(kind, int(frozen_clock())))
    frozen_clock.advance(LIFETIMES[kind] - 1)
    assert verdict(token, seen, int(frozen_clock())) == "ok"
    frozen_clock.advance(1)
    assert verdict(token, seen, int(frozen_clock())) == "expired"
    token.used_at = 1
    assert verdict(token, seen, int(frozen_clock())) == "used"


def test_lifetimes_are_those_of_the_contracts() -> None:
    assert (LIFETIMES["magic_link"], LIFETIMES["invitation"]) == (900, 604_800)


def test_a_token_of_one_kind_does_not_pass_for_another() -> None:
    minted = TOKENS.mint("verification")
    seen = TOKENS.read("password_reset", minted.text)
    assert seen is not None
    assert verdict(Token(minted.id, minted.digest, 100), seen, 0) == "unknown"
    assert verdict(None, seen, 0) == "unknown"


@given(st.text())
def test_what_is_no_token_is_malformed(text: str) -> None:
    assert TOKENS.read("magic_link", text) is None


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1], lambda t: t + "a", lambda t: t + "\n", lambda t: t.upper()]
)
def test_a_token_that_was_cut_or_changed_is_malformed(spoil: Callable[[str], str]) -> None:
    text = "abcdef0123456789" + "a" * 43
    assert TOKENS.read("magic_link", text) is not None
    assert TOKENS.read("magic_link", spoil(text)) is None


def test_a_token_goes_into_a_url_as_it_is() -> None:
    assert TOKENS.mint("magic_link").text.replace("-", "").replace("_", "").isalnum()
