"""The Lua around a transition."""

from __future__ import annotations

from hashlib import sha1

from failwell.guard.decisions.gcra import REFILL, TAKE
from failwell.store.script import Scripts, encoded


def test_a_script_is_made_once_and_known_by_its_digest() -> None:
    scripts = Scripts()
    script = scripts.of(TAKE)
    assert script.sha == sha1(script.text.encode(), usedforsecurity=False).hexdigest()
    assert scripts.of(TAKE) is script
    assert scripts.of(REFILL).sha != script.sha


def test_a_script_holds_the_transition_as_it_is_and_lets_every_key_expire() -> None:
    text = Scripts().of(TAKE).text
    assert TAKE.lua in text
    assert text.count("redis.call('SET'") == text.count("'PX'") == 1
    assert text.index("local result = decide()") < text.index("redis.call('SET'")


def test_arguments_are_arrays_of_numbers_and_strings() -> None:
    assert encoded([(1, 60), (2, 2**40)]) == b"\x92\x92\x01\x3c\x92\x02\xcf" + (2**40).to_bytes(8, "big")
    assert encoded([(b"\xff\x00", 60)]) == b"\x91\x92\xdb\x00\x00\x00\x02\xff\x00\x3c"
