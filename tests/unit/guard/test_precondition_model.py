"""Preconditions against a model of RFC 9110."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.guard.preconditions import (
    THEN,
    result,
)

# ---------------------------------------------------------------------------- the model

opaques = st.sampled_from(["a", "b", "a,b", ""])
pairs = st.tuples(st.booleans(), opaques)
lists = st.lists(pairs, max_size=3)
conditions = st.none() | st.just("*") | st.just("unreadable") | lists
seconds = st.none() | st.sampled_from([36, 37, 38, "nonsense"])


def _written(condition: str | list[tuple[bool, str]] | None) -> str | None:
    if condition is None or isinstance(condition, str):
        return condition
    return ", ".join(f'{"W/" * weak}"{opaque}"' for weak, opaque in condition)


def _date(second: int | str | None) -> str | None:
    return f"Sun, 06 Nov 1994 08:49:{second} GMT" if isinstance(second, int) else second


class Model:
    """Section 13.2.2, step by step, on pairs of weakness and opaque tag instead of texts."""

    def __init__(self, request: Mapping[str, Any], tag: tuple[bool, str] | None, second: int | None) -> None:
        self.tag, self.second = tag, second
        self.method: str = request["method"]
        self.match, self.none_match = request["if_match"], request["if_none_match"]
        self.modified, self.unmodified = (
            since if isinstance(since, int) and second is not None else None
            for since in (request["if_modified_since"], request["if_unmodified_since"])
        )

    def answer(self, *, required: bool) -> int | str:
        exists = self.tag is not None or self.second is not None
        reads = self.method in ("GET", "HEAD")
        if self.method == "OPTIONS" or (reads and not exists):
            return "goes on"
        status = self.step_1(exists=exists)
        if status == "goes on":
            status = self.step_3(exists=exists, reads=reads)
        came = [self.match, self.none_match or None, self.unmodified]
        if status == "goes on" and required and not reads and came == [None] * 3:
            return 428
        return status

    def step_1(self, *, exists: bool) -> int | str:
        """Steps 1 and 2."""
        if self.match == "*":
            return "goes on" if exists else 412
        if self.match == "unreadable":
            return 412
        if self.match is not None:
            same = [pair for pair in self.match if self.tag == pair and not pair[0]]
            return "goes on" if same else 412
        if self.unmodified is not None and self.second is not None:
            return "goes on" if self.second <= self.unmodified else 412
        return "goes on"

    def step_3(self, *, exists: bool, reads: bool) -> int | str:
        """Steps 3 and 4."""
        if self.none_match is None:
            is_fresh = (
                reads
                and self.modified is not None
                and self.second is not None
                and self.second <= self.modified
            )
            return 304 if is_fresh else "goes on"
        if self.none_match == "*":
            is_there = exists
        elif self.none_match == "unreadable":
            is_there = not reads
        else:
            is_there = self.tag is not None and self.tag[1] in [opaque for _, opaque in self.none_match]
        return "goes on" if not is_there else 304 if reads else 412


@given(
    st.fixed_dictionaries(
        {
            "method": st.sampled_from(["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"]),
            "if_match": conditions,
            "if_none_match": conditions,
            "if_modified_since": seconds,
            "if_unmodified_since": seconds,
        }
    ),
    st.none() | pairs,
    st.none() | st.just(37),
    st.booleans(),
)
@example(
    {"method": "GET", "if_match": None, "if_none_match": [(True, "a")], "if_modified_since": 36,
     "if_unmodified_since": 36}, (False, "a"), 37, False,  # noqa: FBT003
)  # fmt: skip
def test_whatever_comes_is_answered_as_by_the_model(
    request: Mapping[str, Any],
    tag: tuple[bool, str] | None,
    second: int | None,
    required: bool,  # noqa: FBT001
) -> None:
    fields = {
        "if_match": _written(request["if_match"]),
        "if_none_match": _written(request["if_none_match"]),
        "if_modified_since": _date(request["if_modified_since"]),
        "if_unmodified_since": _date(request["if_unmodified_since"]),
    }
    answer = result(
        request["method"],
        None if tag is None else _written([tag]),
        last_modified=None if second is None else THEN,
        required=required,
        **fields,
    )
    assert answer == Model(request, tag, second).answer(required=required)


@given(
    st.sampled_from(["GET", "PUT", "get", ""]),
    *[st.none() | st.text() | st.text(st.sampled_from('"W/*, -a\x00'))] * 4,
)
def test_whatever_callers_send_nothing_else_comes_of_it(
    method: str, match: str | None, none_match: str | None, modified: str | None, unmodified: str | None
) -> None:
    assert result(
        method,
        last_modified=THEN,
        required=True,
        if_match=match,
        if_none_match=none_match,
        if_modified_since=modified,
        if_unmodified_since=unmodified,
    ) in {"goes on", 304, 412, 428}
