"""Dialects as plain data: built-in ones by name, others as literals that come back as they were."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.exceptions import DeclarationError, EncodingError
from failwell.wire import slots
from failwell.wire.dialect import Dialect
from failwell.wire.dialects import BUILT_IN
from failwell.wire.literal import read_dialect, read_shape, write_dialect, write_shape

SLOTS = [slot for slot in vars(slots).values() if isinstance(slot, slots.Slot)]
_TEXTS = st.text(st.sampled_from("{}aCODE"), max_size=8) | st.sampled_from(["{CODE}", "{{CODE}}", "{}", "{"])
_NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
_SHAPES = st.recursive(
    _TEXTS | st.sampled_from(SLOTS) | st.integers() | st.booleans() | st.none() | _NUMBERS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(_SHAPES)
def test_any_literal_comes_back(shape: Any) -> None:
    assert read_shape(write_shape(shape), where="x") == shape


@pytest.mark.parametrize("dialect", BUILT_IN, ids=lambda dialect: dialect.name)
def test_built_in_dialects_have_names_and_come_back_as_themselves(dialect: Dialect) -> None:
    assert write_dialect(dialect) == dialect.name
    assert read_dialect(dialect.name, where="x") is dialect
    assert read_shape(write_shape(dialect.shape), where="x") == dialect.shape


def test_another_dialect_of_the_same_name_is_written_out() -> None:
    dialect = Dialect("problem", {"c": slots.CODE, "note": "{CODE}"}, limit_headers="ietf")
    written = write_dialect(dialect)
    assert written == {
        "name": "problem",
        "media_type": "application/json",
        "limit_headers": "ietf",
        "shape": {"c": "{CODE}", "note": "{{CODE}}"},
    }
    again = read_dialect(written, where="x")
    assert (again.shape, again.limit_headers) == (dialect.shape, "ietf")


def test_what_a_dialect_does_not_say_is_at_its_default() -> None:
    dialect = read_dialect({"name": "h", "shape": {"c": "{CODE}"}}, where="x")
    assert (dialect.media_type, dialect.limit_headers) == ("application/json", "none")


@pytest.mark.parametrize("number", [float("inf"), float("nan")])
def test_a_number_that_json_has_not_is_refused_when_written(number: float) -> None:
    with pytest.raises(EncodingError, match="no JSON form"):
        write_dialect(Dialect("h", {"c": slots.CODE, "n": [number]}))


@pytest.mark.parametrize(
    ("data", "code", "where", "what"),
    [
        (None, "unknown-dialect", "x", "the dialect is missing"),
        ("probelm", "unknown-dialect", "x", "'probelm' is no dialect"),
        (5, "unknown-dialect", "x", "5 is no dialect"),
        ({}, "bad-dialect", "x", "lacks 'name'"),
        ({"name": "h"}, "bad-dialect", "x", "lacks 'shape'"),
        ({"name": "h", "shape": {}, "kind": 1}, "bad-dialect", "x", "does not have 'kind'"),
        ({"name": 5, "shape": {"c": "{CODE}"}}, "bad-dialect", "x.name", "name is int"),
        ({"name": "", "shape": {"c": "{CODE}"}}, "bad-dialect", "x.name", "name is empty"),
        ({"name": "h", "shape": []}, "bad-dialect", "x.shape", "shape is empty"),
        ({"name": "h", "shape": ["{CODE}"]}, "bad-dialect", "x.shape", "shape is list"),
        ({"name": "h", "shape": {"c": {"d": "{COED}"}}}, "unknown-slot", "x.shape.c.d", "{COED} is no slot"),
        ({"name": "h", "shape": {"c": [1, {"{X}": 1}]}}, "unknown-slot", "x.shape.c[1]", "{X} is no slot"),
        ({"name": "h", "shape": {"m": "{MESSAGE}"}}, "dialect-without-identity", "Dialect('h')", ""),
        ({"name": "h", "shape": {"c": "{CODE}"}, "media_type": "\n"}, "bad-dialect", "x.media_type", "sent"),
        ({"name": "h", "shape": {"c": "{CODE}"}, "media_type": 5}, "bad-dialect", "x.media_type", "is int"),
    ],
)  # fmt: skip
def test_what_is_no_dialect_is_refused(data: object, code: str, where: str, what: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        read_dialect(data, where="x")
    assert (caught.value.code, caught.value.where) == (code, where)
    assert what in caught.value.what
    assert caught.value.hint
