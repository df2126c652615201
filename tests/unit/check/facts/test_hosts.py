"""Hosts of URLs, and which of them are set aside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.check.facts.hosts import host_of, is_loopback, is_public_address, is_reserved, site_of


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Shop.Example:443/x", "shop.example"),
        ("https://user:pass@shop.example?x=://y", "shop.example"),
        ("http://[2001:db8::1]:80/", "2001:db8::1"),
        ("https://shop.example.", "shop.example"),
        ("urn:shop:", ""),
        ("/orders/{id}", ""),
        ("https://", ""),
    ],
)
def test_the_host_of_a_url(url: str, host: str) -> None:
    assert host_of(url) == host


def test_names_below_example_are_nobodys() -> None:
    assert all(map(is_reserved, ("example", "a.example", "mail.example.com", "x.test", "localhost")))
    assert not any(map(is_reserved, ("myexample.com", "example.dev", "example.com.shop.dev")))


def test_this_machine_has_several_names() -> None:
    assert all(map(is_loopback, ("localhost", "api.localhost", "127.8.0.1", "::1")))
    assert not any(map(is_loopback, ("localhost.shop.dev", "128.0.0.1", "")))


def test_an_owner_has_several_hosts() -> None:
    assert site_of("errors.shop.dev") == site_of("shop.dev") == "shop.dev"


def test_public_addresses_may_be_somebodys() -> None:
    assert all(map(is_public_address, ("8.8.4.4", "2606:4700::1111")))
    assert not any(map(is_public_address, ("192.0.2.7", "2001:db8::1", "10.0.0.1", "3fff::1", "1.2.3", "")))


@given(st.text())
def test_any_text_may_stand_where_a_url_should(text: str) -> None:
    assert site_of(host_of(text)).count(".") <= 1
    assert isinstance(is_public_address(text), bool)
