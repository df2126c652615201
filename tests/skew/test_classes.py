"""Two versions declared as Python classes: they meet as those in documents do, and what only classes have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import pytest

from failwell import Catalog, Contract, Lifecycle, Member, Problem, Retry, dialects
from failwell.source import read_document, to_document
from tests.skew.exchange import Seen, Unsent, call, seen
from tests.skew.matrix import RENAMED, SUNSET, Occurrence

old_shop = Catalog("shop", base="https://errors.shop.example/")
new_shop = Catalog("shop", base="https://errors.shop.example/")


@dataclass
class OldParcel:
    """As the old version knows it."""

    weight: int


@dataclass
class NewParcel:
    """With a field more."""

    weight: int
    fragile: bool


class StockProblem(Problem, abstract=True, catalog=old_shop, category="Stock"):
    """What callers of the old version catch for all problems of the stock."""


class OutOfStock(StockProblem, code="out_of_stock", status=409, title="Out of stock", retry=Retry.NEVER):
    """Somebody was faster."""

    left: int
    place: Literal["shop", "web"]
    wait: Annotated[int | None, Member(unit="seconds")] = None


class TooHeavy(Problem, catalog=old_shop, code="too_heavy", status=422, title="Too heavy"):
    """No carrier takes it."""

    parcel: OldParcel


class NewStockProblem(Problem, abstract=True, catalog=new_shop, category="Stock"):
    """The same base in the new version."""


class SoldOut(
    NewStockProblem,
    code="sold_out",
    status=(409, 410),
    title="Sold out",
    retry=Retry.LATER,
    lifecycle=Lifecycle(since=RENAMED, sunset=SUNSET, former="out_of_stock"),
):
    """Somebody was faster."""

    left: str
    place: Literal["shop", "web", "app"]


class LowStock(NewStockProblem, code="low_stock", status=409, title="Low stock", retry=Retry.LATER):
    """Wait for new stock."""


class NewTooHeavy(Problem, catalog=new_shop, code="too_heavy", status=422, title="Too heavy"):
    """No carrier takes it."""

    parcel: NewParcel


def _before_the_sunset() -> float:
    return 1_800_000_000.0


old = Contract(old_shop, dialect=dialects.PROBLEM, clock=_before_the_sunset)
new = Contract(new_shop, dialect=dialects.PROBLEM, clock=_before_the_sunset)

OLD_RAISES = Occurrence("out_of_stock", {"left": 2, "place": "web", "wait": 7})
NEW_RAISES = Occurrence("sold_out", {"left": "few", "place": "app"}, status=410)


def _of_document(contract: Contract) -> Contract:
    read = read_document(to_document(contract))
    return Contract(read.catalog, dialect=read.dialect, clock=_before_the_sunset)


async def _call(server: Contract, client: Contract, raises: Occurrence) -> Seen:
    found = await call(server, client, raises)
    assert not isinstance(found, Unsent)
    return found


@pytest.mark.anyio
async def test_an_old_client_catches_its_own_class_with_all_that_still_fits() -> None:
    found = await _call(new, old, NEW_RAISES)
    assert (found.name, found.status, found.title) == ("OutOfStock", 410, "Sold out")
    assert found.members == {"left": None, "place": None, "wait": None}
    assert found.unreadable.keys() == {"left", "place"}
    assert (found.retry, found.retryable) == ("later", True)
    assert found.fields["Sunset"] == "Tue, 01 Jun 2027 00:00:00 GMT"


@pytest.mark.anyio
async def test_a_new_client_catches_its_own_class_of_an_old_server() -> None:
    found = await _call(old, new, OLD_RAISES)
    assert (found.name, found.members) == ("SoldOut", {"left": None, "place": "web"})
    assert (found.extra, list(found.unreadable)) == ({"wait": 7}, ["left"])
    assert (found.retry, found.retryable) == ("never", False)


@pytest.mark.anyio
@pytest.mark.parametrize("server", ["old", "new"])
async def test_documents_of_the_classes_meet_as_the_classes_do(server: str) -> None:
    sides = (new, old, NEW_RAISES) if server == "new" else (old, new, OLD_RAISES)
    from_classes = await _call(*sides)
    from_documents = await _call(_of_document(sides[0]), _of_document(sides[1]), sides[2])
    assert from_documents == from_classes


def test_a_base_class_catches_no_code_that_was_added_below_it() -> None:
    out = new.render(LowStock("Wait."))
    problem = old.parse(out.status, out.headers, out.body)
    assert not isinstance(problem, StockProblem)
    assert (seen(old, problem).caught, problem.status, problem.retryable) == ("unknown", 409, True)


def test_a_base_class_catches_what_was_renamed_below_it() -> None:
    out = new.render(SoldOut("None.", left="none", place="web"))
    assert isinstance(old.parse(out.status, out.headers, out.body), StockProblem)


def test_a_field_that_was_added_inside_a_member_is_dropped() -> None:
    out = new.render(NewTooHeavy(parcel=NewParcel(weight=40, fragile=True)))
    problem = old.parse(out.status, out.headers, out.body)
    assert isinstance(problem, TooHeavy)
    assert (problem.parcel, problem.extra, problem.unreadable) == (OldParcel(weight=40), {}, {})


def test_a_field_that_is_missing_inside_a_member_makes_the_whole_member_unreadable() -> None:
    out = old.render(TooHeavy(parcel=OldParcel(weight=40)))
    problem = new.parse(out.status, out.headers, out.body)
    assert isinstance(problem, NewTooHeavy)
    assert problem.parcel is None
    assert "fragile" in problem.unreadable["parcel"]
