"""`failwell dialect learn`: what it prints, and where the lines go."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from failwell.cli.learn import learn_dialect
from failwell.exceptions import SourceError

KNOWN = Path(__file__).parents[1] / "wire" / "known_shapes"


def written(folder: Path, content: bytes | str, name: str = "errors.txt") -> str:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(file)


def printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *given: str, **words: Any
) -> str:
    monkeypatch.setenv("COLUMNS", "150")
    learn_dialect(list(given), **words)
    return capsys.readouterr().out


def test_it_prints_decisions_proof_notes_and_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = written(tmp_path, "HTTP/1.1 200 OK\n\n{}\nHTTP/1.1 500 Oops\n\n{oops")
    out = printed(capsys, monkeypatch, str(KNOWN / "anthropic"), broken)
    assert " ".join(out.split()).startswith("Where What How sure Why")
    assert "error.type CODE sure a short identifier in 4 of 4 samples, 3 different" in " ".join(out.split())
    assert "Read and written again, 4 of 4 samples come back as equal JSON, 4 of them byte for byte" in out
    assert "- each of the 3 codes has one status" in out
    assert "- the request id comes in the header request-id" in out
    assert "- 1 success response, skipped" in out
    assert f"- {broken}:6: broken JSON" in out
    assert out.endswith("\n")
    assert out.rstrip().endswith('request_id_header="request-id",\n)')


def test_differences_are_named_once_with_the_samples_that_have_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = " ".join(printed(capsys, monkeypatch, str(KNOWN / "twilio")).split())
    assert "0 of 4 samples come back as equal JSON" in out
    assert out.count("error_code is added:") == 1
    assert "errors.txt:19" in out


def test_the_lines_go_to_a_file_or_a_folder(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    target = tmp_path / "house.py"
    learn_dialect([str(KNOWN / "azure")], target, catalog=True, name="my house")
    shown = capsys.readouterr()
    assert "Dialect(" not in shown.out
    assert shown.err == f"Wrote the dialect 'my house' to {target}\n"
    with pytest.raises(SourceError, match="may have been edited"):
        learn_dialect([str(KNOWN / "azure")], target)
    assert 'dialect=Dialect(\n        "my house",' in target.read_text()
    learn_dialect([str(KNOWN / "azure")], tmp_path / "catalog", form="toml", catalog=True)
    head = (tmp_path / "catalog" / "catalog.toml").read_text()
    assert tomllib.loads(head)["dialect"]["name"] == "house"
    assert (tmp_path / "catalog" / "ResourceNotFound.md").exists()


def test_without_a_folder_the_files_are_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = printed(capsys, monkeypatch, str(KNOWN / "azure"), form="toml", catalog=True)
    assert "# catalog.toml\nfailwell = 1\n" in out
    assert "\n# ResourceNotFound.md\n+++\n" in out


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be written") as raised:
        learn_dialect([str(KNOWN / "azure")], tmp_path / "no" / "such.py")
    assert raised.value.code == "cannot-write"


def test_what_a_body_says_is_no_command_to_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    evil = msgspec.json.encode(
        {"code": "gone", "\x1b[31mred": {"a": 1}, "message": "\x1b]0;x\x07 It is gone."}
    )
    out = printed(capsys, monkeypatch, written(tmp_path, evil), catalog=True)
    assert "\x1b" not in out
    assert "\x07" not in out
