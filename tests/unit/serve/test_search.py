"""Search over a contract: what names a type, and how words are ranked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failwell import Catalog, Contract, Dialect, dialects
from failwell.serve.search import Search
from failwell.wire.dialects import BUILT_IN
from tests.unit.serve.library import BASE, LimitReached, contract

search = Search(contract, BASE)
problem = LimitReached("Too many.", limit=5)


@pytest.mark.parametrize("dialect", BUILT_IN, ids=lambda dialect: str(dialect.name))
def test_a_body_in_the_dialect_of_the_api_names_its_type(dialect: Dialect) -> None:
    spoken = Contract(contract.catalog, dialect=dialect)
    body = spoken.render(problem).body.decode()
    found = Search(spoken, BASE).one(f"$ curl …\n{body}\n")
    assert found is LimitReached


def test_a_problem_of_another_shape_is_understood_too() -> None:
    body = contract.render(problem).body.decode()
    flat = Contract(contract.catalog, dialect=dialects.FLAT)
    assert Search(flat, BASE).one(body) is LimitReached


@given(st.text(max_size=300) | st.text('{}[]":,a1 ', max_size=60))
def test_nothing_that_can_be_typed_makes_it_fail(query: str) -> None:
    search.one(query)
    assert all(record.code in contract.catalog.records for record in search.records(query))


def test_an_empty_catalog_has_nothing_to_find() -> None:
    empty = Search(Contract(Catalog("empty", base=BASE), dialect=dialects.PROBLEM), BASE)
    assert empty.one("{}") is None
    assert empty.records("a") == []


def test_what_has_the_words_in_its_code_comes_first() -> None:
    assert search.records("member")[0].code == "not_a_member"
    assert [record.code for record in search.records("413")] == ["limit_reached", "content_too_large"]
    assert search.records("   ") == []
