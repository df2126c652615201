"""Sources by path: Python in a process of its own, folders and documents in this one, and what is watched."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from failwell.exceptions import FailwellError, SourceError
from failwell.serve import open_source
from failwell.source import to_json
from tests.unit.serve.library import contract

PYTHON = """
from failwell import Catalog, Contract, Problem, dialects

shop = Catalog("shop", base="https://errors.shop.example/")

class SoldOut(Problem, catalog=shop, code="sold_out", status=409, title="Sold out"):
    "Nothing is left."

contract = Contract(shop, dialect=dialects.FLAT)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_python_is_imported_elsewhere_and_each_time_anew(folder: Path) -> None:
    file = folder / "shop_errors.py"
    file.write_text(PYTHON)
    for given in ("shop_errors.py", "shop_errors", "shop_errors.py:contract", str(file)):
        source = open_source(given)
        read = source.load()
        assert (read.catalog.name, read.dialect.name) == ("shop", "flat")
        assert source.is_changed_by([file, folder / "about.md"])
        assert source.is_changed_by([folder / "about.md"])
        assert not source.is_changed_by([folder / "sub" / "x.py"])
        assert not source.is_changed_by([folder / "__pycache__" / "shop_errors.py"])
        assert not source.is_changed_by([folder / "shop_errors.pyc", folder / "notes.txt"])
    assert "shop_errors" not in sys.modules
    source = open_source("shop_errors.py")
    file.write_text(PYTHON.replace("Sold out", "Gone"))
    assert source.load().catalog.records["sold_out"].title == "Gone"


def test_a_package_is_watched_as_a_whole(folder: Path) -> None:
    package = folder / "shop" / "api"
    package.mkdir(parents=True)
    (folder / "shop" / "__init__.py").write_text("")
    (package / "__init__.py").write_text("")
    (package / "errors.py").write_text(PYTHON)
    for given in ("shop.api.errors", "shop/api/errors.py", "shop.api.errors:contract"):
        source = open_source(given)
        assert source.is_changed_by([folder / "shop" / "prices.py"])
        assert source.is_changed_by([package / "errors.py"])
        assert not source.is_changed_by([folder / "other.py"])
        assert source.load().catalog.name == "shop"


def test_what_is_installed_is_served_but_not_watched() -> None:
    assert open_source("failwell.no_such_module").watched == ()


def test_a_broken_file_is_told_with_its_place(folder: Path) -> None:
    (folder / "broken.py").write_text("import failwell\n1 / 0\n")
    with pytest.raises(SourceError) as told:
        open_source("broken.py").load()
    assert told.value.code == "import-failed"
    assert "broken.py:2: importing it failed: ZeroDivisionError" in told.value.what
    assert told.value.hint.startswith("mend the file")
    assert str(told.value).count("To mend it:") == 1


def test_a_file_that_prints_is_read_all_the_same(folder: Path) -> None:
    (folder / "talking.py").write_text(f"import sys; print('{{'); print('!', file=sys.stderr)\n{PYTHON}")
    assert open_source("talking.py").load().catalog.name == "shop"


def test_a_file_that_waits_for_what_is_typed_gets_nothing(folder: Path) -> None:
    (folder / "asking.py").write_text(f"import sys; assert sys.stdin.read() == ''\n{PYTHON}")
    assert open_source("asking.py").load().catalog.name == "shop"


def test_a_document_is_read_here(folder: Path) -> None:
    file = folder / "catalog.json"
    file.write_bytes(to_json(contract))
    source = open_source("catalog.json")
    assert to_json(source.load()) == to_json(contract)
    assert source.is_changed_by([file])
    assert source.watched[0].folder == folder


def test_a_folder_of_files_is_read_here(folder: Path) -> None:
    shop = folder / "shop"
    (shop / "locales" / "de").mkdir(parents=True)
    head = 'failwell = 1\nname = "shop"\nbase = "https://errors.shop.example/"\ndialect = "problem"\n'
    (shop / "catalog.toml").write_text(head)
    (shop / "sold_out.md").write_text(
        '+++\norder = 10\nstatus = 409\ntitle = "Sold out"\n+++\n\n## What happened\n\nNothing is left.\n'
    )
    source = open_source("shop")
    assert list(source.load().catalog.records) == ["sold_out"]
    for given in ("shop", "shop/catalog.toml", "shop/sold_out.md"):
        source = open_source(given)
        assert list(source.load().catalog.records) == ["sold_out"]
        assert source.is_changed_by([shop / "locales" / "de" / "sold_out.md"])
    (shop / "catalog.toml").write_text("")
    with pytest.raises(FailwellError):
        source.load()


def test_what_there_is_not_is_told(folder: Path) -> None:
    for given in ("nothing.json", "nothing.py"):
        with pytest.raises(FailwellError, match=r"no such|cannot be read"):
            open_source(given).load()
