"""A contract, documents as frameworks may write them, and what comes of them."""

from __future__ import annotations

import copy
import json
from datetime import date
from typing import Any

from failwell import Catalog, Contract, Problem, Retry, dialects, standard_types
from failwell.declare import Lifecycle, Redirect, Stage
from failwell.operations import Operation
from failwell.publish.openapi import with_problems

Json = dict[str, Any]

shop = Catalog("shop", base="https://errors.shop.example/")


class OutOfStock(Problem, catalog=shop, code="out_of_stock", status=409, title="Out of | stock"):
    left: int


class OverLimit(Problem, catalog=shop, code="over_limit", status=(413, 403), title="Over the limit"):
    limit: int


class TooMany(
    Problem, catalog=shop, code="too_many", status=429, title="Too many", retry=Retry.LATER,
    headers={"Retry-After": "{seconds}"}, standard=429,
):  # fmt: skip
    seconds: int | None = None


class Gone(
    Problem, catalog=shop, code="gone_for_good", status=410, title="Gone",
    lifecycle=Lifecycle(Stage.REMOVED, since=date(2026, 1, 1)),
): ...  # fmt: skip


class Going(
    Problem, catalog=shop, code="going", status=409, title="Going",
    lifecycle=Lifecycle(Stage.DEPRECATED, since=date(2026, 1, 1), sunset=date(2090, 1, 1)),
): ...  # fmt: skip


class Renamed(
    Problem, catalog=shop, code="new_name", status=418, title="Renamed",
    lifecycle=Lifecycle(former="old_name", since=date(2026, 1, 1), sunset=date(2090, 1, 1)),
): ...  # fmt: skip


class LinkUsed(
    Problem, catalog=shop, code="link_used", status=410, title="Link used",
    redirect=Redirect("/login?e={code}"),
): ...  # fmt: skip


class NotFound(Problem, catalog=shop, code="not_found", status=404, title="Not found", standard=404): ...


standard = standard_types(shop)
contract = Contract(shop, dialect=dialects.PROBLEM)
PROBLEM_JSON = "application/problem+json"
ID = {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}}
QUERY = {"name": "page", "in": "query", "schema": {"type": "integer"}}
INVALID = {"422": ["unprocessable_content"]}
BODY: Json = {"content": {"application/json": {"schema": {"type": "object"}}}}


def given_document(operation: Json | None = None, *, version: str = "3.1.0", **parts: Any) -> Json:
    """A document with one operation, as a framework may write it."""
    said = {"responses": {"200": {"description": "Fine."}}, **(operation or {})}
    info = {"title": "Shop", "version": "1"}
    return {"openapi": version, "info": info, "paths": {"/orders/{id}": {"post": said}}, **parts}


def written(
    given: Json, *problems: type[Problem], path: str = "/orders/{id}", to: Contract = contract
) -> Json:
    """What comes of a document: without changing it, the same when done again, as dictionary and as text."""
    before = copy.deepcopy(given)
    operations = [Operation(method="POST", path=path, problems=problems)]
    written = with_problems(given, to, operations)
    assert given == before
    assert json.dumps(with_problems(written, to, operations)) == json.dumps(written)
    return written


def the_operation(document: Json) -> Json:
    (item,) = document["paths"].values()
    operation: Json = item["post"]
    return operation


def codes_of(document: Json, media_type: str = PROBLEM_JSON) -> dict[str, list[str]]:
    """The codes that the operation lists, by status."""
    return {
        status: list(response["content"][media_type]["examples"])
        for status, response in the_operation(document)["responses"].items()
        if media_type in response.get("content", {})
    }
