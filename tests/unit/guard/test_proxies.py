"""Whose address a request comes from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.exceptions import DeclarationError
from failwell.guard import address_subject
from failwell.guard.proxies import Proxies

INNER, OUTER = "10.0.0.1", "10.9.9.9"
PROXIES = Proxies("10.0.0.0/8", "2001:db8:7::/48")


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "caller"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "203.0.113.9", "192.0.2.1"),  # nobody trusted says so
        (INNER, "192.0.2.1", "192.0.2.1"),
        (INNER, "203.0.113.9, 192.0.2.1", "192.0.2.1"),  # the left one the caller wrote
        (INNER, f"203.0.113.9, 192.0.2.1, {OUTER}", "192.0.2.1"),
        (INNER, f"10.0.0.7, {OUTER}", "10.0.0.7"),  # a caller from inside
        (INNER, "", INNER),
        (INNER, "unknown", INNER),
        (INNER, f"192.0.2.1, unknown, {OUTER}", OUTER),
        (INNER, "192.0.2.1:4711", "192.0.2.1"),
        (INNER, "[2001:db8::5]:443", "2001:db8::5"),
        (INNER, "2001:db8::5", "2001:db8::5"),
        ("::ffff:10.0.0.1", "::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:7::1", "192.0.2.1", "192.0.2.1"),
        (None, "192.0.2.1", "192.0.2.1"),
        (None, "", None),
        (INNER, ["203.0.113.9", "192.0.2.1"], "192.0.2.1"),  # the second line is the proxy's
        (INNER, ("203.0.113.9, 192.0.2.1", OUTER), "192.0.2.1"),
        (INNER, ["192.0.2.1", ""], INNER),
        (INNER, [], INNER),
        ("testclient", "192.0.2.1", "testclient"),
    ],
)
def test_the_caller_is_the_first_from_the_right_that_is_not_trusted(
    peer: str | None, forwarded_for: str | Sequence[str], caller: str | None
) -> None:
    assert PROXIES.caller(peer, forwarded_for) == caller


def test_without_proxies_the_peer_is_the_caller() -> None:
    assert Proxies().caller(INNER, "192.0.2.1") == INNER


@given(st.text(max_size=200))
def test_what_a_caller_writes_changes_nothing(written: str) -> None:
    assert PROXIES.caller(INNER, f"{written}, 192.0.2.1") == "192.0.2.1"
    assert PROXIES.caller("192.0.2.1", written) == "192.0.2.1"


@given(st.text(alphabet="0123456789abcdef.:[]%, x", max_size=80), st.sampled_from([INNER, None]))
def test_a_caller_is_an_address_or_the_peer(written: str, peer: str | None) -> None:
    caller = PROXIES.caller(peer, written)
    assert caller == peer or address_subject(caller) is not None


def test_a_million_hops_are_read_from_their_end() -> None:
    assert PROXIES.caller(INNER, "203.0.113.9," * 1_000_000 + "192.0.2.1") == "192.0.2.1"


@pytest.mark.parametrize("text", ["", "10.0.0.1/8", "proxy.internal", "300.0.0.0/8"])
def test_a_proxy_has_an_address(text: str) -> None:
    with pytest.raises(DeclarationError, match="neither an address nor a network") as caught:
        Proxies(text)
    assert caught.value.code == "proxies-network"


@pytest.mark.parametrize("network", [7, b"abcd", ("10.0.0.0", 8), ["10.0.0.0/8"], None])
def test_a_network_is_written_as_text(network: Any) -> None:
    with pytest.raises(DeclarationError, match="neither an address nor a network") as caught:
        Proxies(network)
    assert caught.value.code == "proxies-network"


def test_a_request_without_the_field_has_no_hops() -> None:
    assert PROXIES.caller(INNER, None) == INNER
    assert PROXIES.caller(None, None) is None


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "fault"),
    [
        (("192.0.2.1", 4711), "", "peer is a tuple"),
        (b"192.0.2.1", "", "peer is a bytes"),
        (INNER, b"192.0.2.1", "forwarded_for is a bytes"),
        (INNER, [b"192.0.2.1"], "forwarded_for is a bytes"),
        (INNER, {"192.0.2.1": 1}, "forwarded_for is a dict"),
    ],
)
def test_what_is_no_text_is_refused(peer: Any, forwarded_for: Any, fault: str) -> None:
    with pytest.raises(TypeError, match=fault) as caught:
        PROXIES.caller(peer, forwarded_for)
    assert "To mend it" in str(caught.value)
    assert "192.0.2.1" not in str(caught.value)
