"""Places: the lines on which the parts of a catalog stand, in every form that a catalog has."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from failwell.check import places_of
from failwell.check.places import NOWHERE
from failwell.finding import Place
from failwell.source import load_contract, to_json, write_folder

PYTHON = '''\
from typing import Annotated

from failwell import Catalog, Contract, Member, Problem, dialects

shop = Catalog("shop", base="https://errors.shop.example/")


class OutOfStock(
    Problem,
    catalog=shop,
    code="out_of_stock",
    status=409,
    title="Out of stock",
):
    """Too few are left."""

    left: int
    from_: Annotated[str, Member("origin")]


contract = Contract(shop, dialect=dialects.PROBLEM)
'''


@pytest.fixture
def python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    path = tmp_path / f"errors_{tmp_path.name.replace('-', '_')}.py"
    path.write_text(PYTHON, "utf-8")
    return path


PARTS = [(), ("title",), ("status",), ("members", "left"), ("members", "origin"), ("suggestion",)]


def test_parts_of_a_class_are_found(python: Path) -> None:
    contract = load_contract(python)
    places = places_of(python.name, contract)
    assert [places.of("out_of_stock", at).line for at in PARTS] == [8, 13, 12, 17, 18, 8]
    assert places.of("out_of_stock", ("title",)) == Place(python.name, 13)


def test_parts_of_a_file_are_found(python: Path, tmp_path: Path) -> None:
    folder = tmp_path / "errors"
    write_folder(load_contract(python), folder)
    path = folder / "out_of_stock.md"
    lines = path.read_text("utf-8").splitlines()
    for given in (str(folder), str(path)):
        places = places_of(given, load_contract(given))
        shown = [lines[places.of("out_of_stock", at).line - 1] for at in PARTS]
        assert shown[0] == shown[5] == "+++"
        assert [line.partition(" ")[0] for line in shown[1:5]] == ["title", "status", "left", "origin"]
        prose = places.of("out_of_stock", ("prose",))
        assert lines[prose.line - 1] == "## What happened"
        assert places.of("", ("base",)).file == str(folder / "catalog.toml")


def test_parts_of_a_document_are_found(python: Path, tmp_path: Path) -> None:
    path = tmp_path / "catalog.json"
    path.write_bytes(to_json(load_contract(python)))
    lines = path.read_text("utf-8").splitlines()
    places = places_of(str(path), load_contract(path))
    shown = [lines[places.of("out_of_stock", at).line - 1].strip() for at in PARTS[1:5]]
    assert [line.partition(":")[0] for line in shown] == ['"title"', '"status"', '"left"', '"origin"']
    assert '"base"' in lines[places.of("", ("base",)).line - 1]


@pytest.mark.parametrize("at", [(), ("title",), ("members", "left", "deeper"), ("nonsense", 7)])
def test_a_type_that_is_not_there_has_no_place_or_that_of_the_whole(
    python: Path, at: tuple[str | int, ...]
) -> None:
    assert places_of(str(python), load_contract(python)).of("gone", at) == Place()
    assert NOWHERE.of("gone", at) == Place()


def test_a_file_that_is_gone_meanwhile_has_no_place(python: Path, tmp_path: Path) -> None:
    path = tmp_path / "catalog.json"
    path.write_bytes(to_json(load_contract(python)))
    places = places_of(str(path), load_contract(path))
    path.unlink()
    assert places.of("out_of_stock") == Place()


def test_a_file_that_is_spoilt_meanwhile_has_no_place(python: Path, tmp_path: Path) -> None:
    path = tmp_path / "catalog.json"
    path.write_bytes(to_json(load_contract(python)))
    places = places_of(str(path), load_contract(path))
    path.write_bytes(b'{"problems": [3]')
    assert places.of("out_of_stock") == Place()
