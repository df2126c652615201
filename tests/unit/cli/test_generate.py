"""`failwell generate`: what the commands print, write and compare."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import typer

from failwell.cli.generate import generate_json_schema, generate_python
from failwell.exceptions import SourceError
from failwell.publish.python import GENERATED, to_python
from failwell.publish.schema import CATALOG_SCHEMA
from failwell.source import load_contract


@pytest.fixture
def source(folder: Path) -> str:
    return str(folder / "errors.py")


def test_it_prints_the_module(source: str, capsys: pytest.CaptureFixture[str]) -> None:
    generate_python(source, None)
    printed = capsys.readouterr()
    assert printed.out == to_python(load_contract(source))
    assert printed.err == ""


def test_it_writes_the_module(source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "generated.py"
    generate_python(source, output)
    assert output.read_text(encoding="utf-8") == to_python(load_contract(source))
    assert capsys.readouterr().err == f"Wrote 22 problem types to {output}\n"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_written_module_is_a_source_of_the_same_contract(source: str, tmp_path: Path) -> None:
    output = tmp_path / "generated_again.py"
    generate_python(source, output)
    records = [load_contract(path).catalog.records for path in (source, str(output))]
    assert list(records[0].values()) == list(records[1].values())


def test_what_is_written_to_stays_what_it_is(source: str, tmp_path: Path) -> None:
    output, link, pipe = tmp_path / "generated.py", tmp_path / "link.py", tmp_path / "pipe"
    output.write_text(f"{GENERATED} Long ago.\n")
    output.chmod(0o640)
    link.symlink_to(output)
    generate_python(source, link)
    assert link.is_symlink()
    assert output.stat().st_mode & 0o777 == 0o640
    assert output.read_text(encoding="utf-8") == to_python(load_contract(source))
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    generate_json_schema(pipe)
    os.close(reader)
    assert pipe.is_fifo()


def test_a_file_as_it_should_be_passes_the_check(
    source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "generated.py"
    generate_python(source, output)
    capsys.readouterr()
    generate_python(source, output, check=True)
    assert capsys.readouterr() == ("", "")


def test_a_file_that_differs_fails_the_check_and_stays(
    source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "generated.py"
    generate_python(source, output)
    changed = output.read_text(encoding="utf-8").replace('"Quota exceeded"', '"Quota used up"')
    output.write_text(changed, encoding="utf-8")
    capsys.readouterr()
    with pytest.raises(typer.Exit) as caught:
        generate_python(source, output, check=True)
    told = capsys.readouterr()
    assert (caught.value.exit_code, told.out) == (1, "")
    assert '-    title="Quota used up",\n+    title="Quota exceeded",\n' in told.err
    assert told.err.endswith(f"{output} is not what the contract gives; write it again, without --check\n")
    assert output.read_text(encoding="utf-8") == changed


def test_a_long_difference_is_cut(source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        generate_python(source, tmp_path / "not_there.py", check=True)
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 41
    assert "more lines of difference" in told[-1]
    assert not (tmp_path / "not_there.py").exists()


def test_line_ends_are_compared_too(source: str, tmp_path: Path) -> None:
    output = tmp_path / "generated.py"
    output.write_bytes(to_python(load_contract(source)).replace("\n", "\r\n").encode())
    with pytest.raises(typer.Exit):
        generate_python(source, output, check=True)


def test_without_a_file_there_is_nothing_to_check(source: str) -> None:
    with pytest.raises(SourceError, match="there is no file to check"):
        generate_python(source, None, check=True)


def test_a_folder_that_is_not_there_is_told(source: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        generate_python(source, tmp_path / "no" / "generated.py")
    assert (caught.value.code, caught.value.where) == ("cannot-write", str(tmp_path / "no" / "generated.py"))


def test_a_folder_in_place_of_the_file_is_told(source: str, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(SourceError, match="the file cannot be read"):
        generate_python(source, tmp_path / "taken")
    with pytest.raises(SourceError, match="the file cannot be written"):
        generate_json_schema(tmp_path / "taken")
    with pytest.raises(SourceError, match="the file cannot be read"):
        generate_python(source, tmp_path / "taken", check=True)


def test_a_module_that_somebody_wrote_is_not_replaced(source: str, tmp_path: Path) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text("answer = 42\n")
    with pytest.raises(SourceError) as caught:
        generate_python(source, mine)
    assert caught.value.code == "written-by-hand"
    assert mine.read_text() == "answer = 42\n"


def test_a_contract_that_cannot_be_loaded_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        generate_python(str(tmp_path / "no.py"), None)


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    generate_json_schema(None)
    assert capsys.readouterr().out.encode() == CATALOG_SCHEMA.read_bytes()


def test_the_schema_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    generate_json_schema(tmp_path / "schema.json")
    assert (tmp_path / "schema.json").read_bytes() == CATALOG_SCHEMA.read_bytes()
    assert capsys.readouterr().err == f"Wrote the JSON Schema to {tmp_path / 'schema.json'}\n"
