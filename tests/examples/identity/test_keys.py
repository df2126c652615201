from __future__ import annotations

import hmac
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples.identity import keys
from examples.identity.keys import GRACE_SECONDS, Keyring, Minted, Presented, admits, networks_of, verdict
from failwell.testing.clock import Clock
from tests.examples.identity.records import Key

RING = Keyring("ds_live_", b"a secret of the deployment")
OTHER = Keyring("ds_live_", b"another secret")


def presented(minted: Minted, ring: Keyring = RING) -> Presented:
    read = ring.read(f"Bearer {minted.text}")
    assert isinstance(read, Presented)
    return read


# ---------------------------------------------------------------------------- making and reading


def test_a_key_is_its_prefix_32_random_bytes_and_a_checksum() -> None:
    minted = RING.mint()
    assert re.fullmatch(r"ds_live_[0-9A-Za-z]{49}", minted.text)
    assert minted.text.startswith("ds_live_" + minted.id)
    assert RING.mint().text != minted.text


def test_the_digest_is_keyed_and_does_not_hold_the_key() -> None:
    minted = RING.mint()
    assert presented(minted) == Presented(minted.id, minted.digest)
    assert presented(minted, OTHER).digest != minted.digest
    assert minted.text not in minted.digest


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_read_in_any_case(scheme: str) -> None:
    minted = RING.mint()
    assert RING.read(f"{scheme} {minted.text}") == Presented(minted.id, minted.digest)


@pytest.mark.parametrize("field", [None, ""])
def test_a_field_that_is_absent_or_empty_is_missing(field: str | None) -> None:
    assert RING.read(field) == "missing"


@pytest.mark.parametrize(
    "field",
    ["Bearer", "Bearer ", "Basic YTpi", "ds_live_x", "Bearer a b", "Bearer  a", "Bearer é", "Bearer a\t"],
)
def test_a_field_that_cannot_be_read_is_malformed(field: str) -> None:
    assert RING.read(field) == "malformed"


def test_a_key_of_another_service_is_foreign() -> None:
    assert RING.read(f"Bearer {Keyring('ds_test_', RING.secret).mint().text}") == "foreign"


@given(st.integers(8, 56), st.sampled_from(string.ascii_letters + string.digits))
def test_a_typing_error_shows_before_any_lookup(place: int, typed: str) -> None:
    text = RING.mint().text
    mistyped = text[:place] + typed + text[place + 1 :]
    assert mistyped == text or RING.read(f"Bearer {mistyped}") == "foreign"


@given(st.text())
def test_whatever_a_field_is_it_is_read(field: str) -> None:
    assert RING.read(field) in ("missing", "malformed", "foreign")


# ---------------------------------------------------------------------------- judging


def test_what_is_thought_of_a_key_has_an_order() -> None:
    minted = RING.mint()
    key = Key(minted.id, minted.digest, networks="192.0.2.0/24", expires_at=100, revoked_at=90)
    seen = presented(minted)
    assert verdict(None, seen, 100, "198.51.100.1") == "unknown"
    assert verdict(key, Presented(minted.id, "0" * 64), 100, "198.51.100.1") == "unknown"
    assert verdict(key, seen, 100, "198.51.100.1") == "revoked"
    key.revoked_at = None
    assert verdict(key, seen, 100, "198.51.100.1") == "expired"
    assert verdict(key, seen, 99, "198.51.100.1") == "address_denied"
    assert verdict(key, seen, 99, "192.0.2.7") == "ok"


def test_a_key_that_is_unknown_costs_the_same_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[int, int]] = []
    compare = hmac.compare_digest

    def watched(first: str, second: str) -> bool:
        compared.append((len(first), len(second)))
        return compare(first, second)

    monkeypatch.setattr("hmac.compare_digest", watched)
    minted, other = RING.mint(), RING.mint()
    verdict(None, presented(minted), 0, None)
    verdict(Key(minted.id, other.digest), presented(minted), 0, None)
    verdict(Key(minted.id, minted.digest), presented(minted), 0, None)
    assert compared == [(64, 64)] * 3


def test_no_key_is_proved_by_the_digest_that_stands_for_none() -> None:
    assert verdict(None, Presented("0" * 12, "0" * 64), 0, None) == "unknown"


# ---------------------------------------------------------------------------- the life of a key


def test_a_rotated_key_serves_for_exactly_24_hours(frozen_clock: Clock) -> None:
    minted = RING.mint()
    key, seen = Key(minted.id, minted.digest), presented(minted)
    keys.rotate(key, int(frozen_clock()))
    frozen_clock.advance(GRACE_SECONDS - 1)
    assert verdict(key, seen, int(frozen_clock()), None) == "ok"
    frozen_clock.advance(0.999_999)
    assert verdict(key, seen, int(frozen_clock()), None) == "ok"
    frozen_clock.advance(0.000_001)
    assert verdict(key, seen, int(frozen_clock()), None) == "expired"
    assert keys.retire([key], int(frozen_clock())) == 1
    assert verdict(key, seen, int(frozen_clock()), None) == "revoked"


def test_rotation_never_lengthens_a_life() -> None:
    key = Key("a", "b", expires_at=1_000)
    keys.rotate(key, 900)
    assert (key.rotated_at, key.expires_at) == (900, 1_000)


def test_the_clean_up_retires_rotated_keys_and_no_others() -> None:
    rotated, due, old = (
        Key("a", "", expires_at=101, rotated_at=1),
        Key("b", "", expires_at=100, rotated_at=1),
        Key("c", "", expires_at=5),
    )
    gone = Key("d", "", expires_at=50, rotated_at=1, revoked_at=7)
    assert keys.retire([rotated, due, old, gone], 100) == 1
    assert [key.revoked_at for key in (rotated, due, old, gone)] == [None, 100, None, 7]


def test_scopes_are_words() -> None:
    assert keys.scopes_of(Key("a", "", scopes="read write")) == {"read", "write"}
    assert keys.scopes_of(Key("a", "")) == frozenset()


# ---------------------------------------------------------------------------- networks


@pytest.mark.parametrize(
    ("networks", "address", "admitted"),
    [
        ("", None, True),
        ("", "no address", True),
        ("192.0.2.0/24", None, False),
        ("192.0.2.0/24", "testclient", False),
        ("192.0.2.0/24", "192.0.2.255", True),
        ("192.0.2.0/24", "192.0.3.0", False),
        ("192.0.2.1/32 2001:db8::/32", "2001:db8:1::1", True),
        ("192.0.2.0/24", "::ffff:192.0.2.1", True),
        ("192.0.2.0/24", "::ffff:198.51.100.1", False),
        ("fe80::/10", "fe80::1%eth0", True),
        ("0.0.0.0/0", "::1", False),
    ],
)
def test_who_is_admitted(networks: str, address: str | None, *, admitted: bool) -> None:
    assert admits(networks, address) is admitted


def test_networks_are_kept_in_one_way_of_writing() -> None:
    assert networks_of(["192.0.2.1", " 2001:DB8::/32", "::ffff:192.0.2.0/120"]) == (
        "192.0.2.1/32 2001:db8::/32 192.0.2.0/24"
    )
    assert networks_of([]) == ""


@pytest.mark.parametrize("network", ["192.0.2.1/24", "nowhere", "", "192.0.2.0/33"])
def test_what_is_no_network_is_refused(network: str) -> None:
    with pytest.raises(ValueError, match=r"IPv4|host bits"):
        networks_of([network])
