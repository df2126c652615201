"""An API that is not there, behind the clients that a consumer has."""

from __future__ import annotations

from typing import Annotated

import httpx
import pytest

import failwell.httpx
from failwell import Catalog, Contract, Example, Lifecycle, Member, Problem, Redirect, Retry, Stage, dialects
from failwell.declare import Translation
from failwell.exceptions import FailwellError
from failwell.testing import UnexpectedRequest, assert_problem, raises_problem, request_ids, transport
from failwell.testing.transports import Transport

shop = Catalog("shop", base="https://errors.shop.example/")


class OutOfStock(
    Problem,
    catalog=shop,
    code="out_of_stock",
    status=(409, 410),
    title="Out of stock",
    examples=(Example({"left": 3}, "Only 3 left."),),
):
    """Somebody else was faster."""

    left: int


class SlowDown(
    Problem,
    catalog=shop,
    code="slow_down",
    status=429,
    title="Slow down",
    retry=Retry.LATER,
    headers={"Retry-After": "{seconds}"},
):
    """A limit is used up."""

    seconds: Annotated[int, Member(on_wire=False)]


class LinkExpired(
    Problem,
    catalog=shop,
    code="link_expired",
    status=404,
    title="Link expired",
    redirect=Redirect("/login?error={code}"),
):
    """The link is too old."""


class Old(Problem, catalog=shop, code="old", status=400, title="Old", lifecycle=Lifecycle(Stage.REMOVED)):
    """It is sent no more."""


shop.translate("de", {"out_of_stock": Translation(title="Ausverkauft")})
contract = Contract(shop, dialect=dialects.PROBLEM)
URL = "https://api.shop.example"


@pytest.fixture
def api() -> Transport:
    return transport(contract)


@pytest.fixture
def http(api: Transport) -> httpx.Client:
    return httpx.Client(transport=api, base_url=URL)


def test_the_client_raises_what_was_said_then_succeeds(api: Transport) -> None:
    api.on("POST", "/orders").raises(SlowDown(seconds=7), times=2).responds(201, json={"id": 1})
    shop_http = failwell.httpx.Client(contract, transport=api, base_url=URL)
    for number in (1, 2):
        with raises_problem(SlowDown, seconds=7, request_id=f"req_{number}"):
            shop_http.post("/orders", json={"article": "tea"})
    created = shop_http.post("/orders", json={"article": "tea"})
    assert (created.status_code, created.json(), created.headers["X-Request-Id"]) == (201, {"id": 1}, "req_3")
    assert [request.content for request in api.requests] == [b'{"article":"tea"}'] * 3


@pytest.mark.anyio
async def test_it_serves_asynchronous_clients_too(api: Transport) -> None:
    api.on("GET", "/orders/{id}").raises("out_of_stock", times=1).responds(json=[])
    async with failwell.httpx.AsyncClient(contract, transport=api, base_url=URL) as shop_http:
        with raises_problem(OutOfStock, left=3, detail="Only 3 left.", status=409):
            await shop_http.get("/orders/7")
        assert (await shop_http.get("/orders/7")).json() == []


def test_a_class_and_a_code_stand_for_their_sample(api: Transport, http: httpx.Client) -> None:
    api.on("GET", "/a").raises(OutOfStock)
    api.on("GET", "/b").raises("out_of_stock", status=410)
    assert assert_problem(http.get("/a"), OutOfStock, contract=contract, status=409).left == 3
    assert_problem(http.get("/b"), OutOfStock, contract=contract, status=410)
    assert_problem(http.get("/a?page=2"), OutOfStock, contract=contract)


def test_every_error_of_a_contract_can_be_had(api: Transport, http: httpx.Client) -> None:
    for kind in (OutOfStock, SlowDown):
        api.on().raises(kind)
        assert assert_problem(http.put("/any/where"), kind, contract=contract).code == kind.code


def test_the_last_word_counts_until_it_is_used_up(api: Transport, http: httpx.Client) -> None:
    api.on().responds(200)
    api.on("GET", "/orders").raises(OutOfStock, times=1)
    assert [http.get("/orders").status_code for _ in range(3)] == [409, 200, 200]


def test_a_template_fits_one_part_of_a_path(api: Transport, http: httpx.Client) -> None:
    api.on("get", "/orders/{id}/lines").responds(200)
    assert http.get("/orders/7/lines").status_code == 200
    for other in ("/orders/7/8/lines", "/orders//lines", "/orders"):
        with pytest.raises(UnexpectedRequest, match="no answer was said for"):
            http.get(other)


def test_the_api_answers_as_the_request_asks(api: Transport, http: httpx.Client) -> None:
    api.on("GET", "/link").raises(LinkExpired)
    api.on("*", "/orders").raises(OutOfStock)
    page = http.get("/link", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["Location"]) == (303, "/login?error=link_expired")
    assert http.get("/link", headers={"Accept": "application/json"}).status_code == 404
    german = http.get("/orders", headers={"Accept-Language": "de"})
    assert (german.json()["title"], german.headers["Content-Language"]) == ("Ausverkauft", "de")
    head = http.head("/orders")
    assert (head.status_code, head.content) == (409, b"")


def test_ids_can_be_made_otherwise(http: httpx.Client) -> None:
    api = transport(contract, make_request_id=request_ids("t-"))
    api.on().raises(OutOfStock)
    response = httpx.Client(transport=api, base_url=URL).get("/")
    assert (response.headers["X-Request-Id"], response.json()["request_id"]) == ("t-1", "t-1")


def test_an_unexpected_request_says_what_to_write(api: Transport, http: httpx.Client) -> None:
    api.on("POST", "/orders").responds(201, times=1)
    with pytest.raises(AssertionError) as caught:
        http.get("/orders")
    assert str(caught.value).splitlines() == [
        "transport(shop): no answer was said for GET /orders",
        '  To mend it: say one: api.on("GET", "/orders").responds(200); said was POST /orders',
        "  [unexpected-request]",
    ]
    http.post("/orders")
    with pytest.raises(UnexpectedRequest, match="all answers to POST /orders are used up"):
        http.post("/orders")
    assert [request.method for request in api.requests] == ["GET", "POST", "POST"]


elsewhere = Catalog("elsewhere", base="https://errors.elsewhere.example/")


class Elsewhere(Problem, catalog=elsewhere, code="elsewhere", status=400, title="Elsewhere"):
    """Of another API."""


def test_what_the_catalog_does_not_have_is_refused(api: Transport) -> None:
    with pytest.raises(FailwellError, match="the catalog has no code 'out_of_stok'") as caught:
        api.on().raises("out_of_stok")
    assert caught.value.hint == "did you mean out_of_stock?"
    for given in (Elsewhere, Elsewhere()):
        with pytest.raises(FailwellError, match="Elsewhere is not of the catalog 'shop'"):
            api.on().raises(given)
    with pytest.raises(TypeError, match="Old was removed from the contract"):
        api.on().raises(Old)


def test_steps_that_cannot_be_are_refused(api: Transport) -> None:
    with pytest.raises(FailwellError, match="times=0 is no number of requests"):
        api.on().responds(times=0)
    with pytest.raises(FailwellError, match="the step before this one has no end"):
        api.on("GET", "/orders").raises(OutOfStock).responds(200)
