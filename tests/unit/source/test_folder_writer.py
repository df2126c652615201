"""Catalogs written as files: what people get to see, and what is refused because it would not come back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import msgspec
import pytest

from failwell import (
    Catalog,
    Contract,
    Dialect,
    Example,
    Lifecycle,
    Member,
    Problem,
    Retry,
    dialects,
    standard_types,
)
from failwell.declare import Stage
from failwell.declare.record import Translation
from failwell.exceptions import EncodingError, SourceError
from failwell.source import load_contract, read_document, read_folder, to_document, to_json, write_folder
from failwell.wire.slots import CODE
from tests.unit.source.test_both_ways import assert_equal


def declared(code: str = "full", namespace: dict[str, Any] | None = None, **words: Any) -> Catalog:
    catalog = Catalog("shop", base="urn:shop:")
    said = {"status": 413, "title": "Full", "prose": "It is full."} | words
    type(
        "Full", (Problem,), {"__module__": __name__, **(namespace or {})}, catalog=catalog, code=code, **said
    )
    return catalog


def contract_of(catalog: Catalog, dialect: Dialect = dialects.CODED) -> Contract:
    return Contract(catalog, dialect=dialect)


def refusal(catalog: Catalog, folder: Path, dialect: Dialect = dialects.CODED) -> EncodingError:
    with pytest.raises(EncodingError) as caught:
        write_folder(contract_of(catalog, dialect), folder / "errors")
    assert caught.value.hint
    assert not (folder / "errors").exists()
    return caught.value


def test_a_file_reads_as_people_write_it(tmp_path: Path) -> None:
    annotations = {
        "limit": int,
        "used": Annotated[int, Member(unit="bytes")],
        "team": Annotated[str | None, Member("team.name")],
        "kind": Annotated[str, msgspec.Meta(max_length=3)],
        "from_": str,
    }
    catalog = declared(
        namespace={"__annotations__": annotations, "team": None, "from_": "here"},
        status=(413, 403),
        retry={413: Retry.LATER, 403: Retry.NEVER},
        detail="{used} of {limit}",
        headers={"X.Y": "{limit}"},
        lifecycle=Lifecycle(Stage.DEPRECATED, since=date(2026, 11, 1), sunset=date(2027, 5, 1)),
        examples=(Example({"limit": 1, "deep": {"b": [1, {"c": "é"}], "a": ""}}, status=403), Example()),
        prose="It is full.\n\n## Why\n\nMuch came.",
    )
    write_folder(contract_of(catalog), tmp_path)
    assert (
        (tmp_path / "full.md").read_text(encoding="utf-8")
        == """\
+++
order = 10
status = [413, 403]
title = "Full"
detail = "{used} of {limit}"

[retry]
413 = "later"
403 = "never"

[members]
limit = "integer"
used = { type = "integer", unit = "bytes" }
"team.name" = { type = "string", name = "team", required = false }
kind = { schema = { type = "string", maxLength = 3 } }
from = { type = "string", default = "here" }

[headers]
"X.Y" = "{limit}"

[lifecycle]
stage = "deprecated"
since = 2026-11-01
sunset = 2027-05-01

[[examples]]
members = { limit = 1, deep = { b = [1, { c = "é" }], a = "" } }
status = 403

[[examples]]
+++

## What happened

It is full.

## Why

