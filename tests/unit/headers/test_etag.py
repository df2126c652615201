"""Entity tags, read against a model that goes from character to character."""

from __future__ import annotations

import time
from enum import StrEnum

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from failwell.headers import is_safe_value
from failwell.headers.etag import (
    LONGEST,
    etag,
    etags,
    is_etag,
    is_strong,
    matches_strongly,
    matches_weakly,
    without_suffix,
)

tags = st.builds(
    lambda weak, opaque: f'{weak}"{opaque}"',
    st.sampled_from(["", "W/"]),
    st.text(st.sampled_from("ab7,/W*\\-!#~\x80\xff"), max_size=5),
)
nearly = st.text(st.sampled_from('ab"",,W/w *\t\\\x00\x7f\x80\xff\u0100'), max_size=12)


# ---------------------------------------------------------------------------- writing


@pytest.mark.parametrize(
    ("value", "tag"),
    [
        (7, '"7"'),
        ("7", '"7"'),
        (-1, '"-1"'),
        ("r7,b\\'", '"r7,b\\\'"'),
        ("", '""'),
        ("a" * 64, f'"{"a" * 64}"'),
        (b"", '"yuZpQdnvvUBOTYh1jqZ2cA"'),
        (b"content", '"xoH_Qh-9evbcNzp87SD76w"'),
    ],
)
def test_a_revision_has_a_tag(value: str | int | bytes, tag: str) -> None:
    assert (etag(value), etag(value, weak=True)) == (tag, f"W/{tag}")


@given(st.text() | st.binary() | st.integers(), st.booleans())
@example("a" * 65, False)  # noqa: FBT003
@example('"', True)  # noqa: FBT003
@example("\ud800", False)  # noqa: FBT003
def test_whatever_is_written_can_be_sent_and_read(value: str | int | bytes, weak: bool) -> None:  # noqa: FBT001
    tag = etag(value, weak=weak)
    assert is_etag(tag)
    assert is_safe_value(tag)
    assert tag.isascii()
    assert len(tag) <= 68 or isinstance(value, int)
    assert etags(tag) == (tag,)
    assert is_strong(tag) is not weak


@given(st.lists(st.text() | st.text(st.sampled_from('a "\n')), unique=True))
def test_no_two_texts_share_a_tag(values: list[str]) -> None:
    assert len({etag(value) for value in values}) == len(values)


def test_a_member_of_an_enum_stands_for_its_value() -> None:
    class Version(StrEnum):
        FIRST = "v1"

    assert etag(Version.FIRST) == '"v1"'


@pytest.mark.parametrize("value", [None, True, 1.5, ["a"]])
def test_other_types_have_no_tag(value: object) -> None:
    with pytest.raises(TypeError, match="has no tag\n  To mend it"):
        etag(value)  # type: ignore[arg-type]


# ---------------------------------------------------------------------------- reading


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("*", ("*",)),
        (" * ", ("*",)),
        ("", ()),
        (",, ,", ()),
        ('"a"', ('"a"',)),
        ('W/"a"', ('W/"a"',)),
        ('"a", W/"b" ,"c"', ('"a"', 'W/"b"', '"c"')),
        (',"a",, "b",', ('"a"', '"b"')),
        ('"a,b", "c"', ('"a,b"', '"c"')),
        ('"*"', ('"*"',)),
        ('"W/"', ('"W/"',)),
        ('""', ('""',)),
        ('"a\\"', ('"a\\"',)),
        ('"\xe9"', ('"\xe9"',)),
    ],
)
def test_lists_are_read(value: str, found: tuple[str, ...]) -> None:
    assert etags(value) == found


@pytest.mark.parametrize(
    "value",
    [
        "a",
        '"a',
        'a"',
        "'a'",
        'w/"a"',
        'W /"a"',
        'W/ "a"',
        "W/a",
        "W/*",
        '*, "a"',
        '"a", *',
        '"a" "b"',
        '"a""b"',
        '"a b"',
        '"a\tb"',
        '"a\\"b"',
        '"a\x00"',
        '"a\x7f"',
        '"a\u0100"',
        '"a"\n',
        '"a";q=1',
    ],
)
def test_what_follows_no_syntax_is_none(value: str) -> None:
    assert etags(value) is None


