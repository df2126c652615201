"""`failwell export`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.unit.cli.conftest import Run


def test_it_prints_the_document(failwell: Run) -> None:
    done = failwell("export", "errors.py")
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    assert (document["failwell"], document["name"]) == (1, "drops")
    assert document["problems"][0]["code"] == "quota_exceeded"


def test_it_writes_the_same_bytes_to_a_file(failwell: Run, folder: Path) -> None:
    done = failwell("export", "errors.py:contract", "-o", "catalog.json")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "Wrote 22 problem types to catalog.json\n"
    assert (folder / "catalog.json").read_text() == failwell("export", "errors.py").stdout


def test_a_file_that_cannot_be_written_is_told(failwell: Run) -> None:
    done = failwell("export", "errors.py", "-o", "no/such/folder.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no/such/folder.json: the file cannot be written: No such file or directory" in done.stderr


def test_an_error_is_one_message_without_traceback(failwell: Run, folder: Path) -> None:
    (folder / "broken.py").write_text("import not_installed\n")
    done = failwell("export", "broken.py")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(
        f"Error: {folder / 'broken.py'}:1: importing it failed: ModuleNotFoundError"
    )
    assert "To mend it:" in done.stderr
    assert "Traceback" not in done.stderr


def test_debug_shows_the_traceback(failwell: Run, folder: Path) -> None:
    (folder / "broken.py").write_text("import not_installed\n")
    done = failwell("export", "broken.py", "--debug")
    assert done.returncode == 2
    assert "Traceback" in done.stderr
    assert "    import not_installed\n" in done.stderr
