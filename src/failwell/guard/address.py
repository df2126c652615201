"""Addresses as subjects: whom a guard counts for when nobody has said who it is."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address, IPv6Address

from failwell.guard.text import verify_text

_NAT64 = int(IPv6Address("64:ff9b::")) >> 32  # RFC 6052: IPv4 addresses as a translator shows them

_HINT = "pass the host alone, such as request.client.host, or str(address)"


def address_subject(address: str | None) -> str | None:
    """The subject for an IP address: an IPv4 address as it is, of IPv6 the network of 64 bits.

    Whoever has one IPv6 address has 2**64 of them, so all of a network are one. An IPv4 address that is
    written in IPv6 (`::ffff:192.0.2.1`, RFC 4291; `64:ff9b::192.0.2.1`, RFC 6052) is that address. A zone
    (`%eth0`) is left out.

    Args:
        address: without a port, such as the peer's or what a trusted proxy says.

    Returns:
        The subject; None for what is no address, such as the name of a socket: then there is nobody to count
        for. All who have none would else be one.

    Raises:
        TypeError: for anything but text or None.
    """
    if address is None:
        return None
    verify_text(address, "address", where="address_subject", hint=_HINT)
    text = address.strip()
    try:
        if ":" not in text:
            return str(IPv4Address(text))
        parsed = IPv6Address(text.partition("%")[0])
    except AddressValueError:
        return None
    number = int(parsed)
    mapped = parsed.ipv4_mapped or (IPv4Address(number & 0xFFFF_FFFF) if number >> 32 == _NAT64 else None)
    return str(mapped) if mapped is not None else f"{IPv6Address(number >> 64 << 64)}/64"