def test_a_field_that_is_too_long_is_none() -> None:
    assert etags(f'"{"a" * (LONGEST - 2)}"') is not None
    assert etags(f'"{"a" * (LONGEST - 1)}"') is None


def _model(value: str) -> tuple[str, ...] | None:
    """The lists of section 5.6.1.2, the grammar of section 8.8.3: cut at commas, look at each part."""
    parts, is_quoted = [""], False
    for char in value:
        is_quoted ^= char == '"'
        if char == "," and not is_quoted:
            parts.append("")
        else:
            parts[-1] += char
    elements = [part.strip(" \t") for part in parts]
    if elements == ["*"]:
        return ("*",)
    listed = [element for element in elements if element]
    return tuple(listed) if all(map(_follows_grammar, listed)) else None


def _follows_grammar(element: str) -> bool:
    opaque = element[2:] if element[:2] == "W/" else element
    between = [ord(char) for char in opaque[1:-1]]
    return (len(opaque) >= 2 and opaque[0] == opaque[-1] == '"') and all(
        char == 0x21 or 0x23 <= char <= 0x7E or 0x80 <= char <= 0xFF for char in between
    )


@given(nearly | st.lists(tags | nearly, max_size=5).map(",".join) | st.text())
@example('"a",')
@example('"')
def test_a_value_is_read_as_by_the_model(value: str) -> None:
    assert etags(value) == _model(value)


@given(st.lists(tags, max_size=6), st.sampled_from([",", ", ", " ,\t", ",,", ", ,"]))
def test_whatever_was_listed_is_found(listed: list[str], comma: str) -> None:
    assert etags(comma.join(listed)) == tuple(listed)


@pytest.mark.parametrize(
    "part",
    ['"', '""', '"a",', ",", " ", "\t ", '"a" ', "W/", 'W/"', '"a"W/', "*", '" ', ' "a', ", ", '" , "'],
)
def test_reading_takes_time_in_proportion(part: str) -> None:
    """Backtracking over a field of this length would take minutes."""
    value = (part * LONGEST)[:LONGEST]
    start = time.process_time()
    for end in ("", "x", '"', ","):
        etags(value[: LONGEST - len(end)] + end)
    assert time.process_time() - start < 5


# ---------------------------------------------------------------------------- comparing


@pytest.mark.parametrize(
    ("one", "other", "strongly", "weakly"),
    [  # the table of RFC 9110, section 8.8.3.2
        ('W/"1"', 'W/"1"', False, True),
        ('W/"1"', 'W/"2"', False, False),
        ('W/"1"', '"1"', False, True),
        ('"1"', '"1"', True, True),
    ],
)
def test_tags_are_compared_as_in_the_table(one: str, other: str, *, strongly: bool, weakly: bool) -> None:
    for current, given_tag in ((one, other), (other, one)):
        assert matches_strongly(current, [given_tag]) is strongly
        assert matches_weakly(current, [given_tag]) is weakly


def test_one_of_several_is_enough_and_case_counts() -> None:
    assert matches_strongly('"b"', ('"a"', '"b"'))
    assert matches_weakly('"b"', ('"a"', 'W/"b"'))
    assert not matches_strongly('"b"', ('"B"',))
    assert not matches_weakly('"b"', ('"B"', '"b "'))
    assert not matches_weakly('"b"', ())


@pytest.mark.parametrize(
    ("tag", "bare"),
    [
        ('"r7-gzip"', '"r7"'),
        ('W/"r7-br"', 'W/"r7"'),
        ('"r7"', '"r7"'),
        ('"-gzip"', '""'),
        ('"r7-gzip-gzip"', '"r7-gzip"'),
        ('"r7-GZIP"', '"r7-GZIP"'),
    ],
)
def test_a_suffix_that_a_server_in_front_appended_is_taken_off_once(tag: str, bare: str) -> None:
    assert without_suffix(tag, ("-gzip", "-br")) == bare
    assert without_suffix(tag, ()) == tag
