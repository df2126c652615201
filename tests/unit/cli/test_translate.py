"""`failwell translate` and `failwell generate files`, as they are typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from failwell.source import load_contract
from tests.unit.cli.conftest import Run


@pytest.fixture
def files(failwell: Run, folder: Path) -> Path:
    done = failwell("generate", "files", "errors.py", "-o", "catalog")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("Wrote 4 files to catalog")
    return folder / "catalog"


def test_the_files_of_a_contract_are_the_same_contract(files: Path, folder: Path) -> None:
    written, declared = load_contract(files), load_contract(folder / "errors.py")
    assert dict(written.catalog.records) == dict(declared.catalog.records)


def test_new_files_are_made_once_and_wait_for_a_translator(failwell: Run, files: Path) -> None:
    done = failwell("translate", "catalog", "de")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Created catalog/locales/de/quota_exceeded.md\n" in done.stdout
    assert "quota_exceeded: not accepted yet (as in the original: title, suggestion, " in done.stdout
    again = failwell("translate", "catalog", "de")
    assert "Created" not in again.stdout


def test_what_was_translated_is_accepted_and_stale_when_the_original_changes(
    failwell: Run, files: Path
) -> None:
    failwell("translate", "catalog", "de")
    german, english = files / "locales" / "de" / "quota_exceeded.md", files / "quota_exceeded.md"
    german.write_text(
        german.read_text()
        .replace("Quota exceeded", "Kontingent erschöpft")
        .replace("A limit of the plan was hit", "Eine Grenze wurde erreicht")
    )
    assert (
        "Accepted catalog/locales/de/quota_exceeded.md"
        in failwell("translate", "catalog", "de", "--accept", "all").stdout
    )
    assert "quota_exceeded" not in failwell("translate", "catalog", "de", "--check").stdout
    english.write_text(english.read_text().replace("A limit of the plan", "Some limit of the plan"))
    assert (
        "quota_exceeded: the original has changed since"
        in failwell("translate", "catalog", "de", "--check").stdout
    )
    failwell("translate", "catalog", "de", "--accept", "quota_exceeded")
    assert "quota_exceeded" not in failwell("translate", "catalog", "de", "--check").stdout


def test_a_check_ends_with_1_until_all_is_done(failwell: Run, files: Path) -> None:
    done = failwell("translate", "catalog", "de", "--check")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines()[0] == "quota_exceeded: not translated"
    assert not (files / "locales").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("translate", "nowhere", "de"), "[no-such-file]"),
        (("translate", "catalog", "not a tag"), "[bad-language]"),
        (("generate", "files", "nowhere.py", "-o", "x"), "[no-such-file]"),
    ],
)
def test_what_cannot_be_done_is_told(
    failwell: Run, files: Path, arguments: tuple[str, ...], code: str
) -> None:
    done = failwell(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert code in done.stderr
    assert "Traceback" not in done.stderr
