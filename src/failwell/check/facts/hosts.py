"""Hosts in URLs and texts: which are this machine, and which are set aside for examples."""

from __future__ import annotations

import ipaddress

_RESERVED = ("example", "test", "invalid", "localhost", "example.com", "example.net", "example.org")
"""Names that are nobody's (RFC 2606, RFC 6761)."""

_EXAMPLES = tuple(
    ipaddress.ip_network(text)
    for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20")
)
"""Addresses for documentation (RFC 5737, RFC 3849, RFC 9637)."""


def host_of(url: str) -> str:
    """The host of a URL in lower case, without user, port and brackets; empty if there is none."""
    _, mark, rest = url.partition("://")
    if not mark:
        return ""
    for end in "/?#":
        rest = rest.partition(end)[0]
    rest = rest.rpartition("@")[2]
    if rest.startswith("["):
        return rest[1:].partition("]")[0].lower()
    return rest.partition(":")[0].lower().rstrip(".")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    return host == "localhost" or host.endswith(".localhost") or host == "::1" or host.startswith("127.")


def is_reserved(host: str) -> bool:
    """Whether a name is set aside for examples and tests."""
    return host in _RESERVED or host.endswith(tuple(f".{name}" for name in _RESERVED))


def site_of(host: str) -> str:
    """The last two labels of a name: what hosts of one owner have in common, roughly."""
    return ".".join(host.rsplit(".", 2)[-2:])


def is_public_address(text: str) -> bool:
    """Whether a text is an IP address of the internet that may be somebody's."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return address.is_global and not any(address in network for network in _EXAMPLES)
