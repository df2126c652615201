"""Whose address a request comes from, behind proxies that are trusted."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import cast

from failwell.exceptions import DeclarationError
from failwell.guard.text import verify_text

_Address = IPv4Address | IPv6Address
_HINT = "pass request.client.host, and the values of the field: a list of texts, or one text"
_MOST_HOPS = 32  # more are nobody's way through a network


class Proxies:
    """The proxies in front of an app, which tell by `X-Forwarded-For` whom they act for.

    Each proxy adds the address of whoever spoke to it at the right. So the caller is the first, from the
    right, that is no trusted proxy: what stands left of it the caller has written, and it can be anything.

        proxies = Proxies("10.0.0.0/8", "2001:db8:7::/48")
        guarded(limit, ip=lambda request: address_subject(
            proxies.caller(request.client.host, request.headers.getlist("x-forwarded-for"))))

    A proxy may write a line of its own instead of adding to the caller's, so the field can come several
    times: `getlist` has all of them, where `get` has the first, which is the caller's. Where servers or
    frameworks join them, as with Flask and Django, it is one text.

    Args:
        networks: addresses or networks of the proxies; without any the peer is the caller.

    Raises:
        DeclarationError: for what is neither an address nor a network.
    """

    def __init__(self, *networks: str) -> None:
        self._networks = [_network(text) for text in networks]

    def caller(self, peer: str | None, forwarded_for: str | Sequence[str] | None) -> str | None:
        """The address of the caller.

        Args:
            peer: the address at the other end of the connection; None where there is none, as with a socket
                in the file system: then the proxy that holds it is trusted.
            forwarded_for: the values of `X-Forwarded-For` in their order, or all of them joined by commas;
                None or empty where there is none.

        Returns:
            An address for `address_subject`. Where a trusted proxy passed on something that is no address,
            the proxy's own: whoever hides behind it shares what it may spend. None if nothing is known.

        Raises:
            TypeError: for anything but text or None.
        """
        if peer is not None:
            verify_text(peer, "peer", where="Proxies", hint=_HINT)
        hops, nearest = _hops(forwarded_for), peer
        if peer is not None and not self._trusts(_parsed(peer)):
            return peer
        for hop in reversed(hops[-_MOST_HOPS:]):
            address = _parsed(hop)
            if address is None:
                break
            nearest = str(address)
            if not self._trusts(address):
                break
        return nearest

    def _trusts(self, address: _Address | None) -> bool:
        return address is not None and any(
            address in network for network in self._networks if network.version == address.version
        )


def _hops(forwarded_for: str | Sequence[str] | None) -> list[str]:
    """What proxies have written, and the caller before them, in order."""
    values = forwarded_for if isinstance(forwarded_for, (list, tuple)) else [forwarded_for or ""]
    for value in values:
        verify_text(value, "forwarded_for", where="Proxies", hint=_HINT)
    return ",".join(cast("Sequence[str]", values)).split(",")


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(str(text))  # of numbers and bytes it would make networks of its own
    except ValueError as error:
        raise DeclarationError(
            f"{text!r} is neither an address nor a network: {error}",
            code="proxies-network",
            where="Proxies",
            hint="write networks such as '10.0.0.0/8', without bits set behind the prefix",
        ) from error


def _parsed(text: str) -> _Address | None:
    """An address, with or without a port as some proxies write it; IPv4 in IPv6 is IPv4."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
