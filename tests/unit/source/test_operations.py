"""Operations in documents: written from apps, read back, refused where they do not fit."""

from __future__ import annotations

import json
from typing import Any

import pytest

from examples.drops.errors import NotFound, QuotaExceeded, contract
from failwell.exceptions import SourceError
from failwell.operations import Operation
from failwell.source import ListedOperation, listed, read_document, read_operations, to_json

CODES = contract.catalog.records


def test_operations_are_listed_by_path_and_method_with_their_codes_sorted() -> None:
    found = listed(
        [
            Operation(method="POST", path="/v1/drops", problems=(QuotaExceeded, NotFound)),
            Operation(method="GET", path="/v1/drops"),
        ]
    )
    assert found == (
        ListedOperation("GET", "/v1/drops"),
        ListedOperation("POST", "/v1/drops", ("not_found", "quota_exceeded")),
    )


def test_a_document_carries_operations_and_is_still_a_document() -> None:
    operations = (ListedOperation("POST", "/v1/drops", ("quota_exceeded",)),)
    text = to_json(contract, operations)
    assert read_document(text).catalog.records == read_document(to_json(contract)).catalog.records
    assert read_operations(json.loads(text), CODES) == operations


def test_a_document_without_operations_does_not_say_that_there_are_none() -> None:
    assert read_operations(json.loads(to_json(contract)), CODES) is None
    assert read_operations(json.loads(to_json(contract, ())), CODES) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        5,
        [5],
        [{"method": "GET"}],
        [{"method": "GET", "path": "/", "problems": "quota_exceeded"}],
        [{"method": "GET", "path": "/", "codes": []}],
        [{"method": "GET", "path": "/", "problems": ["gone_with_the_wind"]}],
    ],
)
def test_operations_that_do_not_fit_are_refused_with_the_way_out(wrong: Any) -> None:
    with pytest.raises(SourceError) as caught:
        read_operations({"operations": wrong}, CODES, where="catalog.json")
    assert caught.value.code == "bad-operations"
    assert caught.value.where == "catalog.json, operations"
    assert caught.value.hint
