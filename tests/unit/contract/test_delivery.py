"""In which form an occurrence reaches a client."""

from __future__ import annotations

import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell import Catalog, Contract, Dialect, NotAProblem, Problem, UnknownProblem, dialects
from failwell.contract.delivery import Negotiation
from failwell.declare import Lifecycle
from failwell.headers import midnight
from tests.unit.contract.offering import (
    BROWSER,
    HTML,
    MARKDOWN,
    Anything,
    Busy,
    Full,
    Login,
    contract,
    full,
    named,
    plain,
    shop,
)

JSON = "application/problem+json"
ACCEPTS = [
    ("", JSON),
    ("*/*", JSON),
    (BROWSER, HTML),
    ("text/html", HTML),
    ("text/markdown", MARKDOWN),
    ("text/markdown, text/html;q=0.9, */*;q=0.1", MARKDOWN),
    ("text/*", HTML),
    ("text/html, text/markdown", HTML),  # as the contract lists them
    ("application/json", JSON),
    ("application/json, text/html;q=0.9", JSON),
    ("text/html, application/json", JSON),  # of the same weight: the API's own
    ("text/html, */*", JSON),
    ("text/html, application/json;q=0.9", HTML),
    ("application/problem+json;q=0.1", JSON),
    ("image/png", JSON),  # likes nothing: never an empty error, never a 406
    ("text/html;q=0, image/png", JSON),
    ("application/problem+json;q=0, application/json;q=0", JSON),
    ("text/html;charset=iso-8859-1", JSON),
    ("nonsense", JSON),
]


@pytest.mark.parametrize(("accept", "expected"), ACCEPTS)
def test_a_client_gets_what_it_likes_best_and_else_the_apis_own(accept: str, expected: str) -> None:
    out = contract.render(full(), request_id="req_1", accept=accept)
    assert out.status == 413
    assert named(out.headers, "content-type") == [expected]
    assert named(out.headers, "vary") == ["Accept"]
    assert out.body
    assert contract.render(full(), request_id="req_1", accept=accept) == out


@pytest.mark.parametrize(("accept", "_"), ACCEPTS)
def test_without_offers_the_answer_is_the_same_for_every_accept(accept: str, _: str) -> None:
    out = plain.render(full(), accept=accept)
    assert out == plain.render(full())
    assert named(out.headers, "vary") == []


@pytest.mark.parametrize(
    "dialect", [dialects.FLAT, dialects.GRAPHQL, Dialect("x", dialects.FLAT.shape, media_type="text/x")]
)
def test_any_dialect_can_have_offers(dialect: Dialect) -> None:
    own = Contract(shop, dialect=dialect, offers=("text/markdown",))
    types = [
        named(own.render(full(), accept=a).headers, "content-type")
        for a in ("application/json", "text/markdown", BROWSER)
    ]
    assert types == [[dialect.media_type], [MARKDOWN], [dialect.media_type]]


@pytest.mark.parametrize("accept", ["*/*", BROWSER, "text/markdown"])
def test_the_head_is_otherwise_the_same(accept: str) -> None:
    own = (("Set-Cookie", "a=1"), ("set-cookie", "b=2"), ("WWW-Authenticate", "DPoP"))
    for problem in (Busy(wait=30), Busy(wait=7, headers=own), full(status=401), full(headers=own)):
        usual = plain.render(problem, request_id="req_1")
        out = contract.render(problem, request_id="req_1", accept=accept)
        changed = {
            "content-type",
            "vary",
            "content-security-policy",
            "x-content-type-options",
            "referrer-policy",
        }
        assert out.status == usual.status
        assert [field for field in out.headers if field[0].lower() not in changed] == [
            field for field in usual.headers if field[0].lower() not in changed
        ]


@pytest.mark.parametrize("accept", ["*/*", BROWSER, "text/markdown"])
@pytest.mark.parametrize(
    ("own", "vary"),
    [
        ((("vary", "Origin"),), "Origin, Accept"),
        ((("Vary", "accept, Origin"),), "accept, Origin"),
        ((("Vary", "Origin"), ("vary", "Accept, Cookie")), "Origin, Accept, Cookie"),
        ((("Vary", "*"),), "*"),
    ],
)
def test_vary_is_one_field_without_doubles(accept: str, own: tuple[tuple[str, str], ...], vary: str) -> None:
    assert named(contract.render(full(headers=own), accept=accept).headers, "vary") == [vary]


@pytest.mark.parametrize("accept", ["*/*", BROWSER, "text/markdown"])
def test_language_and_media_type_are_both_chosen(accept: str) -> None:
    out = contract.render(full(), accept=accept, languages="de-CH, en;q=0.1")
    assert named(out.headers, "content-language") == ["de"]
    assert named(out.headers, "vary") == ["Accept, Accept-Language"]
    assert "Kontingent erschöpft" in out.body.decode()
    assert "9 von 10 Bytes sind belegt." in out.body.decode()


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        (BROWSER, 303),
        ("text/html", 303),
        ("*/*", 303),
        ("", 303),
        ("application/json", 401),
        ("text/markdown", 401),
    ],
)
def test_browsers_are_redirected_and_programs_are_not(accept: str, status: int) -> None:
    out = contract.render(Login(), accept=accept)
    assert (out.status, named(out.headers, "vary")) == (status, ["Accept"])
    assert bool(out.body) is (status == 401)


