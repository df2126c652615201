"""Renamed, deprecated, redirected and translated in all combinations: the answer is always understood."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from failwell import Catalog, Contract, Lifecycle, Problem, Redirect, Retry, Stage, dialects
from failwell.contract import Rendered
from failwell.declare.record import Translation
from failwell.declare.template import Template
from failwell.headers import midnight
from failwell.wire.dialects import BUILT_IN

SINCE, SUNSET = date(2026, 11, 1), date(2027, 5, 1)
BASE = "https://errors.life.example/"
LIVES = {
    "stable": Lifecycle(),
    "beta": Lifecycle(Stage.BETA),
    "deprecated": Lifecycle(Stage.DEPRECATED, SINCE, SUNSET, "fresh"),
    "renamed": Lifecycle(since=SINCE, sunset=SUNSET, former="former_code"),
    "renamed in beta": Lifecycle(Stage.BETA, SINCE, SUNSET, former="former_code"),
}
TEMPLATE, GERMAN = "{used} of {limit} used.", "{used} von {limit} belegt."
OWN_HEADERS = ((), (("Link", '</own>; rel="help"'), ("Vary", "Cookie")), (("sunset", "soon"),))


class Case(NamedTuple):
    """One way to answer."""

    contract: Contract
    problem: Problem
    is_former: bool
    is_redirect: bool
    ask: dict[str, Any]
    clock: list[float]

    def out(self) -> Rendered:
        return self.contract.render(self.problem, **self.ask)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    catalog = Catalog("life", base=BASE, deprecation_days=draw(st.sampled_from([0, 180])))
    type("Fresh", (Problem,), {}, catalog=catalog, code="fresh", status=409, title="Fresh")
    life = LIVES[draw(st.sampled_from(sorted(LIVES)))]
    redirect = draw(st.sampled_from([None, Redirect("/login?error={code}"), Redirect("/e/{code}/", 302)]))
    words: dict[str, Any] = {"detail": TEMPLATE} if draw(st.booleans()) else {}
    words |= {"redirect": redirect} if redirect else {}
    headers = draw(st.sampled_from([{}, {"Retry-After": "{wait}"}, {"Link": '</p/{limit}>; rel="help"'}]))
    defaults = {"__annotations__": {"limit": int, "used": int | None, "wait": int}, "used": None}
    cls: Any = type(
        "Worn", (Problem,), {"__module__": __name__, **defaults}, catalog=catalog, code="worn",
        status=(409, 401), title="Worn", retry=Retry.LATER, suggestion="Wait.", aliases=("old_code",),
        lifecycle=life, headers=headers, **words,
    )  # fmt: skip
    texts = draw(st.builds(
        Translation, title=st.sampled_from(["", "Alt", "Worn"]), detail=st.sampled_from(["", GERMAN]),
        suggestion=st.sampled_from(["", "Warte."]),
    ))  # fmt: skip
    if draw(st.booleans()):
        catalog.translate("de", {"worn": texts})
    now: list[float] = [midnight(draw(st.sampled_from([SINCE, SUNSET]))) + draw(st.sampled_from([-1, 0, 1]))]
    contract = Contract(catalog, dialect=draw(st.sampled_from(BUILT_IN)), clock=lambda: now[0])
    problem = cls(
        draw(st.sampled_from([None, "Own text.", "Worn", "Alt"])),
        status=draw(st.sampled_from([None, 401])),
        headers=draw(st.sampled_from(OWN_HEADERS)),
        limit=draw(st.integers(0, 9)), used=draw(st.none() | st.integers(0, 9)), wait=5,
    )  # fmt: skip
    ask: dict[str, Any] = {
        "request_id": draw(st.sampled_from([None, "req_1"])),
        "accept": draw(st.sampled_from(["", "text/html", "application/json"])),
        "languages": draw(st.sampled_from(["", "de-AT, en;q=0.5", "en", ("de",), "fr"])),
    }
    is_redirect = redirect is not None and "json" not in ask["accept"]
    return Case(contract, problem, bool(life.former) and now[0] < midnight(SUNSET), is_redirect, ask, now)


@given(cases())
def test_every_answer_is_read_as_the_problem_that_it_is(case: Case) -> None:
    out, problem = case.out(), case.problem
    back = case.contract.parse(out.status, out.headers, out.body)
    assert type(back) is type(problem)
    if case.is_redirect:
        return
    assert (back.status, back.members(), back.unreadable, back.extra) == (
        problem.status, problem.members(), {}, {},
    )  # fmt: skip
    assert (back.retry, back.retryable) == (problem.retry, problem.retryable)
    assert back.request_id == case.ask["request_id"]
    is_template = problem.detail not in (None, "Own text.", "Worn", "Alt")
    if problem.detail not in ("Worn", "Alt") and not (is_template and case.ask["languages"]):
        assert back == problem  # titles as details are titles where a dialect has room for one of them only


@given(cases())
def test_the_former_code_and_what_announces_the_end_come_and_go_together(case: Case) -> None:
    out, life = case.out(), case.problem.problem_type.lifecycle
    told = dict(out.headers).get("Location", "") + out.body.decode()
    assert ("former_code" in told, "worn" in told) == (case.is_former, not case.is_former)
    announced = case.is_former or life.stage is Stage.DEPRECATED
    fields = {name.lower(): value for name, value in out.headers}
    assert ("deprecation" in fields) is announced
    own = {name.lower(): value for name, value in case.problem.headers}
    assert fields.get("sunset") == own.get("sunset", "Sat, 01 May 2027 00:00:00 GMT" if announced else None)
    successor = f'<{BASE}{"worn" if life.former else "fresh"}>; rel="successor-version"'
    assert (successor in fields.get("link", "")) is announced
    assert own.get("link", "") in fields.get("link", "")


@given(cases())
def test_no_header_field_stands_twice_and_the_language_is_that_of_a_body(case: Case) -> None:
    out = case.out()
    names = [name.lower() for name, _ in out.headers]
    assert len(set(names)) == len(names)
    is_chosen = bool(case.ask["languages"] and case.contract.catalog.languages) and not case.is_redirect
    assert ("content-language" in names) is is_chosen
    assert ("Accept-Language" in dict(out.headers).get("Vary", "")) is is_chosen
    assert (out.status, out.body == b"") == (
        (case.problem.problem_type.redirect.status, True)
        if case.is_redirect and case.problem.problem_type.redirect
        else (case.problem.status, False)
    )


@given(cases(), st.sampled_from(["worn", "old_code", "former_code"]))
def test_all_its_codes_are_read_whatever_the_time(case: Case, code: str) -> None:
    record = case.problem.problem_type
    said = {"type": BASE + code, "code": code, "title": "Worn", "limit": 1}
    back = Contract(case.contract.catalog, dialect=dialects.PROBLEM).parse(409, (), json.dumps(said).encode())
    assert (type(back) is type(case.problem)) is (code in record.names)


@given(cases())
def test_its_texts_are_those_of_the_language_that_is_named(case: Case) -> None:
    shown = case.contract.at("", dialect=dialects.PROBLEM)
    out = shown.render(case.problem, **{**case.ask, "accept": "application/json"})
    body, texts = json.loads(out.body), Translation()
    if dict(out.headers).get("Content-Language") == "de":
        texts = shown.catalog.translations("de")["worn"]
    assert (body["title"], body["suggestion"]) == (texts.title or "Worn", texts.suggestion or "Wait.")
    filled = Template(texts.detail).fill(vars(case.problem)) if texts.detail else None
    is_template = case.problem.detail not in (None, "Own text.", "Worn", "Alt")
    assert body.get("detail") == (filled if is_template and filled else case.problem.detail)


@given(cases())
def test_after_the_sunset_nothing_is_left_of_what_was_sent_before(case: Case) -> None:
    case.out()
    case.clock[0] = midnight(SUNSET)
    assert case.out() == case.contract.at("").render(case.problem, **case.ask)
