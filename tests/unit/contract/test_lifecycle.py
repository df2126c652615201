"""What deprecated and renamed types send, and until when."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest

from failwell import Catalog, Contract, Dialect, Problem, Redirect, UnknownProblem, dialects
from failwell.declare import Lifecycle, Stage
from failwell.headers import midnight
from failwell.wire.dialects import BUILT_IN

BASE = "https://errors.life.example/"
SINCE, SUNSET = date(2026, 11, 1), date(2027, 5, 1)
DATES = (("Deprecation", "@1793491200"), ("Sunset", "Sat, 01 May 2027 00:00:00 GMT"))
TYPE = (("Content-Type", "application/problem+json"), ("Cache-Control", "no-store"))
DEPRECATION_LINK = f'<{BASE}worn>; rel="deprecation"; type="text/html"'
LINK = f'{DEPRECATION_LINK}, <{BASE}fresh>; rel="successor-version"'
RENAMED_LINK = f'<{BASE}renamed>; rel="successor-version"'
DEPRECATED = Lifecycle(Stage.DEPRECATED, SINCE, SUNSET, "fresh")
RENAMED = Lifecycle(since=SINCE, sunset=SUNSET, former="former")

life = Catalog("life", base=BASE)


class Fresh(Problem, catalog=life, code="fresh", status=409, title="Fresh"):
    """The type to handle."""


class Worn(Problem, catalog=life, code="worn", status=(409, 401), title="Worn", lifecycle=DEPRECATED):
    """The type that goes away."""


class Renamed(Problem, catalog=life, code="renamed", status=(409, 410), title="Renamed", lifecycle=RENAMED):
    """A type that had another code."""

    limit: int
    hint: str | None = None


class Browsed(
    Problem, catalog=life, code="browsed", status=410, title="Browsed",
    redirect=Redirect("/login?error={code}"),
    lifecycle=Lifecycle(since=SINCE, sunset=SUNSET, former="visited"),
):  # fmt: skip
    """A renamed type for browsers."""


class Hand:
    """A clock that somebody moves."""

    def __init__(self, day: date, seconds: float = 0.0) -> None:
        self.now, self.looks = midnight(day) + seconds, 0

    def __call__(self) -> float:
        self.looks += 1
        return self.now


def contract_at(clock: Callable[[], float], dialect: Dialect = dialects.PROBLEM) -> Contract:
    return Contract(life, dialect=dialect, clock=clock)


def test_a_deprecated_type_says_since_when_until_when_and_what_comes_after_it() -> None:
    clock = Hand(SINCE)
    out = contract_at(clock).render(Worn())
    assert out.headers == (*TYPE, *DATES, ("Link", LINK))
    assert json.loads(out.body)["code"] == "worn"
    assert clock.looks == 0


def test_header_fields_of_deprecated_types_are_compiled_once() -> None:
    contract = contract_at(Hand(SINCE))
    assert contract.render(Worn()).headers is contract.render(Worn("Again.")).headers


def test_a_deprecated_401_keeps_its_challenge() -> None:
    out = contract_at(Hand(SINCE)).render(Worn(status=401))
    assert out.headers == (*TYPE, ("WWW-Authenticate", "Bearer"), *DATES, ("Link", LINK))


def test_facts_that_are_not_known_are_absent() -> None:
    catalog = Catalog("little", base="urn:problem:little:")

    class Worn(
        Problem, catalog=catalog, code="worn", status=409, title="Worn", lifecycle=Lifecycle(Stage.DEPRECATED)
    ):
        """Nobody knows since when; and a URN has no page."""

    assert Contract(catalog, dialect=dialects.PROBLEM).render(Worn()).headers == TYPE


def test_a_successor_may_be_no_url() -> None:
    catalog = Catalog("urns", base="urn:problem:urns:")
    type("Fresh", (Problem,), {}, catalog=catalog, code="fresh", status=409, title="Fresh")
    deprecated = Lifecycle(Stage.DEPRECATED, replaced_by="fresh")

    class Worn(Problem, catalog=catalog, code="worn", status=409, title="Worn", lifecycle=deprecated):
        """Goes away."""

    out = Contract(catalog, dialect=dialects.PROBLEM).render(Worn())
    assert out.headers == (*TYPE, ("Link", '<urn:problem:urns:fresh>; rel="successor-version"'))


def test_a_base_of_the_contract_is_that_of_the_links() -> None:
    local = Contract(life, dialect=dialects.PROBLEM, base="http://127.0.0.1/errors/")
    assert dict(local.render(Worn()).headers)["Link"] == LINK.replace(BASE, "http://127.0.0.1/errors/")


def test_links_of_the_type_and_of_the_occurrence_are_kept() -> None:
    catalog = Catalog("links", base=BASE)
    type("Fresh", (Problem,), {}, catalog=catalog, code="fresh", status=409, title="Fresh")

    class Constant(
        Problem, catalog=catalog, code="worn", status=409, title="Worn", lifecycle=DEPRECATED,
        headers={"link": '</plans>; rel="help"'},
    ):  # fmt: skip
        """Declares a link."""

    class Varying(
        Problem, catalog=catalog, code="varying", status=409, title="Worn", lifecycle=DEPRECATED,
        headers={"Link": '</{plan}>; rel="help"', "Sunset": "soon"},
    ):  # fmt: skip
        """Declares a link over a member, and a sunset of its own."""

        plan: str

    contract = Contract(catalog, dialect=dialects.PROBLEM)
    assert contract.render(Constant()).headers == (*TYPE, ("link", f'</plans>; rel="help", {LINK}'), *DATES)
    own = (("LINK", '</own>; rel="help"'), ("X-Own", "1"))
    assert contract.render(Constant(headers=own)).headers == (
        ("LINK", f'</own>; rel="help", {LINK}'), ("X-Own", "1"), *TYPE, *DATES,
    )  # fmt: skip
    assert contract.render(Varying(plan="pro")).headers == (
        ("Link", '</pro>; rel="help", ' + LINK.replace("worn", "varying")),
        *TYPE, ("Sunset", "soon"), DATES[0],
    )  # fmt: skip


@pytest.mark.parametrize("dialect", BUILT_IN, ids=lambda dialect: dialect.name)
def test_a_renamed_type_has_its_former_code_until_the_second_of_its_sunset(dialect: Dialect) -> None:
    clock = Hand(SUNSET, -0.001)
    contract = contract_at(clock, dialect)
    problem = Renamed("No.", limit=1, hint="Less.")
    before = contract.render(problem, request_id="req_1")
    assert b"renamed" not in before.body
    assert b"former" in before.body
    assert before.headers[2:] == (*DATES, ("Link", RENAMED_LINK), ("X-Request-Id", "req_1"))
    assert contract.parse(before.status, before.headers, before.body) == problem

    clock.now = midnight(SUNSET)
    after = contract.render(problem, request_id="req_1")
    assert after.body == before.body.replace(b"former", b"renamed")
    assert after.headers == (*before.headers[:2], ("X-Request-Id", "req_1"))
    assert contract.parse(after.status, after.headers, after.body) == problem
    assert contract.parse(before.status, before.headers, before.body) == problem


def test_the_type_uri_follows_the_code() -> None:
    clock = Hand(SINCE)
    contract = contract_at(clock)
    assert json.loads(contract.render(Renamed(limit=1)).body)["type"] == f"{BASE}former"
    clock.now = midnight(SUNSET)
    assert json.loads(contract.render(Renamed(limit=1)).body)["type"] == f"{BASE}renamed"


def test_after_the_sunset_nobody_looks_at_the_clock_any_more() -> None:
    clock = Hand(SUNSET)
    contract = contract_at(clock)
    first = contract.render(Renamed(limit=1))
    looks = clock.looks
    assert contract.render(Renamed(limit=1)).headers is first.headers
    assert clock.looks == looks


def test_each_status_changes_by_itself() -> None:
    clock = Hand(SINCE)
    contract = contract_at(clock)
    for status in (409, 410):
        contract.render(Renamed(limit=1, status=status))
    clock.now = midnight(SUNSET)
    codes = [json.loads(contract.render(Renamed(limit=1, status=s)).body)["code"] for s in (409, 410)]
    assert codes == ["renamed", "renamed"]


def test_header_fields_of_an_occurrence_stand_beside_those_of_the_renaming() -> None:
    own = (("X-Own", "1"), ("Link", '</own>; rel="help"'))
    out = contract_at(Hand(SINCE)).render(Renamed(limit=1, headers=own))
    assert out.headers == (own[0], ("Link", f'</own>; rel="help", {RENAMED_LINK}'), *TYPE, *DATES)


def test_a_redirect_carries_the_former_code_until_the_sunset() -> None:
    clock = Hand(SINCE)
    contract = contract_at(clock)
    before = contract.render(Browsed(), languages="de")
    link = ("Link", f'<{BASE}browsed>; rel="successor-version"')
    assert before.headers == (
        ("Location", "/login?error=visited"),
        ("Cache-Control", "no-store"),
        *DATES,
        link,
    )
    clock.now = midnight(SUNSET)
    after = contract.render(Browsed())
    assert after.headers == (("Location", "/login?error=browsed"), ("Cache-Control", "no-store"))
    for out in (before, after):
        assert contract.parse(out.status, out.headers, out.body) == Browsed()


def test_types_in_no_change_never_look_at_the_clock() -> None:
    clock = Hand(SINCE)
    contract = contract_at(clock)
    for problem in (Fresh(), Worn(), UnknownProblem(status=418, code="x"), Fresh(headers=(("X-Own", "1"),))):
        contract.render(problem, languages="de")
    assert clock.looks == 0


def test_without_a_clock_the_time_is_now() -> None:
    code = json.loads(Contract(life, dialect=dialects.PROBLEM).render(Renamed(limit=1)).body)["code"]
    assert code == ("former" if datetime.now(UTC).date() < SUNSET else "renamed")


def test_threads_that_meet_at_the_sunset_all_get_the_new_code() -> None:
    clock = Hand(SINCE)
    contract = contract_at(clock)
    contract.render(Renamed(limit=1))
    clock.now = midnight(SUNSET)

    def codes(_: int) -> set[str]:
        return {json.loads(contract.render(Renamed(limit=1)).body)["code"] for _ in range(50)}

    with ThreadPoolExecutor(8) as pool:
        assert set().union(*pool.map(codes, range(16))) == {"renamed"}
