"""`--fix`: only the literal changes, in every form of a catalog; what does not hold is taken back."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from failwell.check import Api, Report, lint_api
from failwell.check.repair import Repair, repair
from failwell.check.report import Edit
from failwell.check.settings import Settings, SettingsFile, Waiver
from failwell.contract import Contract
from failwell.source import load_contract

TODAY = date(2026, 11, 20)
REPAIRED_BY = ("title-with-period", "resolve-method-unknown")

HEAD = 'failwell = 1\nname = "shop"\nbase = "https://errors.shop.example/"\ndialect = "problem"\n'
STOCK = """\
+++
# a comment with "Out of stock."
status = 409
suggestion = "Out of stock."
title = "Out of stock."  # said twice
retry = "after_change"
resolve = { action = "look", method = 'get', endpoint = "/v1/articles" }
since = "1.0"
+++

## What happened

Too few are left. Größer geht nicht.

## Why

Too few are left. Größer geht nicht.
"""

PYTHON = '''\
"""Errors. Größe: ∅."""

from failwell import Catalog, Contract, Problem, Resolve, Retry, dialects

shop = Catalog("shop", base="https://errors.shop.example/")
PERIOD = "."


class OutOfStock(
    Problem, catalog=shop, code="out_of_stock", status=409, title="Out of stock.", retry=Retry.AFTER_CHANGE,
    suggestion="Out of stock.", since="1.0",
    resolve=Resolve("look", method='get', endpoint="/v1/größen"),
):
    """Too few are left."""


class Single(Problem, catalog=shop, code="single", status=409, title='Größe "L" is out.', retry=Retry.NEVER):
    """It's gone."""


class Triple(Problem, catalog=shop, code="triple", status=409, title="""No more."""):
    """It's gone, too."""


class Raw(Problem, catalog=shop, code="raw", status=409, title=r"A \\ in it.", retry=Retry.NEVER):
    """It has a backslash."""


class Joined(Problem, catalog=shop, code="joined", status=409, title="In " "two.", retry=Retry.NEVER):
    """It is two literals."""


class Computed(Problem, catalog=shop, code="computed", status=409, title="It is" + PERIOD, retry=Retry.NEVER):
    """It is computed."""


class Formatted(Problem, catalog=shop, code="formatted", status=409, title=f"Fine{PERIOD}"):
    """It is formatted."""


