"""A contract comes back from files and from a document as it was declared, whatever stands in it."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import given

from failwell import Catalog, Contract, ProblemType, dialects
from failwell.source import load_contract, read_document, read_folder, to_document, to_json, write_folder
from failwell.wire.literal import write_dialect
from tests.unit.source.random_catalogs import COSTLY, contracts

EXAMPLES = Path(__file__).parents[3] / "examples"
FIVE = {
    "browsers": "browsers/errors.py",
    "devspace": "devspace/errors",
    "drops": "drops/errors.py",
    "flags": "flags/errors",
    "platform": "platform/errors.py",
}


def as_json(record: ProblemType) -> ProblemType:
    """A record whose defaults, and examples' values, are what JSON has for them."""

    def plain(value: Any) -> Any:
        return value if value is msgspec.UNSET else frozen(json.loads(msgspec.json.encode(value)))

    def frozen(value: Any) -> Any:
        return tuple(map(frozen, value)) if isinstance(value, list) else value

    members = tuple(msgspec.structs.replace(m, default=plain(m.default)) for m in record.members)
    return msgspec.structs.replace(record, members=members)


def assert_equal(read: Contract, declared: Contract) -> None:
    here, there = read.catalog, declared.catalog
    assert [as_json(r) for r in here.records.values()] == [as_json(r) for r in there.records.values()]
    assert list(here.records) == list(there.records)
    assert sorted(here.languages) == sorted(there.languages)
    for part in ("name", "title", "about", "language", "deprecation_days"):
        assert getattr(here, part) == getattr(there, part)
    for language in there.languages:
        assert here.translations(language) == there.translations(language)
        assert here.about_translation(language) == there.about_translation(language)
    assert read.base == declared.base
    assert read.policy == declared.policy
    assert write_dialect(read.dialect) == write_dialect(declared.dialect)


def in_order(document: bytes) -> bytes:
    """A document whose translations are sorted, as folders list them; all else keeps its order."""
    data = json.loads(document)
    told = data.pop("translations", {})
    for texts in told.values():
        texts["problems"] = sorted(texts["problems"].items())
    return json.dumps([data, sorted(told.items())]).encode()


def through_files(contract: Contract) -> Contract:
    with TemporaryDirectory() as folder:
        write_folder(contract, Path(folder) / "errors")
        return read_folder(Path(folder) / "errors")


@given(contracts())
@COSTLY
def test_any_contract_comes_back_from_a_document(contract: Contract) -> None:
    assert_equal(read_document(to_json(contract)), contract)
    assert_equal(read_document(to_document(contract)), contract)


@given(contracts())
@COSTLY
def test_any_contract_comes_back_from_files(contract: Contract) -> None:
    assert_equal(through_files(contract), contract)


@given(contracts())
@COSTLY
def test_documents_are_the_same_bytes_after_any_way(contract: Contract) -> None:
    document = to_json(contract)
    again = to_json(through_files(read_document(document)))
    assert in_order(again) == in_order(document)
    assert to_json(read_document(again)) == again


@pytest.mark.parametrize("name", FIVE)
def test_the_five_examples_come_back_both_ways(name: str) -> None:
    contract = load_contract(EXAMPLES / FIVE[name])
    document = to_json(contract)
    assert to_json(read_document(document)) == document
    assert to_json(through_files(contract)) == document
    assert to_json(through_files(read_document(document))) == document


def test_an_empty_catalog_comes_back() -> None:
    empty = Contract(Catalog("a", base="urn:a:"), dialect=dialects.FLAT)
    assert_equal(through_files(empty), empty)