@pytest.mark.parametrize("accept", ["*/*", BROWSER, "text/markdown"])
def test_a_status_without_a_type_and_an_unhandled_failure_are_shown_too(accept: str) -> None:
    teapot = contract.render(contract.problem_for(418), accept=accept)
    assert (teapot.status, named(teapot.headers, "vary")) == (418, ["Accept"])
    assert b"I&#x27;m a Teapot" in teapot.body or b"I'm a Teapot" in teapot.body
    out = contract.render(NotAProblem(status=502, body=b"<h1>nginx</h1>"), accept=accept)
    assert out.status == 500
    assert b"nginx" not in out.body


def test_the_type_of_the_body_cannot_be_said_by_the_occurrence() -> None:
    own = (
        ("content-type", "text/plain"),
        ("Content-Security-Policy", "default-src *"),
        ("referrer-policy", "x"),
    )
    headers = contract.render(full(headers=own), accept="text/html").headers
    assert named(headers, "content-type") == [HTML]
    assert named(headers, "referrer-policy") == ["no-referrer"]
    for out in (headers, contract.render(Busy(wait=1), accept="text/html").headers):
        (policy,) = named(out, "content-security-policy")
        assert "default-src 'none'" in policy


def test_what_clients_send_is_kept_only_as_far_as_honest_ones_go() -> None:
    negotiation = Negotiation(JSON, ("text/html",))
    for number in range(1000):
        assert negotiation.chosen(f"text/html;v={number}, text/html") == "text/html"
    assert negotiation.chosen("text/html, " + "a/b," * 200) == "text/html"
    assert len(negotiation._chosen) <= 128
    assert max(map(len, negotiation._chosen)) < 100


@given(st.text(max_size=60))
def test_no_accept_makes_an_error_empty(accept: str) -> None:
    out = contract.render(full(), accept=accept)
    assert out.status == 413
    assert out.body


@pytest.mark.parametrize("accept", [BROWSER, "text/markdown"])
def test_a_member_that_cannot_be_written_is_left_out_and_logged(
    accept: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "failwell"):
        out = contract.render(Anything(value=object()), accept=accept)
    assert out.status == 409
    assert b"object" not in out.body
    assert caplog.messages == [
        "problem anything of catalog shop: member 'value' cannot be written as JSON: TypeError"
    ]


@pytest.mark.parametrize("accept", [BROWSER, "text/markdown"])
def test_what_another_version_of_the_server_said_is_shown_as_it_said_it(accept: str) -> None:
    body = (
        b'{"type":"https://errors.shop.example/full","title":"No room","suggestion":"Ask <b>us</b>.",'
        b'"code":"full","limit":1,"used":2,"new":"shiny"}'
    )
    back = contract.parse(413, {"Content-Type": JSON}, body)
    assert not isinstance(back, UnknownProblem)
    out = contract.render(back, accept=accept).body.decode()
    assert "No room" in out
    assert "Quota exceeded" not in out
    assert "Ask " in out
    assert "shiny" not in out  # nobody has declared who may see it
    assert "Quota exceeded" in contract.render(full(), accept=accept).body.decode()


@pytest.mark.parametrize("accept", [BROWSER, "text/markdown"])
def test_a_renamed_type_is_shown_under_the_code_of_the_day(accept: str) -> None:
    catalog = Catalog("renaming", base="https://errors.renaming.example/")

    class Renamed(
        Problem, catalog=catalog, code="renamed", status=409, title="Renamed",
        lifecycle=Lifecycle(since=date(2026, 1, 1), sunset=date(2026, 7, 1), former="former"),
    ):  # fmt: skip
        """It had another code."""

    now = [0.0]
    own = Contract(
        catalog, dialect=dialects.PROBLEM, offers=("text/html", "text/markdown"), clock=lambda: now[0]
    )
    before = own.render(Renamed(), accept=accept)
    assert b"https://errors.renaming.example/former" in before.body
    assert named(before.headers, "deprecation") != []
    now[0] = float(midnight(date(2026, 7, 1)))
    after = own.render(Renamed(), accept=accept)
    assert b"https://errors.renaming.example/renamed" in after.body
    assert b"former" not in after.body
    assert named(after.headers, "deprecation") == []


@pytest.mark.parametrize("accept", [BROWSER, "text/markdown"])
def test_the_constant_parts_are_compiled_once_per_type_status_and_language(accept: str) -> None:
    own = Contract(shop, dialect=dialects.PROBLEM, offers=("text/html", "text/markdown"))
    first = [own.render(full(), accept=accept, languages=tag).headers for tag in ("", "de", "fr")]
    answer = own._answers[Full, 413]
    made = [answer.shown, answer.translations["de"].shown, answer.translations["fr"].shown]
    representations = [list(shown.values()) for shown in made]
    assert [len(shown) for shown in representations] == [1, 1, 1]
    with ThreadPoolExecutor(4) as pool:
        again = list(
            pool.map(lambda tag: own.render(full(), accept=accept, languages=tag), ["", "de", "fr"] * 20)
        )
    assert [out.headers for out in again[:3]] == first
    assert all(out == again[number % 3] for number, out in enumerate(again))
    assert [list(shown.values()) for shown in made] == representations


def test_nothing_of_the_pages_is_imported_before_somebody_asks_for_one() -> None:
    program = """
import sys
from failwell import Catalog, Contract, dialects
catalog, offers = Catalog("a", base="urn:a:"), ("text/html", "text/markdown")
contract = Contract(catalog, dialect=dialects.PROBLEM, offers=offers)
contract.render(contract.problem_for(404), accept="*/*")
pages = {f"failwell.contract.{name}" for name in ("account", "markdown", "page", "representation")}
print(pages & set(sys.modules))
contract.render(contract.problem_for(404), accept="text/html")
print(sorted(pages & set(sys.modules)))
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    wanted = [f"failwell.contract.{name}" for name in ("account", "page", "representation")]
    assert run.stdout == f"set()\n{wanted}\n"