Much came.
"""
    )
    assert_equal(read_folder(tmp_path), contract_of(catalog))


class Part(msgspec.Struct):
    name: str | None = None


def test_a_schema_with_a_null_is_json_in_a_text(tmp_path: Path) -> None:
    catalog = declared(namespace={"__annotations__": {"parts": list[Part]}})
    write_folder(contract_of(catalog), tmp_path)
    assert 'parts = { schema = "{\\"type\\":' in (tmp_path / "full.md").read_text()
    assert_equal(read_folder(tmp_path), contract_of(catalog))


@pytest.mark.parametrize("code", ["about", "README", "About", "con", "NUL", "com1.x", "lpt9"])
def test_a_code_that_cannot_be_a_file_is_refused(tmp_path: Path, code: str) -> None:
    error = refusal(declared(code), tmp_path)
    assert (error.code, error.where) == ("code-without-file", f"{code}.md")


def test_two_codes_that_some_systems_do_not_tell_apart_are_refused(tmp_path: Path) -> None:
    catalog = declared("full")
    type("Other", (Problem,), {}, catalog=catalog, code="FULL", status=500, title="Full")
    assert "'full' would have the same file" in refusal(catalog, tmp_path).what
    assert to_json(read_document(to_json(contract_of(catalog)))) == to_json(contract_of(catalog))


@pytest.mark.parametrize(
    "words",
    [
        {"examples": (Example({"a": None}),)},
        {"examples": (Example({"a": [1, {"b": None}]}),)},
    ],
)
def test_a_null_in_an_example_is_refused(tmp_path: Path, words: dict[str, Any]) -> None:
    error = refusal(declared(**words), tmp_path)
    assert (error.code, error.where) == ("value-without-toml", "full")


def test_a_null_in_a_dialect_is_refused(tmp_path: Path) -> None:
    assert refusal(declared(), tmp_path, Dialect("h", {"c": CODE, "n": [None]})).where == "catalog.toml"


@pytest.mark.parametrize(
    ("words", "where"),
    [
        ({"title": "\ud800"}, "problem type 'full'"),
        ({"prose": "\ud800"}, "problem type 'full'"),
        ({"suggestion": "\udfff"}, "problem type 'full'"),
        ({"examples": (Example({"a": float("nan")}),)}, "problem type 'full'"),
        ({"examples": (Example({"a": [float("inf")]}),)}, "problem type 'full'"),
        ({"examples": (Example({"a": {"b": [-float("inf")]}}),)}, "problem type 'full'"),
        ({"examples": (Example({"a": object()}),)}, "problem type 'full'"),
    ],
)
def test_what_neither_json_nor_toml_has_is_refused_in_both(
    tmp_path: Path, words: dict[str, Any], where: str
) -> None:
    error = refusal(declared(**words), tmp_path)
    assert (error.code, error.where) == ("value-without-json", where)
    with pytest.raises(EncodingError):
        to_json(contract_of(declared(**words)))


@pytest.mark.parametrize("default", [float("nan"), "\ud800"])
def test_so_is_a_default(tmp_path: Path, default: Any) -> None:
    catalog = declared(namespace={"__annotations__": {"x": float | str}, "x": default})
    assert refusal(catalog, tmp_path).where == "problem type 'full', x"


def test_lone_surrogates_are_refused_wherever_a_catalog_has_texts(tmp_path: Path) -> None:
    for catalog in (
        Catalog("\ud800", base="urn:a:"),
        Catalog("a", base="\ud800:"),
        Catalog("a", base="urn:a:", about="\ud800"),
    ):
        refusal(catalog, tmp_path)
    translated = declared()
    translated.translate("de", {"full": Translation(why="\ud800")})
    refusal(translated, tmp_path)
    refusal(declared(), tmp_path, Dialect("h", {"c": CODE, "n": "\ud800"}))


def test_numbers_of_any_size_are_carried(tmp_path: Path) -> None:
    values = {"a": 2**200, "b": -(2**63), "c": 1e300, "d": 5e-324, "e": -0.0, "f": 1.0}
    contract = contract_of(declared(examples=(Example(values),)))
    write_folder(contract, tmp_path)
    for again in (read_folder(tmp_path), read_document(to_json(contract))):
        (example,) = again.catalog.records["full"].examples
        assert repr(example.members) == repr(values)


def test_standard_types_that_differ_from_ours_have_files_of_their_own(tmp_path: Path) -> None:
    """Another version may have other texts: they are kept, and still give way."""
    catalog = declared()
    standard_types(catalog)
    document = to_document(contract_of(catalog))
    gone = next(problem for problem in document["problems"] if problem["code"] == "gone")
    gone["suggestion"] = "Forget it."
    contract = read_document(document)
    write_folder(contract, tmp_path)
    assert "fills_gap = true" in (tmp_path / "gone.md").read_text()
    assert to_json(read_folder(tmp_path)) == to_json(contract)


@pytest.mark.parametrize("naming", ["snake_case", "kebab-case"])
def test_standard_types_that_are_ours_are_one_word_in_the_head(tmp_path: Path, naming: Any) -> None:
    catalog = declared()
    standard_types(catalog, naming=naming)
    assert [path.name for path in write_folder(contract_of(catalog), tmp_path)] == ["catalog.toml", "full.md"]
    assert f'standard = "{naming}"' in (tmp_path / "catalog.toml").read_text()
    assert_equal(read_folder(tmp_path), contract_of(catalog))


def test_a_language_without_any_text_is_kept(tmp_path: Path) -> None:
    catalog = declared()
    catalog.translate("de", {})
    write_folder(contract_of(catalog), tmp_path)
    assert read_folder(tmp_path).catalog.languages == ("de",)


def test_files_that_are_written_again_are_the_same(tmp_path: Path) -> None:
    contract = contract_of(declared())
    written = {path: path.read_bytes() for path in write_folder(contract, tmp_path)}
    again = write_folder(load_contract(tmp_path), tmp_path)
    assert {path: path.read_bytes() for path in again} == written


def test_files_of_other_types_are_not_mixed_up_with_what_is_written(tmp_path: Path) -> None:
    contract = contract_of(declared())
    write_folder(contract, str(tmp_path))
    (tmp_path / "stale.md").write_text("+++\nstatus = 409\ntitle = 'Stale'\n+++\n")
    with pytest.raises(SourceError, match=r"files of other types: stale\.md") as caught:
        write_folder(contract, tmp_path)
    assert caught.value.code == "left-over"


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SourceError) as caught:
        write_folder(contract_of(declared()), tmp_path / "file" / "errors")
    assert caught.value.code == "cannot-write"


def test_two_files_whose_names_differ_in_case_only_are_told(tmp_path: Path) -> None:
    write_folder(contract_of(declared()), tmp_path)
    twin = tmp_path / "FULL.md"
    twin.write_text("+++\nstatus = 409\ntitle = 'Twin'\n+++\n")
    if len(list(tmp_path.glob("*.md"))) == 1:
        twin.unlink()  # this system does not tell them apart: there is but one file
        return
    with pytest.raises(SourceError, match=r"differs from \w+\.md in upper and lower case only"):
        load_contract(tmp_path)
