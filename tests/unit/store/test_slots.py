"""What is where in a Redis Cluster."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.crc import key_slot

from failwell.store.slots import SLOTS, Slots, slot_of

A, B, C = ("a.example", 7000), ("b.example", 7001), ("c.example", 7002)


def slots() -> Slots:
    return Slots(A, Random(0))


@pytest.mark.parametrize(
    ("name", "slot"), [("123456789", 12739), ("foo", 12182), ("{foo}bar", 12182), ("x{foo}{bar}", 12182)]
)
def test_slots_are_those_of_the_specification(name: str, slot: int) -> None:
    assert slot_of(name) == slot


@given(st.text("{}ab:é", max_size=12))
def test_a_name_has_the_slot_that_redis_py_finds_too(name: str) -> None:
    assert slot_of(name) == key_slot(name.encode()) < SLOTS


def test_nothing_is_known_before_a_node_has_told() -> None:
    known = slots()
    assert known.owner("foo") is None
    assert known.nodes == set()
    assert known.to_ask(None) == [A]
    assert known.to_ask(B) == [A, B]
    assert known.to_ask(A) == [A]


def test_nodes_tell_who_has_what_and_the_one_that_failed_is_asked_last() -> None:
    known = slots()
    known.told([[0, 8000, [b"a.example", 7000, b"id", []]], [8001, SLOTS - 1, [b"b.example", 7001]]], A)
    assert known.owner("foo") == B
    assert known.owner("1") == B
    assert known.owner("hello") == A
    assert known.to_ask(B) == [A, B]
    known.told([[0, SLOTS - 1, ["c.example", 7002, "id"]]], A)
    assert known.owner("foo") == C
    assert known.nodes == {C}
    assert sorted(known.to_ask(None)) == [A, C]


@pytest.mark.parametrize("host", [b"", None, ""])
def test_a_node_that_does_not_know_its_own_host_is_where_it_was_asked(host: bytes | str | None) -> None:
    known = slots()
    known.told([[0, SLOTS - 1, [host, 7009, b"id"]]], B)
    assert known.owner("foo") == ("b.example", 7009)


def test_a_slot_that_moved_is_found_where_it_went_and_the_others_stay() -> None:
    known = slots()
    known.told([[0, SLOTS - 1, [b"a.example", 7000]]], A)
    assert known.moved(12182, B) == B
    assert known.owner("foo") == B
    assert known.owner("bar") == A


def test_a_slot_that_nobody_has_has_no_owner() -> None:
    known = slots()
    known.told([[0, 100, [b"a.example", 7000]]], A)
    assert known.owner("foo") is None
