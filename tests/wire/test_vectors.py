"""The vectors: this implementation keeps them, and so does a small one written from their page alone."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from failwell.source import read_document, to_json
from tests.wire import small_implementation
from tests.wire.small_implementation import DIALECTS, FOLDER, parse, render
from vectors import write


def cases(folder: str) -> list[Any]:
    found = []
    for path in sorted((FOLDER / folder).glob("*.json")):
        file = json.loads(path.read_bytes())
        found += [
            pytest.param(file["dialect"], case, id=f"{path.stem}: {case['name']}") for case in file["cases"]
        ]
    return found


RENDER, PARSE = cases("render"), cases("parse")
OURS = {dialect.name: dialect for dialect in write.DIALECTS}


def comparable(response: Any) -> Any:
    body = json.loads(response["body"]) if response["body"] else ""
    fields = sorted((name.lower(), value) for name, value in response["headers"])
    return response["status"], fields, body


@pytest.mark.parametrize(("dialect", "case"), RENDER)
def test_a_problem_renders_to_the_response(dialect: str, case: Any) -> None:
    assert write.rendered(OURS[dialect], case) == case["response"]


@pytest.mark.parametrize(("dialect", "case"), PARSE)
def test_a_response_is_read_as_the_problem(dialect: str, case: Any) -> None:
    assert write.parsed(OURS[dialect], case) == case["problem"]


@pytest.mark.parametrize(("dialect", "case"), RENDER)
def test_the_small_implementation_renders_it_too(dialect: str, case: Any) -> None:
    assert comparable(render(DIALECTS[dialect], case)) == comparable(case["response"])


@pytest.mark.parametrize(("dialect", "case"), PARSE)
def test_the_small_implementation_reads_it_too(dialect: str, case: Any) -> None:
    assert parse(DIALECTS[dialect], case) == case["problem"]


def test_the_small_implementation_knows_nothing_of_this_one() -> None:
    tree = ast.parse(Path(small_implementation.__file__).read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not [name for name in imported if name.startswith(("failwell", "vectors", "tests"))]


def test_writing_the_vectors_again_changes_nothing() -> None:
    written = dict(write.files())
    assert {path.name: path.read_bytes() == content for path, content in written.items()} == {
        path.name: True for path in written
    }
    assert sorted(FOLDER.rglob("*.json")) == sorted(written)


def test_there_are_cases_of_each_dialect_under_names_of_their_own() -> None:
    assert len(RENDER) + len(PARSE) >= 150
    for found in (RENDER, PARSE):
        ids = [param.id for param in found]
        assert len(set(ids)) == len(ids)
        assert {param.values[0] for param in found} == set(OURS)


def test_the_contract_of_the_vectors_is_in_the_form_of_an_export() -> None:
    written = (FOLDER / "catalog.json").read_bytes()
    assert to_json(read_document(written)) == written
