"""What one app answers, held against its operations."""

from __future__ import annotations

import gzip
from collections.abc import Sequence

import pytest

from failwell import Catalog, Contract, Lifecycle, Problem, Redirect, Stage, dialects, standard_types
from failwell.edge.witness import Sighting, Site
from failwell.operations import Operation
from failwell.publish.openapi import to_openapi
from failwell.testing.coverage import Coverage
from failwell.testing.sites import Operations, Watched, expected_codes

shop = Catalog("shop", base="https://errors.shop.example/")


class OutOfStock(Problem, catalog=shop, code="out_of_stock", status=409, title="Out of stock"):
    """Somebody else was faster."""


class LinkExpired(
    Problem,
    catalog=shop,
    code="link_expired",
    status=410,
    title="Link expired",
    redirect=Redirect("/login?error={code}"),
):
    """The link is too old."""


class Draft(Problem, catalog=shop, code="in_draft", status=400, title="D", lifecycle=Lifecycle(Stage.DRAFT)):
    """Not there yet."""


class Old(Problem, catalog=shop, code="old", status=400, title="Old", lifecycle=Lifecycle(Stage.REMOVED)):
    """Not there any more."""


standard_types(shop)
contract = Contract(shop, dialect=dialects.PROBLEM)


def _operation(method: str, path: str, *problems: type[Problem]) -> Operation:
    return Operation(method=method, path=path, problems=problems, name=path.strip("/") or "root")


OPERATIONS = (
    _operation("GET", "/"),
    _operation("GET", "/drops/{id}", OutOfStock),
    _operation("DELETE", "/drops/{id}"),
    _operation("GET", "/drops/new"),
    _operation("GET", "/users/<int:pk>/"),
    _operation("GET", "/files/{path}"),
)


@pytest.mark.parametrize(
    ("method", "path", "template"),
    [
        ("GET", "/", "/"),
        ("GET", "/drops/7", "/drops/{id}"),
        ("HEAD", "/drops/7", "/drops/{id}"),
        ("GET", "/drops/new", "/drops/new"),
        ("GET", "/drops/7/", "/drops/{id}"),
        ("GET", "/users/7", "/users/<int:pk>/"),
        ("GET", "/files/a/b.txt", "/files/{path}"),
        ("PATCH", "/drops/7", None),
        ("GET", "/nowhere", None),
    ],
)
def test_an_operation_is_found_by_its_template(method: str, path: str, template: str | None) -> None:
    found = Operations(OPERATIONS).at(method, path)
    assert (None if found is None else found.path) == template


def _sighting(problem: Problem, path: str, *, packed: str = "", method: str = "GET") -> Sighting:
    out = contract.render(problem, request_id="req_1", accept="application/json")
    headers, body = out.headers, out.body
    if packed:
        headers, body = (*headers, ("Content-Encoding", packed)), gzip.compress(body)
    return Sighting(method, path, out.status, headers, body)


def _rules(watched: Watched, sighting: Sighting) -> Sequence[str]:
    return [finding.rule for finding in watched.look(sighting)[1]]


WATCHED = Watched(Site(contract, lambda: OPERATIONS))


def test_a_compressed_body_is_looked_into_if_it_can_be() -> None:
    for coding in ("gzip", "x-gzip"):
        kind, findings = WATCHED.look(_sighting(OutOfStock(), "/drops/new", packed=coding))
        assert (kind, [finding.rule for finding in findings]) == (OutOfStock, ["undeclared"])
    assert WATCHED.look(_sighting(OutOfStock(), "/drops/new", packed="br")) == (None, [])
    assert WATCHED.look(_sighting(OutOfStock(), "/drops/new", packed="deflate")) == (None, [])


def test_what_has_no_body_is_not_looked_into() -> None:
    head = _sighting(OutOfStock(), "/drops/new", method="HEAD")._replace(body=b"")
    stream = _sighting(OutOfStock(), "/drops/new")._replace(body=None)
    preflight = Sighting("OPTIONS", "/drops/7", 400, (("Content-Type", "text/plain"),), b"Disallowed origin")
    assert [WATCHED.look(one) for one in (head, stream, preflight)] == [(None, [])] * 3


def test_a_redirection_that_delivers_a_problem_counts() -> None:
    location = (("Location", "/login?error=link_expired"),)
    assert WATCHED.look(Sighting("GET", "/drops/7", 303, location, b"")) == (LinkExpired, [])
    assert WATCHED.look(Sighting("GET", "/drops/7", 307, (("Location", "/"),), b"")) == (None, [])


def test_a_bare_status_of_an_operation_wants_a_type() -> None:
    bare = contract.problem_for(418)
    kind, (finding,) = WATCHED.look(_sighting(bare, "/drops/7"))
    assert (kind, finding.rule, finding.subject) == (None, "undeclared", "GET /drops/{id}")
    assert finding.message == "answered with the bare status 418, which it does not declare"
    assert "declare a type for it (standard=418)" in finding.remedy


def test_what_can_be_anywhere_and_what_is_outside_is_declared_by_nobody() -> None:
    for condition in ("internal", 400, 405, 406, 413, 415):
        problem = contract.problem_for(condition, headers=(("Allow", "GET"),))
        assert _rules(WATCHED, _sighting(problem, "/drops/7")) == []
    assert _rules(WATCHED, _sighting(contract.problem_for(404), "/nowhere")) == []
    unrouted = _sighting(contract.problem_for(404), "/drops/x")._replace(is_routed=False)
    assert _rules(WATCHED, unrouted) == []
    assert _rules(WATCHED, _sighting(contract.problem_for(404), "/drops/7")) == ["undeclared"]


def test_what_the_document_lists_is_declared() -> None:
    written = to_openapi(
        contract, [_operation("GET", "/drops/{drop}", shop.standard[404])], title="S", version="1"
    )
    watched = Watched(Site(contract, lambda: OPERATIONS, document=lambda: written))
    assert _rules(watched, _sighting(contract.problem_for(404), "/drops/7")) == []
    assert _rules(watched, _sighting(contract.problem_for(404), "/drops/new")) == ["undeclared"]


def test_drafts_and_tombstones_need_not_be_provoked() -> None:
    assert expected_codes(contract) == ("out_of_stock", "link_expired")


def test_counts_of_several_processes_are_added_up() -> None:
    first, second = Coverage(), Coverage()
    for coverage in (first, second):
        coverage.expect([contract])
        coverage.add_operations("shop", OPERATIONS)
    first.count("shop", OPERATIONS[1], "out_of_stock")
    second.count("shop", OPERATIONS[1], "out_of_stock")
    second.count("shop", None, "not_found")
    first.merge(second.dump())
    assert first.catalogs["shop"].provoked == {"out_of_stock": 2, "not_found": 1}
    assert first.operations["shop", "GET /drops/{id}"].provoked == {"out_of_stock": 2}
    assert first.percent == 50.0
    assert [*first.lines(seen_only=True)] == ["shop: 1 of 2 codes provoked", "  never: link_expired"]
    assert [*Coverage().lines(seen_only=False)] == []
    assert Coverage().percent == 100.0