contract = Contract(shop, dialect=dialects.PROBLEM)
'''


def looked_at(contract: Contract, *rules: str, **decided: object) -> Report:
    """What lint says of these rules only."""
    report = lint_api(Api(contract, today=TODAY), SettingsFile(Settings(**decided)))  # type: ignore[arg-type]
    keep = rules or REPAIRED_BY
    findings = [one for one in report.findings if one.rule in keep]
    kept = {one.fingerprint for one in findings}
    return Report("lint", findings, edits=[edit for edit in report.edits if edit.finding in kept])


def fixed(path: Path, contract: Contract | None = None, *rules: str) -> Repair:
    contract = contract or load_contract(path)
    return repair(str(path), contract, looked_at(contract, *rules).edits)


def document(folder: Path, *problems: dict[str, object], name: str = "catalog.json") -> Path:
    path = folder / name
    whole = {
        "failwell": 1,
        "name": "shop",
        "base": "https://errors.shop.example/",
        "dialect": "problem",
        "problems": problems,
    }
    path.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return path


def problem(code: str, title: str, **others: object) -> dict[str, object]:
    return {"code": code, "status": [409], "title": title, "retry": "never", "suggestion": title, **others}


def folder(root: Path, text: str = STOCK) -> Path:
    (root / "catalog.toml").write_text(HEAD, "utf-8")
    (root / "out_of_stock.md").write_bytes(text.encode())
    return root / "out_of_stock.md"


@pytest.fixture
def python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    path = tmp_path / f"repaired_{tmp_path.name.replace('-', '_')}.py"
    path.write_text(PYTHON, "utf-8")
    return path


# ---------------------------------------------------------------------------------------- what changes


def test_in_a_document_only_the_literal_changes(tmp_path: Path) -> None:
    path = document(tmp_path, problem("a", "Größe."), problem("b", "Größe"), problem("c", "Größe."))
    before = path.read_text("utf-8")
    done = fixed(path)
    assert len(done.done) == 2
    assert done.refused == []
    assert done.files == [str(path)]
    assert path.read_text("utf-8") == before.replace('"title": "Größe."', '"title": "Größe"')


def test_a_document_in_ascii_stays_so(tmp_path: Path) -> None:
    path = document(tmp_path, problem("a", "Große."))
    path.write_text(json.dumps(json.loads(path.read_text("utf-8"))), "utf-8")
    fixed(path)
    assert '"title": "Gro\\u00dfe"' in path.read_text("utf-8")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_line_ends_and_byte_order_marks_stay(tmp_path: Path, mark: bytes, line_end: str) -> None:
    path = folder(tmp_path)
    text = STOCK.replace("\n", line_end)
    path.write_bytes(mark + text.encode())
    assert len(fixed(path).done) == 2
    meant = text.replace('title = "Out of stock."', 'title = "Out of stock"').replace("'get'", "'GET'")
    assert path.read_bytes() == mark + meant.encode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("'No more.'", "'No more'"),
        ('"""No more."""', '"No more"'),
        ("'''No more.'''", "'No more'"),
        ('"No \\"more\\"."', '"No \\"more\\""'),
        ("'No \\ more.'", "'No \\ more'"),
        ('"\\u004eo more."', '"No more"'),
    ],
)
def test_front_matter_keeps_its_quotes_as_far_as_they_can_hold_the_text(
    tmp_path: Path, before: str, after: str
) -> None:
    path = folder(tmp_path, STOCK.replace('title = "Out of stock."', f"title = {before}"))
    fixed(path)
    assert f"title = {after}  # said twice" in path.read_text("utf-8")


def test_texts_of_the_page_are_repaired_under_their_heading(tmp_path: Path) -> None:
    path = folder(tmp_path)
    contract = load_contract(path)
    edit = Edit("", "out_of_stock", ("why",), "They sell well.\n\nVery well.")
    assert repair(str(tmp_path), contract, [edit]).done == [edit]
    assert path.read_text("utf-8") == STOCK.replace(
        "## Why\n\nToo few are left. Größer geht nicht.", "## Why\n\nThey sell well.\n\nVery well."
    )


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_texts_deep_in_a_file_are_repaired(tmp_path: Path, line_end: str) -> None:
    examples = (
        '[[examples]]\ndetail = "None."\n\n[[examples]]\nname = "None."\ndetail = "None."\n+++\n\n## What'
    )
    text = STOCK.replace("+++\n\n## What", examples).replace("\n", line_end)
    path = folder(tmp_path, text)
    edits = [
        Edit("1", "out_of_stock", ("examples", 1, "detail"), "None"),
        Edit("2", "out_of_stock", ("prose",), "Too few\nare left."),
        Edit("3", "out_of_stock", ("resolve", "action"), "search"),
        Edit("4", "out_of_stock", ("examples", 2, "detail"), "None"),
    ]
    done = repair(str(tmp_path), load_contract(path), edits)
    assert done.done == edits[:3]
    assert [one.reason for one in done.refused] == ["the front matter has no such text"]
    last = text.rindex('"None."')
    meant = text[:last] + '"None"' + text[last + 7 :]
    meant = meant.replace("Too few are left. Größer geht nicht.", f"Too few{line_end}are left.", 1)
    assert path.read_bytes() == meant.replace('"look"', '"search"').encode()


def test_in_python_literals_change_in_their_quotes_and_what_is_computed_is_left_alone(python: Path) -> None:
    done = fixed(python)
    changes = {
        'title="Out of stock."': 'title="Out of stock"',
        "method='get'": "method='GET'",
        "'Größe \"L\" is out.'": "'Größe \"L\" is out'",
        '"""No more."""': '"""No more"""',
        'r"A \\ in it."': '"A \\\\ in it"',
    }
    meant = PYTHON
    for before, after in changes.items():
        assert meant.count(before) == 1
        meant = meant.replace(before, after)
    assert python.read_text("utf-8") == meant
    assert {one.edit.subject: one.reason for one in done.refused} == {
        "joined": "it is put together of several literals",
        "computed": "it is no text in the class line: it is computed, or comes from a base",
        "formatted": "it is no text in the class line: it is computed, or comes from a base",
    }


def test_a_docstring_of_one_line_is_repaired(python: Path) -> None:
    edit = Edit("", "single", ("prose",), "It isn't there.")
    assert repair(str(python), load_contract(python), [edit]).done == [edit]
    assert '"""It isn\'t there."""' in python.read_text("utf-8")


def test_texts_deep_in_a_class_line_are_repaired(python: Path) -> None:
    edit = Edit("", "out_of_stock", ("resolve", "action"), "search")
    assert repair(str(python), load_contract(python), [edit]).done == [edit]
    assert python.read_text("utf-8") == PYTHON.replace('Resolve("look"', 'Resolve("search"')


def test_a_contract_of_several_sources_is_repaired_where_each_type_stands(
    python: Path, tmp_path: Path
) -> None:
    main = tmp_path / f"main_{python.name}"
    main.write_text(f"from {python.stem} import contract\n", "utf-8")
    before = main.read_bytes()
    assert len(fixed(main).done) == 5
    assert main.read_bytes() == before
    assert 'title="Out of stock"' in python.read_text("utf-8")


def test_carriage_returns_in_python_stay(python: Path) -> None:
    python.write_bytes(PYTHON.replace("\n", "\r\n").encode())
    assert len(fixed(python).done) == 5
    assert python.read_bytes().count(b"\r\n") == python.read_bytes().count(b"\n") == PYTHON.count("\n")


def test_a_link_goes_on_leading_to_the_file_and_permissions_stay(tmp_path: Path) -> None:
    path = document(tmp_path, problem("a", "Gone."), name="original.json")
    path.chmod(0o640)
    link = tmp_path / "catalog.json"
    link.symlink_to(path)
    assert len(fixed(link).done) == 1
    assert link.is_symlink()
    assert '"title": "Gone"' in path.read_text("utf-8")
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(one.name for one in tmp_path.iterdir()) == ["catalog.json", "original.json"]


# ------------------------------------------------------------------------------------- what does not


def test_a_read_only_file_is_left_alone(tmp_path: Path) -> None:
    path = document(tmp_path, problem("a", "Gone."))
    before = path.read_bytes()
    path.chmod(0o444)
    assert [one.reason for one in fixed(path).refused] == [f"{path} is read-only"]
    assert path.read_bytes() == before


def test_what_breaks_the_contract_is_taken_back_and_the_rest_is_repaired(tmp_path: Path) -> None:
    path = document(tmp_path, problem("a", "Gone."), problem("b", "Left."), problem("c", "Over."))
    edits = [
        Edit("1", "a", ("title",), "Gone"),
        Edit("2", "b", ("title",), "{no} title"),
        Edit("3", "c", ("title",), "Over"),
    ]
    before = path.read_text("utf-8")
    done = repair(str(path), load_contract(path), edits)
    assert done.done == [edits[0], edits[2]]
    assert [one.edit for one in done.refused] == [edits[1]]
    assert "with it the contract cannot be loaded" in done.refused[0].reason
    meant = before.replace('"title": "Gone."', '"title": "Gone"').replace(
        '"title": "Over."', '"title": "Over"'
    )
    assert path.read_text("utf-8") == meant


def test_a_module_that_no_longer_imports_is_taken_back(python: Path) -> None:
    python.write_text(PYTHON + 'assert OutOfStock.title.endswith(".")\n', "utf-8")
    done = fixed(python)
    assert "out_of_stock" in {one.edit.subject for one in done.refused}
    assert {one.subject for one in done.done} >= {"single", "triple"}
    assert 'title="Out of stock."' in python.read_text("utf-8")


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (Edit("", "", ("title",), "x"), "it is about no text of a type"),
        (Edit("", "a", (), "x"), "it is about no text of a type"),
        (Edit("", "a", ("detail",), "x"), "the document has no such text"),
        (Edit("", "a", ("status", 0), "x"), "the document has no such text"),
        (Edit("", "a", ("title",), "\ud800"), "the text is no Unicode"),
        (Edit("", "a", ("code",), "b"), "with it something else in the contract changes, too"),
        (Edit("", "a.b", ("title",), "Gone "), ""),
    ],
)
def test_what_is_no_text_of_a_type_is_not_repaired(tmp_path: Path, edit: Edit, reason: str) -> None:
    path = document(tmp_path, problem("a", "Gone."))
    before = path.read_bytes()
    done = repair(str(path), load_contract(path), [edit])
    assert [one.reason for one in done.refused] == ([reason] if reason else [])
    assert (path.read_bytes() == before) is bool(reason)


def test_of_two_repairs_of_one_text_the_first_is_made(tmp_path: Path) -> None:
    path = document(tmp_path, problem("a", "Gone."))
    edits = [Edit("1", "a", ("title",), "Gone"), Edit("2", "a", ("title",), "Lost")]
    done = repair(str(path), load_contract(path), edits)
    assert done.done == edits[:1]
    assert "look again" in done.refused[0].reason


def test_what_has_changed_since_it_was_loaded_is_left_alone(python: Path) -> None:
    contract = load_contract(python)
    python.write_text(PYTHON.replace("Out of stock.", "Sold out."), "utf-8")
    changed = python.read_bytes()
    done = repair(str(python), contract, [Edit("", "out_of_stock", ("title",), "Out of stock")])
    assert [one.reason for one in done.refused] == ["the file says something else than what was loaded"]
    assert python.read_bytes() == changed


def test_a_waived_finding_is_not_repaired(tmp_path: Path) -> None:
    contract = load_contract(document(tmp_path, problem("a", "Gone."), problem("b", "Left.")))
    waiver = Waiver("title-with-period", "a", "it is a brand", date(2027, 1, 1))
    assert [edit.subject for edit in looked_at(contract, waivers=[waiver]).edits] == ["b"]
    assert looked_at(contract, severity={"title-with-period": "off"}).edits == []


# ----------------------------------------------------------------------------------------- properties

TITLES = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="{}"), min_size=1
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(TITLES.filter(lambda text: text.strip(". ") != ""), min_size=1, max_size=4),
    st.sampled_from(["folder", "document"]),
)
def test_after_a_repair_lint_is_silent_and_a_second_one_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, titles: list[str], form: str
) -> None:
    root = tmp_path_factory.mktemp("repair")
    if form == "folder":
        for number, title in enumerate(titles):
            path = folder(
                root,
                STOCK.replace(
                    'title = "Out of stock."', f"title = {json.dumps(title + '.', ensure_ascii=False)}"
                ),
            )
            path.rename(root / f"p{number}.md")
        path = root
    else:
        path = document(root, *(problem(f"p{n}", f"{title}.") for n, title in enumerate(titles)))
    contract = load_contract(path)
    report = looked_at(contract, "title-with-period")
    assert {edit.subject for edit in report.edits} == set(contract.catalog.own)
    assert repair(str(path), contract, report.edits).refused == []
    again = load_contract(path)
    assert looked_at(again, "title-with-period").findings == []
    written = {one: one.read_bytes() for one in root.iterdir()}
    assert repair(str(path), again, report.edits).refused == []
    assert {one: one.read_bytes() for one in root.iterdir()} == written
