"""Responses in the language of the person who reads them."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell import Catalog, Contract, Dialect, Problem, Redirect, Resolve, UnknownProblem, dialects
from failwell.declare import Lifecycle
from failwell.declare.record import Translation
from failwell.headers import midnight
from failwell.wire.dialects import BUILT_IN

words = Catalog("words", base="https://errors.words.example/")


class Full(
    Problem, catalog=words, code="full", status=(413, 401), title="Full", suggestion="Free some space.",
    detail="{used} of {limit} bytes are used.",
    resolve=Resolve(action="upgrade", message="Upgrade", url="https://words.example/plans"),
):  # fmt: skip
    """A limit of the plan was hit."""

    limit: int
    used: int | None = None


class Plain(Problem, catalog=words, code="plain", status=409, title="Plain", suggestion="Do otherwise."):
    """No detail, hence its title is the message."""

    hint: str | None = None


class Apart(Problem, catalog=words, code="apart", status=409, title="Apart"):
    """Not translated."""


class Told(
    Problem, catalog=words, code="told", status=409, title="Told", headers={"Vary": "Accept", "X-A": "{a}"}
):
    """With header fields."""

    a: str


class Browsed(
    Problem, catalog=words, code="browsed", status=410, title="Used", redirect=Redirect("/login?error={code}")
):
    """For browsers."""


class Renamed(
    Problem, catalog=words, code="renamed", status=409, title="Renamed",
    lifecycle=Lifecycle(since=date(2026, 1, 1), sunset=date(2026, 7, 1), former="former"),
):  # fmt: skip
    """It had another code."""


GERMAN = Translation(
    title="Voll",
    detail="{used} von {limit} Bytes sind belegt.",
    suggestion="Schaffe Platz.",
    message="Aufrüsten",
)
words.translate(
    "de",
    {
        "full": GERMAN,
        "plain": Translation(title="Schlicht"),
        "told": Translation(title="Gesagt"),
        "browsed": Translation(title="Benutzt"),
        "renamed": Translation(title="Umbenannt"),
    },
)
words.translate(
    "pt-BR",
    {
        "full": Translation(suggestion="Libere espaço."),
        "apart": Translation(prose="Só a página é traduzida."),
    },
)
contract = Contract(words, dialect=dialects.PROBLEM)
each_dialect = pytest.mark.parametrize("dialect", BUILT_IN, ids=lambda dialect: dialect.name)


def body_of(problem: Problem, languages: Any, dialect: Dialect = dialects.PROBLEM) -> dict[str, Any]:
    out = Contract(words, dialect=dialect).render(problem, languages=languages, accept="json")
    body: dict[str, Any] = json.loads(out.body)
    return body


def test_the_texts_of_a_type_are_translated() -> None:
    out = contract.render(Full(limit=10, used=9), request_id="req_1", languages="de-CH, en;q=0.5")
    assert json.loads(out.body) == {
        "type": "https://errors.words.example/full", "title": "Voll", "status": 413,
        "detail": "9 von 10 Bytes sind belegt.",
        "code": "full", "retryable": False, "suggestion": "Schaffe Platz.", "request_id": "req_1",
        "limit": 10, "used": 9,
    }  # fmt: skip
    assert out.headers == (
        ("Content-Type", "application/problem+json"), ("Cache-Control", "no-store"),
        ("Content-Language", "de"), ("Vary", "Accept-Language"), ("X-Request-Id", "req_1"),
    )  # fmt: skip


def test_the_way_out_is_translated() -> None:
    body = body_of(Full(limit=1), ("de",), dialects.PROBLEM_RESOLVE)
    assert body["resolve"] == {
        "action": "upgrade",
        "message": "Aufrüsten",
        "url": "https://words.example/plans",
    }


def test_a_text_of_the_occurrence_itself_is_never_touched() -> None:
    assert body_of(Full("12 MB do not fit.", limit=10, used=9), "de")["detail"] == "12 MB do not fit."
    assert (
        body_of(Full("9 of 11 bytes are used.", limit=10, used=9), "de")["detail"]
        == "9 of 11 bytes are used."
    )
    assert "detail" not in body_of(Full(limit=10), "de")  # the template lacks a value in either language


def test_texts_that_are_not_translated_stay_as_they_are() -> None:
    out = contract.render(Full(limit=10, used=9), languages=["pt-BR"])
    body = json.loads(out.body)
    assert (body["title"], body["detail"], body["suggestion"]) == (
        "Full", "9 of 10 bytes are used.", "Libere espaço.",
    )  # fmt: skip
    assert ("Content-Language", "pt-BR") in out.headers


@pytest.mark.parametrize(
    ("languages", "expected"),
    [
        ("de", "de"),
        ("DE-at", "de"),
        ("en, de;q=0.9", "en"),
        ("en-GB, de;q=0.9", "en"),
        ("de;q=0.5, en;q=0.6", "en"),
        ("fr, de;q=0.5", "de"),
        ("fr", "en"),
        ("de;q=0", "en"),
        ("*", "en"),
        ("*, de;q=0.5", "de"),
        ("pt-BR, de", "pt-BR"),
        ("\0;;,q=", "en"),
        (("de", "en"), "de"),
        (("en", "de"), "en"),
        (["zh"], "en"),
    ],
)
def test_the_language_that_fits_best_is_named(languages: Any, expected: str) -> None:
    out = contract.render(Full(limit=10), languages=languages)
    assert out.headers[2:] == (("Content-Language", expected), ("Vary", "Accept-Language"))
    title = {"de": "Voll"}.get(expected, "Full")
    assert json.loads(out.body)["title"] == title


def test_a_type_without_texts_in_a_language_does_not_claim_it() -> None:
    for languages in ("de", "pt-BR"):
        out = contract.render(Apart(), languages=languages)
        assert out.headers[2:] == (("Content-Language", "en"), ("Vary", "Accept-Language"))


def test_a_new_file_that_nobody_has_touched_is_no_translation() -> None:
    catalog = Catalog("new", base="urn:new:")
    made = type("Made", (Problem,), {}, catalog=catalog, code="made", status=409, title="Made")
    catalog.translate("de", {"made": Translation(title="Made")})
    out = Contract(catalog, dialect=dialects.PROBLEM).render(made(), languages="de")
    assert ("Content-Language", "en") in out.headers
    accepted = Catalog("accepted", base="urn:new:")
    made = type("Made", (Problem,), {}, catalog=accepted, code="made", status=409, title="Made")
    accepted.translate("de", {"made": Translation(title="Made", source="0123456789ab")})
    out = Contract(accepted, dialect=dialects.PROBLEM).render(made(), languages="de")
    assert ("Content-Language", "de") in out.headers


@pytest.mark.parametrize("languages", ["", ()])
def test_who_names_no_language_gets_what_was_sent_before(languages: Any) -> None:
    assert contract.render(Full(limit=1), languages=languages) == contract.render(Full(limit=1))
    assert len(contract.render(Full(limit=1), languages=languages).headers) == 2


def test_a_catalog_without_translations_takes_no_notice() -> None:
    alone = Catalog("one-language", base="https://errors.one.example/")

    class Only(Problem, catalog=alone, code="only", status=409, title="Only"):
        """In English."""

    one = Contract(alone, dialect=dialects.PROBLEM)
    assert one.render(Only(), languages="de") == one.render(Only())


def test_the_header_fields_of_one_language_are_one_tuple() -> None:
    first = contract.render(Plain(), languages="de").headers
    assert contract.render(Plain("Other."), languages="de-AT, en;q=0.1").headers is first


def test_other_fields_are_kept_and_vary_is_joined() -> None:
    own = (("Vary", "Cookie"), ("Content-Language", "tlh"))
    language = ("Content-Language", "de")
    head = (("Content-Type", "application/problem+json"), ("Cache-Control", "no-store"))
    assert contract.render(Told(a="1"), languages="de").headers == (
        ("X-A", "1"), *head, ("Vary", "Accept, Accept-Language"), language,
    )  # fmt: skip
    assert contract.render(Told(a="1", headers=own), languages="de").headers == (
        ("Vary", "Cookie, Accept-Language"), own[1], ("X-A", "1"), *head,
    )  # fmt: skip
    challenged = contract.render(Full(limit=1, status=401), languages="de")
    assert challenged.headers[2:4] == (("WWW-Authenticate", "Bearer"), language)


def test_a_redirect_has_no_language_but_its_body_for_programs_has() -> None:
    out = contract.render(Browsed(), languages="de")
    assert out.headers == (("Location", "/login?error=browsed"), ("Cache-Control", "no-store"))
    assert body_of(Browsed(), "de")["title"] == "Benutzt"


def test_a_renamed_type_is_translated_before_and_after_its_sunset() -> None:
    now = [midnight(date(2026, 6, 30))]
    moving = Contract(words, dialect=dialects.PROBLEM, clock=lambda: now[0])
    before = moving.render(Renamed(), languages="de")
    assert (json.loads(before.body)["code"], json.loads(before.body)["title"]) == ("former", "Umbenannt")
    names = ["Content-Type", "Cache-Control", "Deprecation", "Sunset", "Link", "Content-Language", "Vary"]
    assert [name for name, _ in before.headers] == names
    assert moving.parse(before.status, before.headers, before.body) == Renamed()
    now[0] = midnight(date(2026, 7, 1))
    after = moving.render(Renamed(), languages="de")
    assert (json.loads(after.body)["code"], json.loads(after.body)["title"]) == ("renamed", "Umbenannt")
    assert len(after.headers) == 4


def test_problems_that_are_not_of_the_catalog_stay_as_they_are() -> None:
    unknown = UnknownProblem("No.", status=418, code="x", title="Teapot")
    assert contract.render(unknown, languages="de") == contract.render(unknown)


def test_what_a_response_said_counts_more_than_a_translation() -> None:
    back = contract.parse(409, (), b'{"code":"plain","title":"Said","suggestion":"Said too."}')
    body = json.loads(contract.render(back, languages="de").body)
    assert (body["title"], body["suggestion"]) == ("Said", "Said too.")


PROBLEMS = [
    Full(limit=10, used=9), Full("Own text.", limit=10, used=9), Full(limit=10, status=401),
    Plain(), Plain("Own text.", hint="h"), Apart(), Told(a="1"), Browsed(), Renamed(),
]  # fmt: skip


@each_dialect
@given(problem=st.sampled_from(PROBLEMS), languages=st.sampled_from(["", "de", "pt-BR", "en", "fr"]))
def test_a_translated_response_is_understood(dialect: Dialect, problem: Problem, languages: str) -> None:
    own = Contract(words, dialect=dialect)
    out = own.render(problem, request_id="req_1", accept="json", languages=languages)
    back = own.parse(out.status, out.headers, out.body)
    assert type(back) is type(problem)
    assert (back.status, back.request_id, back.unreadable, back.extra) == (problem.status, "req_1", {}, {})
    assert back.members() == problem.members()
    if problem.detail != "9 of 10 bytes are used.":
        assert back == problem
    elif languages == "de":
        assert back.detail == "9 von 10 Bytes sind belegt."
    again = own.parse(out.status, out.headers, own.render(back, request_id="req_1", accept="json").body)
    assert again == back


@each_dialect
def test_a_title_that_stands_in_for_the_detail_is_known_in_every_language(dialect: Dialect) -> None:
    own = Contract(words, dialect=dialect)
    out = own.render(Plain(), languages="de")
    back = own.parse(out.status, out.headers, out.body)
    assert back == Plain()
    assert back.title == "Schlicht"  # what a response says counts more than the catalog
    assert own.render(back).body == out.body


def test_a_detail_that_is_a_translated_title_is_a_detail_where_the_dialect_has_room_for_both() -> None:
    out = contract.render(Plain("Schlicht"))
    assert contract.parse(out.status, out.headers, out.body) == Plain("Schlicht")


class Bursting:
    """Its text cannot be had."""

    def __str__(self) -> str:
        raise LookupError("hunter2")


def test_a_member_without_text_does_not_hide_the_problem(caplog: pytest.LogCaptureFixture) -> None:
    value: Any = Bursting()
    out = contract.render(Full("Own text.", limit=10, used=value), languages="de")
    body = json.loads(out.body)
    assert (body["title"], body["detail"], body["limit"]) == ("Voll", "Own text.", 10)
    assert "hunter2" not in caplog.text


@pytest.mark.parametrize("piece", ["de;q=0.5,", "a-", '"', ",", "de-", "x;q=", "*,", "\0", "é"])
def test_a_hostile_accept_language_is_answered(piece: str) -> None:
    out = contract.render(Full(limit=1), languages=(piece * 65_536)[:65_536])
    language = dict(out.headers)["Content-Language"]
    assert language in ("en", "de")


def test_any_number_of_wishes_is_answered_and_few_are_kept() -> None:
    fresh = Contract(words, dialect=dialects.PROBLEM)
    for number in range(1000):
        for wish, expected in ((f"x{number}, de", "de"), (f"en-{number}", "en"), ("de" + " " * 200, "de")):
            assert dict(fresh.render(Plain(), languages=wish).headers)["Content-Language"] == expected
    (answer,) = fresh._answers.values()
    assert len(answer.translations) < 200
    assert max(map(len, answer.translations)) < 200


@given(st.text())
def test_any_accept_language_is_answered(field: str) -> None:
    out = contract.render(Full(limit=1), languages=field)
    assert dict(out.headers).get("Content-Language", "en") in ("en", "de", "pt-BR")


def test_threads_that_ask_for_several_languages_get_each_their_own() -> None:
    fresh = Contract(words, dialect=dialects.PROBLEM)
    titles = {"de": "Voll", "en": "Full", "pt-BR": "Full"}

    def right(number: int) -> bool:
        language = list(titles)[number % 3]
        out = fresh.render(Full(limit=number, used=1), languages=language)
        body = json.loads(out.body)
        named = dict(out.headers)["Content-Language"]
        return (body["title"], body["limit"], named) == (titles[language], number, language)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(right, range(600)))
