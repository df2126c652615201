"""Whatever is wrong in files or a document, one error says in which line, and how to mend it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from failwell.cli.app import app
from failwell.exceptions import SourceError
from failwell.source import load_contract, read_document
from tests.unit.cli.conftest import Run
from tests.unit.source.faults import DOCUMENT, FILES, IN_DOCUMENT, IN_FILES, Fault


def planted(fault: Fault) -> str:
    text = FILES[fault.file] if fault.file else DOCUMENT
    assert fault.old in text
    return text.replace(fault.old, fault.new, 1)


def write_files(folder: Path, files: dict[str, str] = FILES) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return folder


def refusal(path: Path) -> SourceError:
    with pytest.raises(SourceError) as caught:
        load_contract(path)
    assert caught.value.hint
    return caught.value


def assert_told(error: SourceError, fault: Fault, path: Path) -> None:
    assert error.code == fault.code
    assert fault.what in error.what
    assert error.where.split(",")[0] == f"{path}:{fault.line}"


def _name(fault: Fault) -> str:
    return f"{fault.file}:{fault.line}-{fault.code}"


def assert_told_by_the_command(path: Path, error: SourceError) -> None:
    for command in (["explain", "closed", "--from", str(path)], ["export", str(path)]):
        result = CliRunner().invoke(app, command)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert result.stderr == f"Error: {error}\n"


def test_without_a_fault_both_load(tmp_path: Path) -> None:
    assert list(load_contract(write_files(tmp_path)).catalog.records) == ["sold_out", "closed"]
    assert list(read_document(DOCUMENT.encode()).catalog.records) == ["closed", "sold_out"]


@pytest.mark.parametrize("fault", IN_FILES, ids=_name)
def test_a_fault_in_a_file_is_told_with_its_line(fault: Fault, tmp_path: Path) -> None:
    write_files(tmp_path, FILES | {fault.file: planted(fault)})
    error = refusal(tmp_path)
    assert_told(error, fault, tmp_path / fault.file)
    assert_told_by_the_command(tmp_path, error)


@pytest.mark.parametrize("fault", IN_DOCUMENT, ids=_name)
def test_a_fault_in_a_document_is_told_with_its_line(fault: Fault, tmp_path: Path) -> None:
    path = tmp_path / "catalog.json"
    path.write_text(planted(fault), encoding="utf-8")
    error = refusal(path)
    assert_told(error, fault, path)
    assert_told_by_the_command(path, error)


@pytest.mark.parametrize("fault", IN_FILES, ids=_name)
def test_lines_are_the_same_where_they_end_as_on_windows(fault: Fault, tmp_path: Path) -> None:
    write_files(tmp_path, FILES | {fault.file: planted(fault).replace("\n", "\r\n")})
    assert_told(refusal(tmp_path), fault, tmp_path / fault.file)


# ---- files as such


def _bytes(name: str, data: bytes) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        (folder / name).write_bytes(data)

    return spoil


def _folder_for_file(folder: Path) -> None:
    (folder / "closed.md").unlink()
    (folder / "closed.md").mkdir()


def _loop(folder: Path) -> None:
    (folder / "closed.md").unlink()
    (folder / "closed.md").symlink_to("closed.md")


def _no_head(folder: Path) -> None:
    (folder / "catalog.toml").unlink()


def _unreadable(folder: Path) -> None:
    (folder / "closed.md").unlink()
    (folder / "closed.md").symlink_to(folder / "nowhere")


def _foreign_language(folder: Path) -> None:
    (folder / "locales" / "english!").mkdir()


SPOILED = (
    ("no-catalog", _no_head, "", "no catalog.toml"),
    ("unknown-form", _bytes("catalog.toml", b""), "catalog.toml:1", "does not say"),
    ("no-front-matter", _bytes("closed.md", b""), "closed.md:1", "does not begin"),
    ("unreadable-file", _bytes("closed.md", FILES["closed.md"].encode("utf-16")), "closed.md:1", "UTF-8"),
    ("unreadable-file", _bytes("catalog.toml", b'a = 1\nb = "\xff"'), "catalog.toml:2", "UTF-8"),
    ("unreadable-file", _bytes("about.md", b"a\n\nb\xc3("), "about.md:3", "UTF-8"),
    ("unreadable-file", _folder_for_file, "closed.md", "directory"),
    ("unreadable-file", _loop, "closed.md", "symbolic links"),
    ("unreadable-file", _unreadable, "closed.md", "No such file"),
    ("too-large", _bytes("closed.md", b"+++\n" * 2_500_000), "closed.md", "more than 1048576 bytes"),
    ("bad-code", _bytes("a b.md", b'+++\nstatus=500\ntitle="x"\n+++'), "a b.md:1", "'a b' cannot be"),
    ("bad-code", _bytes("1.md", b'+++\nstatus=500\ntitle="x"\n+++'), "1.md:1", "'1' cannot be a code"),
    ("translation-of-what", _bytes("locales/de/x.md", b"+++\n+++\n"), "locales/de/x.md:1", "a translation"),
    ("unreadable-file", _bytes("locales/de/about.md", b"\xff\xfe"), "locales/de/about.md:1", "UTF-8"),
    ("bad-language", _foreign_language, "locales/english!:1", "no language tag"),
)  # fmt: skip


@pytest.mark.parametrize(("code", "spoil", "where", "what"), SPOILED)
def test_a_file_that_is_none_is_told(
    tmp_path: Path, code: str, spoil: Callable[[Path], None], where: str, what: str
) -> None:
    spoil(write_files(tmp_path))
    error = refusal(tmp_path)
    assert (error.code, error.where.split(",")[0]) == (code, str(tmp_path / where))
    assert what in error.what
    assert_told_by_the_command(tmp_path, error)


DOCUMENTS = (
    (b"", "broken-json", ":1", "truncated"),
    (b"\n\n{", "broken-json", ":3", "truncated"),
    (b"[]", "wrong-word", ":1", "list where an object is expected"),
    (b"null", "wrong-word", ":1", "NoneType where an object is expected"),
    (b"\x00\x01", "broken-json", ":1", "malformed"),
    (b'{"failwell": 1,\n "name": "\xff"}', "broken-json", ":2", "utf-8"),
    (DOCUMENT.encode("utf-16"), "broken-json", ":1", "malformed"),
    (b'{"failwell": 1, "a": ' + b"[" * 100_000, "nested-too-deeply", "", "too deeply"),
    (b'{"failwell": 1, "a": ' + b'{"a":' * 99_999 + b"1" + b"}" * 100_000, "nested-too-deeply", "", "deep"),
    (b'{"failwell": 3, "new": 1}', "unknown-form", ":1", "version 3"),
    (DOCUMENT[:1000].encode(), "broken-json", f":{DOCUMENT[:1000].count(chr(10)) + 1}", "truncated"),
)  # fmt: skip


@pytest.mark.parametrize(("document", "code", "line", "what"), DOCUMENTS)
def test_a_document_that_is_none_is_told(
    tmp_path: Path, document: bytes, code: str, line: str, what: str
) -> None:
    path = tmp_path / "catalog.json"
    path.write_bytes(document)
    error = refusal(path)
    assert (error.code, error.where.split(",")[0]) == (code, f"{path}{line}")
    assert what in error.what
    assert_told_by_the_command(path, error)


@pytest.mark.parametrize(
    "name", ["nope.json", "a\x00b.json", "x" * 5000 + ".json", "x" * 5000, "loop", "loop.json"]
)
def test_a_path_to_nothing_is_told(tmp_path: Path, name: str) -> None:
    for loop in ("loop", "loop.json"):
        (tmp_path / loop).symlink_to(loop)
    assert refusal(tmp_path / name).code == "no-such-file"


@pytest.mark.parametrize("depth", [60, 200, 450])
def test_deep_schemas_and_examples_load_or_are_told(depth: int) -> None:
    deep = '{"items": ' * depth + "{}" + "}" * depth
    text = DOCUMENT.replace('{"type": "integer"}', f'{{"type": "array", "items": {deep}}}', 1)
    with contextlib.suppress(SourceError):
        assert read_document(text.encode()).catalog.find("closed") is not None


def test_a_file_is_named_by_any_of_its_files_and_left_alone_by_editors(tmp_path: Path) -> None:
    write_files(tmp_path)
    (tmp_path / "README.md").write_text("How to edit these files.")
    (tmp_path / "._closed.md").write_bytes(b"\xff")
    (tmp_path / ".#closed.md").symlink_to("nowhere")
    (tmp_path / "locales" / ".cache").mkdir()
    for name in ("", "catalog.toml", "about.md", "closed.md"):
        assert len(load_contract(tmp_path / name).catalog.records) == 2


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    write_files(tmp_path, {name: "\ufeff" + text for name, text in FILES.items()})
    (tmp_path / "catalog.json").write_text("\ufeff" + DOCUMENT, encoding="utf-8")
    assert load_contract(tmp_path).catalog.about.startswith("How")
    assert load_contract(tmp_path / "catalog.json").catalog.name == "shop"


def test_the_line_is_found_in_a_long_document() -> None:
    problems = ",\n".join(
        f'{{"code": "c{number}", "status": [400], "title": "T", "retry": "never"}}' for number in range(5000)
    )
    head = '{"failwell": 1, "name": "a", "base": "urn:a:", "dialect": "flat",'
    with pytest.raises(SourceError, match="document:5003, problems"):
        read_document(f'{head}\n"problems": [\n{problems},\n{{}}]}}'.encode())


def test_the_real_command_says_the_same(tmp_path: Path, failwell: Run) -> None:
    fault = IN_FILES[40]
    write_files(tmp_path, FILES | {fault.file: planted(fault)})
    error = refusal(tmp_path)
    for command in (["explain", "closed", "--from", str(tmp_path)], ["export", str(tmp_path)]):
        done = failwell(*command)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"Error: {error}\n")
