"""A small contract, and what its operations can answer with, for the apps of all frameworks."""

from __future__ import annotations

from typing import Annotated

from failwell import Catalog, Contract, Example, Member, Problem, Retry, dialects, standard_types
from failwell.operations import Operation

shop = Catalog("shop", base="https://errors.shop.example/")


class OutOfStock(Problem, catalog=shop, code="out_of_stock", status=409, title="Out of stock"):
    left: int


class Withdrawn(Problem, catalog=shop, code="withdrawn", status=409, title="Withdrawn"):
    instead: str | None = None


class OverLimit(
    Problem, catalog=shop, code="over_limit", status=(413, 403), title="Over the limit",
    examples=(Example({"limit": 9, "bytes": 12}, status=413), Example({"limit": 2, "seats": 3}, status=403)),
):  # fmt: skip
    limit: int
    bytes_: Annotated[int | None, Member("bytes", statuses=(413,))] = None
    seats: Annotated[int | None, Member(statuses=(403,))] = None


class TooManyOrders(
    Problem, catalog=shop, code="too_many_orders", status=429, title="Too many orders", retry=Retry.LATER,
    headers={"Retry-After": "{retry_after_seconds}"},
):  # fmt: skip
    retry_after_seconds: int


standard = standard_types(shop)
contract = Contract(shop, dialect=dialects.PROBLEM)

ORDER = (OutOfStock, Withdrawn, OverLimit, TooManyOrders)
READ = (standard[404],)

OPERATIONS = (
    Operation(method="POST", path="/articles/{article}/orders", problems=ORDER),
    Operation(method="GET", path="/articles/{article}", problems=READ),
)
