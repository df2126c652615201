"""What is where in a Redis Cluster: each name belongs to a slot, and each slot to a node."""

from __future__ import annotations

from binascii import crc_hqx
from collections.abc import Sequence
from random import Random
from typing import Any

SLOTS = 16_384

Address = tuple[str, int]
"""A node's host and port."""


def slot_of(name: str) -> int:
    """The slot of a name: the CRC16 of what is in its first braces, or of all of it if they hold nothing.

    Source: the Redis Cluster specification, "Key distribution model" and "Hash tags". Its CRC16 is XMODEM's.
    """
    _, opened, rest = name.partition("{")
    tag, closed, _ = rest.partition("}")
    return crc_hqx((tag if opened and closed and tag else name).encode(), 0) % SLOTS


class Slots:
    """Which node has which slot, as far as nodes have told; it asks nobody itself.

    Args:
        seed: a node to begin with.
        chance: chooses whom to ask first, so that processes do not all ask the same node.
    """

    def __init__(self, seed: Address, chance: Random) -> None:
        self._seed, self._chance = seed, chance
        self._owners: dict[int, Address] = {}

    @property
    def nodes(self) -> set[Address]:
        """The nodes that have slots."""
        return set(self._owners.values())

    def owner(self, name: str) -> Address | None:
        """The node that has a name; None while nobody has told."""
        return self._owners.get(slot_of(name))

    def to_ask(self, failed: Address | None) -> Sequence[Address]:
        """Nodes that may tell who has what, best first; the last is one that just failed."""
        known = {*self.nodes, self._seed} - {failed}
        asked = self._chance.sample(sorted(known), len(known))
        return asked if failed is None else [*asked, failed]

    def told(self, ranges: Sequence[Sequence[Any]], asked: Address) -> None:
        """Takes the answer of a node to CLUSTER SLOTS.

        Args:
            ranges: each a first slot, a last slot, and its nodes, the master first: host, port and more.
            asked: the node that answered, which need not know its own host.
        """
        owners: dict[int, Address] = {}
        for first, last, master, *_ in ranges:
            owner = _text(master[0]) or asked[0], int(master[1])
            owners.update(dict.fromkeys(range(int(first), int(last) + 1), owner))
        self._owners = owners

    def moved(self, slot: int, owner: Address) -> Address:
        """Takes note of a slot's new node, as one that was asked in error says (`MOVED`), and returns it."""
        self._owners[slot] = owner
        return owner


def _text(host: bytes | str | None) -> str:
    return host.decode() if isinstance(host, bytes) else host or ""
