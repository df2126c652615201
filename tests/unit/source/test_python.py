"""PATH: which contract it names, and what is said where it names none."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from failwell.exceptions import SourceError
from failwell.source import load_contract
from tests.unit.cli.conftest import Run

_HEAD = "from failwell import Catalog, Contract, Problem, dialects\n"
_TWO = _HEAD + "a = Catalog('a', base='urn:a:')\nb = Catalog('b', base='urn:b:')\n"
_CONTRACTS = (
    _TWO
    + "one = uno = Contract(a, dialect=dialects.FLAT)\ntwo = Contract(b, dialect=dialects.CODED)\nn = 1\n"
)


@pytest.fixture(autouse=True)
def _modules_of_their_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.chdir(tmp_path)
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]


def _refusal(path: str) -> SourceError:
    with pytest.raises(SourceError) as caught:
        load_contract(path)
    assert caught.value.hint
    return caught.value


def test_a_file_with_one_contract_needs_no_name(folder: Path) -> None:
    contract = load_contract(str(folder / "errors.py"))
    assert (contract.catalog.name, contract.dialect.name) == ("drops", "problem")


def test_a_name_picks_one_of_several(tmp_path: Path) -> None:
    (tmp_path / "several.py").write_text(_CONTRACTS)
    assert load_contract("several.py:two").dialect.name == "coded"
    assert load_contract("several:uno").dialect.name == "flat"


def test_a_catalog_alone_gets_the_dialect_problem(tmp_path: Path) -> None:
    (tmp_path / "alone.py").write_text(_HEAD + "a = Catalog('a', base='urn:a:')\n")
    assert load_contract("alone.py").dialect.name == "problem"
    assert load_contract("alone.py:a").catalog.name == "a"


def test_several_contracts_without_a_name_are_listed(tmp_path: Path) -> None:
    """Two names for one contract are one contract."""
    (tmp_path / "several2.py").write_text(_CONTRACTS)
    error = _refusal("several2.py")
    assert (error.code, error.what) == ("several-contracts", "it holds several contracts: one, two")
    assert error.hint == "say which: several2.py:one"


def test_several_catalogs_without_a_name_are_listed(tmp_path: Path) -> None:
    (tmp_path / "catalogs.py").write_text(_TWO)
    assert _refusal("catalogs.py").what == "it holds several catalogs: a, b"


@pytest.mark.parametrize(("name", "what"), [("nope", "there is no 'nope'"), ("n", "'n' is no contract here")])
def test_a_wrong_name_is_told_with_the_right_ones(tmp_path: Path, name: str, what: str) -> None:
    (tmp_path / "several3.py").write_text(_CONTRACTS)
    error = _refusal(f"several3.py:{name}")
    assert (error.code, error.what) == ("no-such-contract", what)
    assert error.hint.endswith(": one, two, a, b")


def test_a_file_without_contract_says_what_to_add(tmp_path: Path) -> None:
    (tmp_path / "empty.py").write_text("")
    assert _refusal("empty.py").code == "no-contract"
    assert "Contract(" in _refusal("empty.py").hint


@pytest.mark.parametrize("path", ["nope.py", "folder/nope.py", "no.such.module", "nope", "errors.py.bak/x"])
def test_what_does_not_exist_is_told(path: str) -> None:
    error = _refusal(path)
    assert (error.code, error.where) == ("no-such-file", path)


@pytest.mark.parametrize("name", ["catalog.yaml", "errors", "notes.txt"])
def test_a_file_of_another_kind_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("name: shop\n")
    error = _refusal(name)
    assert (error.code, error.what) == ("no-contract", "it is neither a Python file nor a document")


def test_a_package_named_like_one_of_the_standard_library_is_not_mixed_up_with_it(tmp_path: Path) -> None:
    package = tmp_path / "shop" / "platform"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "errors.py").write_text(_HEAD + "a = Catalog('a', base='urn:a:')\n")
    assert load_contract("shop/platform/errors.py").catalog.name == "a"
    assert "shop.platform.errors" in sys.modules


def test_what_a_module_prints_is_no_part_of_the_document(failwell: Run, folder: Path) -> None:
    file = folder / "errors.py"
    file.write_text('print("hello from the module")\n' + file.read_text())
    done = failwell("export", "errors.py")
    assert (done.returncode, done.stderr) == (0, "hello from the module\n")
    assert json.loads(done.stdout)["name"] == "drops"


def test_forms_of_later_versions_are_refused_plainly(tmp_path: Path) -> None:
    (tmp_path / "catalog.json").write_text("{}")
    assert _refusal("catalog.json").code == "unknown-form"
    (tmp_path / "catalog.json").write_text('{"failwell": 2}')
    assert "upgrade" in _refusal("catalog.json").hint


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("x = 1\nimport not_installed\n", 2, "ModuleNotFoundError: No module named 'not_installed'"),
        ("x = 1\n\ndef (\n", 3, "SyntaxError: invalid syntax (broken.py, line 3)"),
        ("1 / 0\n", 1, "ZeroDivisionError: division by zero"),
        ("import json\njson.loads('')\n", 2, "JSONDecodeError: Expecting value: line 1 column 1 (char 0)"),
        ("raise SystemExit('not here')\n", 1, "SystemExit: not here"),
    ],
)
def test_a_failing_import_is_told_with_file_and_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    (tmp_path / "broken.py").write_text(text)
    error = _refusal("broken.py")
    assert (error.code, error.what) == ("import-failed", f"importing it failed: {what}")
    assert error.where == f"{tmp_path / 'broken.py'}:{line}"
    assert error.__cause__ is not None


def test_a_wrong_declaration_keeps_its_own_remedy(tmp_path: Path) -> None:
    declaration = (
        "class X(Problem, catalog=Catalog('a', base='urn:a:'), code='x', status=200, title='X'): ...\n"
    )
    (tmp_path / "wrong.py").write_text(_HEAD + declaration)
    error = _refusal("wrong.py")
    assert (error.code, error.where) == ("bad-status", f"{tmp_path / 'wrong.py'}:2, wrong.X")
    assert "400 to 599" in error.hint


def test_a_missing_import_of_a_module_is_not_taken_for_the_module(tmp_path: Path) -> None:
    (tmp_path / "lacking.py").write_text("import not_installed\n")
    assert _refusal("lacking").code == "import-failed"


def test_a_file_in_a_package_is_imported_by_its_full_name(tmp_path: Path) -> None:
    package = tmp_path / "outer" / "shop"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("from shop.errors import shop as exported\n")
    (package / "errors.py").write_text(
        _HEAD + "shop = Catalog('shop', base='urn:s:')\n" + "from . import types_\n"
    )
    (package / "types_.py").write_text(
        "from failwell import Problem\nfrom shop.errors import shop\n"
        "class Gone(Problem, catalog=shop, code='gone', status=410, title='Gone'): ...\n"
    )
    contract = load_contract("outer/shop/errors.py")
    gone = contract.catalog.find("gone")
    assert gone is not None
    assert gone.__module__ == "shop.types_"
    assert load_contract("outer/shop").catalog is contract.catalog


def test_two_files_of_one_name_are_two_modules(tmp_path: Path) -> None:
    """Also where the name is that of a module of the standard library."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "json.py").write_text(_HEAD + f"{name} = Catalog({name!r}, base='urn:{name}:')\n")
    loaded = [load_contract(f"{name}/json.py") for name in ("a", "b", "a")]
    assert [contract.catalog.name for contract in loaded] == ["a", "b", "a"]
    assert loaded[0].catalog is loaded[2].catalog
    assert hasattr(sys.modules["json"], "JSONDecoder")


def test_a_module_of_the_current_folder_is_found_by_the_command(failwell: Run) -> None:
    assert failwell("export", "errors").returncode == 0
