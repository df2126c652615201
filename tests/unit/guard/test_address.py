"""Addresses as subjects."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.guard.address import address_subject


@pytest.mark.parametrize(
    ("address", "subject"),
    [
        ("192.0.2.1", "192.0.2.1"),
        (" 192.0.2.1 ", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::FFFF:c000:0201", "192.0.2.1"),
        ("64:ff9b::192.0.2.1", "192.0.2.1"),
        ("::ffff:0.0.0.0", "0.0.0.0"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:0DB8:0001:0002::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("fe80::2%eth1", "fe80::/64"),
        ("::1", "::/64"),
    ],
)
def test_an_address_is_its_subject_and_a_network_of_ipv6_is_one(address: str, subject: str) -> None:
    assert address_subject(address) == subject


@pytest.mark.parametrize(
    "address",
    [
        *(None, "", " ", "unknown", "testclient", "unix:", "/run/app.sock", "_hidden"),
        *(
            "192.0.2.1:8080",
            "[2001:db8::1]:443",
            "[::1]",
            "192.0.2",
            "192.0.2.256",
            "010.0.0.1",
            "3221225985",
        ),
        *("2001:db8::1/64", "192.0.2.0/24", "::ffff:300.0.2.1", "1::2::3", "12345::", "a" * 100_000, "\0"),
        *("192.0.2.1, 198.51.100.1", "١٩٢.0.2.1", "\ud800"),
    ],
)
def test_what_is_no_address_is_nobody(address: str | None) -> None:
    assert address_subject(address) is None


@given(st.integers(0, 2**128 - 1), st.integers(0, 2**64 - 1))
def test_all_addresses_of_a_network_are_one_subject(number: int, other: int) -> None:
    network = number >> 64 << 64
    if network >> 64 in {0, 0x64_FF9B << 32}:  # where IPv4 addresses are shown
        return
    assert address_subject(str(IPv6Address(number))) == address_subject(str(IPv6Address(network | other)))
    assert address_subject(str(IPv6Address(number))) != address_subject(str(IPv6Address(number ^ 1 << 64)))


@given(st.integers(0, 2**32 - 1))
def test_an_address_of_ipv4_is_the_same_however_it_is_written(number: int) -> None:
    plain = str(IPv4Address(number))
    assert address_subject(plain) == plain
    assert address_subject(f"::ffff:{plain}") == address_subject(f"64:ff9b::{plain}") == plain


@pytest.mark.parametrize("address", [7, b"192.0.2.1", ("192.0.2.1", 4711), IPv4Address("192.0.2.1")])
def test_what_is_no_text_is_refused(address: Any) -> None:
    with pytest.raises(TypeError, match=f"address is a {type(address).__name__}") as caught:
        address_subject(address)
    assert "To mend it" in str(caught.value)
    assert "192.0.2.1" not in str(caught.value)
