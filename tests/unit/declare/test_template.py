"""Templates over the members, and the text of occurrences that bring none of their own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.declare.template import Template
from tests.unit.declare.declaring import declare


class Spiteful:
    def __str__(self) -> str:
        raise RuntimeError("no text")


def test_the_template_is_used_where_an_occurrence_brings_no_text() -> None:
    cls = declare({"used": int, "limit": int}, detail="{used} of {limit} bytes.")
    assert str(cls(used=9, limit=10)) == cls(used=9, limit=10).detail == "9 of 10 bytes."
    assert cls("Full.", used=9, limit=10).detail == "Full."
    assert cls("", used=9, limit=10).detail == ""


def test_a_template_that_lacks_a_value_gives_no_text() -> None:
    problem = declare({"name": str | None}, {"name": None}, detail="{name} is gone.")()
    assert (problem.detail, str(problem)) == (None, "Sample")


def test_a_value_that_has_no_text_does_not_hide_the_problem() -> None:
    problem = declare({"value": str}, detail="{value}!")(value=Spiteful())
    assert (problem.detail, str(problem)) == (None, "Sample")


@given(st.text())
def test_values_are_put_in_as_they_are(value: str) -> None:
    """Braces in a value are no placeholders, however hostile."""
    assert Template("a {x} b {y}").fill({"x": value, "y": "{x}"}) == f"a {value} b {{x}}"


@pytest.mark.parametrize(
    ("source", "names", "single"),
    [
        ("", (), None),
        ("plain } {", (), None),
        ("{x}", ("x",), "x"),
        ("{x}{x}", ("x", "x"), None),
        ("s {x}", ("x",), None),
    ],
)
def test_the_names_of_a_template(source: str, names: tuple[str, ...], single: str | None) -> None:
    template = Template(source)
    assert (template.source, template.names, template.single_name) == (source, names, single)
    assert template.fill(dict.fromkeys(names, "v")) == source.replace("{x}", "v")
