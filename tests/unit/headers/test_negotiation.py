"""What a client would rather have."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell.headers import joined_vary, languages, lookup, preferred

JSON, MARKDOWN, HTML = "application/json", "text/markdown", "text/html; charset=utf-8"
OFFERS = (JSON, MARKDOWN, HTML)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", JSON),
        (" ", JSON),
        ("*/*", JSON),
        (BROWSER, HTML),
        ("text/html", HTML),
        ("TEXT/HTML", HTML),
        ("text/html;charset=UTF-8", HTML),
        ("text/html;charset=iso-8859-1", None),
        ("application/json; charset=utf-8", JSON),
        ("application/json;indent=2", None),
        ("text/*", MARKDOWN),
        ("text/*;q=0.5, text/html", HTML),
        ("text/markdown;q=0.5, text/html;q=0.4", MARKDOWN),
        ("text/html;q=0.4, text/markdown;q=0.5", MARKDOWN),
        ("text/markdown, text/html", MARKDOWN),  # of the same weight: as the server likes
        ("*/*, application/json;q=0", MARKDOWN),
        ("*/*;q=0.1, text/*;q=0.2, text/html;q=0", MARKDOWN),
        ("text/html;q=0", None),
        ("image/png", None),
        ("application/json;q=0.000", None),
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", HTML),
        ("text/html;q=1.001, text/markdown;q=0.1", MARKDOWN),
        ("text/html;q=high, text/markdown", MARKDOWN),
        ("text/html;q=-1", JSON),  # nothing but mistakes
        (",,;,json,q=1", JSON),
        ("text/html;q=0.5;q=1, text/markdown;q=0.6", MARKDOWN),
        ('text/html;charset="utf-8"', HTML),
        ('text/html;title="a, text/markdown;q=1, b", text/markdown;q=0.1', MARKDOWN),
        ('text/html;title="\\", text/markdown', None),  # the quote never ends
    ],
)
def test_the_best_offer_is_taken(accept: str, expected: str | None) -> None:
    assert preferred(accept, OFFERS) == expected


def test_more_parameters_are_more_specific() -> None:
    offers = ('application/json;profile="a"', "application/json")
    assert preferred('application/json, application/json;profile="a";q=0.5', offers) == offers[1]
    assert preferred('application/json;q=0.5, application/json;profile="A"', offers) == offers[0]


def test_who_offers_nothing_gives_nothing() -> None:
    assert preferred("", ()) is None
    assert preferred("*/*", ()) is None


FIELD = st.text() | st.lists(
    st.sampled_from(
        ["text/html", "*/*", "text/*", "de-CH", "*", ";q=0.5", ";q=0", ";q=x", ",", '"', "\\", ";a=b"]
    )
).map("".join)


@given(FIELD, st.lists(st.sampled_from(OFFERS), unique=True))
def test_a_choice_is_one_of_the_offers(accept: str, offers: list[str]) -> None:
    choice = preferred(accept, offers)
    assert choice is None or choice in offers


@given(st.permutations(OFFERS), st.permutations([3, 2, 1]))
def test_different_weights_decide_whatever_the_order(offers: list[str], weights: list[int]) -> None:
    accept = ", ".join(
        f"{offer.partition(';')[0]};q=0.{weight}" for offer, weight in zip(offers, weights, strict=True)
    )
    assert preferred(accept, OFFERS) == offers[weights.index(3)]


@pytest.mark.parametrize(
    "piece",
    [
        ",",
        ";",
        '"',
        '"",',
        "a/b,",
        "a/b;q=0.1,",
        'a/b;c="',
        "\\",
        '\\"',
        '"\\',
        "a-",
        "a,",
        "de;q=0.5,",
        "*",
        "=",
        ";q=",
        "0",
        " ",
    ],
)
def test_sixty_four_kilobytes_are_read_in_linear_time(piece: str) -> None:
    field = (piece * 65_536)[:65_536]
    spent = []
    for hostile in (field, f'"{field}', f"text/html;q=0.{field}"):
        start = time.process_time()
        preferred(hostile, OFFERS)
        lookup(languages(hostile), ("en", "de"))
        lookup((hostile,), ("en", "de"))
        spent.append(time.process_time() - start)
    assert max(spent) < 5  # quadratic would be minutes


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("", ()),
        ("de", ("de",)),
        ("de-CH, de;q=0.9, en;q=0.8, *;q=0.5", ("de-CH", "de", "en", "*")),
        ("en;q=0.1, de;q=0.2, fr", ("fr", "de", "en")),
        ("en;q=0.5, de;q=0.5", ("en", "de")),
        ("de;q=0, en", ("en",)),
        ("de;q=0.0", ()),
        ("de;q=2, en;q=x, fr;q=", ()),
        ("de_DE, 1, toolongsubtag, é, en", ("en",)),
        ("de, de;q=0.5", ("de",)),
        ("  de ;  q=0.7 , en", ("en", "de")),
    ],
)
def test_ranges_come_in_order_of_preference(field: str, expected: tuple[str, ...]) -> None:
    assert languages(field) == expected


def test_the_number_of_ranges_is_bounded() -> None:
    assert len(languages(",".join(f"a{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(500)))) == 32


@given(FIELD)
def test_any_accept_language_is_read(field: str) -> None:
    found = languages(field)
    assert all(part in field for part in found)
    assert lookup(found, ("en", "de")) in ("en", "de", None)


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        ((), None),
        (("de",), "de"),
        (("DE-ch-1996",), "de"),
        (("pt-BR",), "pt-BR"),
        (("pt",), None),  # a range is shortened, an offer is not
        (("zh-Hant-CN-x-private1-private2",), "zh-Hant"),
        (("fr", "de"), "de"),
        (("fr",), None),
        (("*",), "en"),
        (("*", "de"), "de"),
        (("*", "fr"), None),
        (("fr", "*"), "en"),
        (("", "-", "x", "x-de"), None),
    ],
)
def test_lookup_shortens_each_range_in_turn(ranges: tuple[str, ...], expected: str | None) -> None:
    assert lookup(ranges, ("en", "de", "pt-BR", "zh-Hant")) == expected


def test_lookup_gives_the_tag_as_it_was_offered() -> None:
    assert lookup(("ZH-HANT-TW",), ("zh-Hant",)) == "zh-Hant"
    assert lookup(("*",), ()) is None


TAG = st.from_regex(r"[a-z]{2,3}(-[A-Z]{2})?", fullmatch=True)


@given(TAG, st.lists(TAG))
def test_a_range_finds_itself_and_whatever_is_longer_finds_it_too(tag: str, others: list[str]) -> None:
    assert lookup((tag.swapcase(),), (tag, *others)) == tag
    assert lookup((f"{tag}-x-anything",), (tag, *others)) == tag


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], ""),
        (["Accept"], "Accept"),
        (["Accept", "Accept-Language"], "Accept, Accept-Language"),
        (["Origin,accept", "Accept", "ORIGIN"], "Origin, accept"),
        (["Accept", " * "], "*"),
        ([" , ,Accept,, "], "Accept"),
    ],
)
def test_what_a_response_varies_by_is_said_once(values: list[str], expected: str) -> None:
    assert joined_vary(values) == expected
