"""Lines of the parts of JSON and TOML texts."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from failwell.source.lines import Steps, json_lines, toml_lines
from tests.unit.source.random_catalogs import json_values

_KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)


def parts(data: Any, steps: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    yield steps, data
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, part in pairs:
        yield from parts(part, (*steps, step))


@given(st.dictionaries(st.text(max_size=5), json_values(), max_size=4))
def test_every_part_of_a_json_text_has_its_line(data: dict[str, Any]) -> None:
    text = json.dumps(data, indent=1)
    lines, twice = json_lines(text)
    assert lines.keys() == {steps for steps, _ in parts(data)}
    assert twice == []
    written = text.split("\n")
    for steps, value in parts(data):
        if steps and not isinstance(value, dict | list):
            line = written[lines[steps] - 1].strip().removesuffix(",")
            key = f"{json.dumps(steps[-1])}: " if isinstance(steps[-1], str) else ""
            assert line == f"{key}{json.dumps(value)}"


@given(st.dictionaries(_KEYS, json_values(), max_size=4), st.booleans())
def test_every_part_of_a_toml_text_has_a_line(data: dict[str, Any], strings: bool) -> None:  # noqa: FBT001
    text = tomli_w.dumps(data, multiline_strings=strings)
    read = tomllib.loads(text)
    lines = toml_lines(text)
    assert lines.keys() == {steps for steps, _ in parts(read)}
    assert max(lines.values()) <= text.count("\n") + 1


TOML = '''\
a = 1.5 # b = 2
"c.d" = """
x = 1
\\"""" # two quotes more end it
e = [
  1, # one
  {f = 2, g.h = [3]},
]
[t.u]
k = 1979-05-27 07:32:00
[[v]]
w = 'a'
[[v]]
w = "#"
[v.x]
"\\u0079" = true
'z' = \'\'\'
'\'\'\'
'''


@pytest.mark.parametrize(
    ("steps", "line"),
    [
        (("a",), 1), (("c.d",), 2), (("e",), 5), (("e", 0), 6), (("e", 1, "f"), 7),
        (("e", 1, "g", "h", 0), 7), (("t", "u"), 9), (("t", "u", "k"), 10), (("v",), 11), (("v", 0, "w"), 12),
        (("v", 1), 13),
        (("v", 1, "w"), 14), (("v", 1, "x", "y"), 16), (("v", 1, "x", "z"), 17),
    ],
)  # fmt: skip
def test_toml_in_all_its_ways_of_writing(steps: Steps, line: int) -> None:
    assert toml_lines(TOML).keys() == {found for found, _ in parts(tomllib.loads(TOML))}
    assert toml_lines(TOML)[steps] == line


def test_a_key_that_stands_twice_is_found_in_its_object_only() -> None:
    text = '{"a": 1,\n"b": {"a": 2},\n"c": [{"a": 3}, {"a": 4}],\n"\\u0061": 5,\n"d": {"e": 1, "e": 2}}'
    assert json_lines(text)[1] == [(("a",), 4), (("d", "e"), 5)]
