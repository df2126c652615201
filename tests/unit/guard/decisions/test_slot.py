"""The decisions over slots, with nothing around them."""

from __future__ import annotations

from failwell.guard.decisions.slot import release, renew, take
from failwell.typing import Entry, Key

NOW = 1_000_000
LEASE = 60
KEYS = ("slot:account:s:a", "slot:key:s:k")


def nothing(_key: Key) -> Entry | None:
    return None


def test_a_slot_is_an_expiry_and_an_id() -> None:
    written, result = take(nothing, NOW, KEYS, [(2, b"one", LEASE), (1, b"one", LEASE)])
    assert written == dict.fromkeys(KEYS, (NOW + LEASE, NOW + LEASE, b"one"))
    assert result == [1, 1, 0, 0]


def test_one_full_cap_keeps_all_as_they_were() -> None:
    entries: dict[str, Entry] = {KEYS[1]: (NOW + 5, NOW + 5, b"one")}
    written, result = take(entries.get, NOW, KEYS, [(2, b"two", LEASE), (1, b"two", LEASE)])
    assert written == {}
    assert result == [0, 1, 0, 5]


def test_the_wait_is_for_as_many_leases_as_are_too_many() -> None:
    entries: dict[str, Entry] = {KEYS[0]: (NOW + 30, NOW + 10, b"1", NOW + 30, b"2", NOW + 20, b"3")}
    for limit, wait in ((4, 0), (3, 10), (2, 20), (1, 30), (0, LEASE)):
        written, result = take(entries.get, NOW, KEYS[:1], [(limit, b"4", LEASE)])
        assert result == [3 if wait else 4, wait]
        assert bool(written) is (wait == 0)


def test_a_lease_ends_at_its_instant() -> None:
    entries: dict[str, Entry] = {KEYS[0]: (NOW + 1, NOW, b"1", NOW + 1, b"2")}
    assert take(entries.get, NOW, KEYS[:1], [(2, b"3", LEASE)]) == (
        {KEYS[0]: (NOW + LEASE, NOW + 1, b"2", NOW + LEASE, b"3")},
        [2, 0],
    )


def test_a_denial_mends_what_a_clock_that_went_back_left_too_far_ahead() -> None:
    entries: dict[str, Entry] = {KEYS[0]: (NOW + 9_000, NOW + 9_000, b"1", NOW + 7, b"2")}
    written, result = take(entries.get, NOW, KEYS[:1], [(1, b"3", LEASE)])
    assert written == {KEYS[0]: (NOW + LEASE, NOW + LEASE, b"1", NOW + 7, b"2")}
    assert result == [2, LEASE]


def test_a_renewal_tells_whether_the_slot_was_there_and_puts_it_back() -> None:
    entries: dict[str, Entry] = {KEYS[0]: (NOW + 1, NOW + 1, b"1", NOW, b"2")}
    written, result = renew(entries.get, NOW, KEYS[:1], [(b"1", LEASE)])
    assert (written, result) == ({KEYS[0]: (NOW + LEASE, NOW + LEASE, b"1")}, [1])
    written, result = renew(entries.get, NOW, KEYS[:1], [(b"2", LEASE)])
    assert (written, result) == ({KEYS[0]: (NOW + LEASE, NOW + 1, b"1", NOW + LEASE, b"2")}, [0])
    assert renew(entries.get, NOW, KEYS, [(b"1", LEASE), (b"1", LEASE)])[1] == [0]


def test_a_release_takes_the_slot_out_and_the_last_one_the_entry() -> None:
    entries: dict[str, Entry] = {KEYS[0]: (NOW + 2, NOW + 1, b"1", NOW + 2, b"2")}
    written, result = release(entries.get, NOW, KEYS[:1], [(b"2", LEASE)])
    assert (written, result) == ({KEYS[0]: (NOW + 1, NOW + 1, b"1")}, [1])
    entries |= written
    assert release(entries.get, NOW, KEYS[:1], [(b"2", LEASE)]) == ({}, [0])
    assert release(entries.get, NOW, KEYS[:1], [(b"1", LEASE)]) == ({KEYS[0]: 0}, [1])
    entries[KEYS[0]] = 0
    assert release(entries.get, NOW, KEYS[:1], [(b"1", LEASE)]) == ({}, [0])
    assert release(nothing, NOW, KEYS[:1], [(b"1", LEASE)]) == ({}, [0])
