"""`traceparent`: which trace a request belongs to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.headers.trace import TraceParent, traceparent

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
USUAL = f"00-{TRACE}-{PARENT}-01"


def test_a_traceparent_is_a_trace_a_parent_and_flags() -> None:
    found = traceparent(USUAL)
    assert found == TraceParent(TRACE, PARENT, 1)
    assert found is not None
    assert found.is_sampled
    assert traceparent(f"\t {USUAL} ") == found


@pytest.mark.parametrize(("flags", "is_sampled"), [("00", False), ("02", False), ("03", True), ("ff", True)])
def test_flags_are_bits_and_those_of_later_levels_are_kept(flags: str, is_sampled: bool) -> None:  # noqa: FBT001
    """Level 2 added the second bit: the trace id is random."""
    found = traceparent(f"00-{TRACE}-{PARENT}-{flags}")
    assert found is not None
    assert (found.flags, found.is_sampled) == (int(flags, 16), is_sampled)


@pytest.mark.parametrize("more", ["", "-", "-what-the-future-brings", "-00"])
def test_the_first_four_fields_of_a_later_version_are_read(more: str) -> None:
    assert traceparent(f"cc-{TRACE}-{PARENT}-01{more}") == TraceParent(TRACE, PARENT, 1)


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "00",
        f"ff-{TRACE}-{PARENT}-01",
        f"ff-{TRACE}-{PARENT}-01-more",
        f"{USUAL}-",
        f"{USUAL}-more",
        f"cc-{TRACE}-{PARENT}-01.more",
        f"cc-{TRACE}-{PARENT}-01more",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        USUAL.upper(),
        f"0-{TRACE}-{PARENT}-01",
        f"000-{TRACE}-{PARENT}-01",
        f"00-{TRACE[1:]}-{PARENT}-01",
        f"00-{TRACE}-{PARENT}0-01",
        f"00-{TRACE}-{PARENT}-1",
        f"00-{TRACE}-{PARENT}-0x",
        f"00_{TRACE}_{PARENT}_01",
        f"{USUAL}, {USUAL}",
        f"{USUAL}\n",
        USUAL.replace("4", "٤"),  # a digit, but not one of ASCII
    ],
)
def test_anything_else_belongs_to_no_trace(value: str) -> None:
    assert traceparent(value) is None


@given(st.text(max_size=80))
def test_no_text_makes_it_raise(value: str) -> None:
    found = traceparent(value)
    assert found is None or len(found.trace_id) == 32
