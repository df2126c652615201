"""The command itself: help, version, the missing extra, and what `import failwell` leaves alone."""

from __future__ import annotations

from importlib.metadata import version

import pytest
from typer.testing import CliRunner

from failwell.cli.app import app
from tests.unit.cli.conftest import Run

_WITHOUT = """
import sys
sys.modules[{library!r}] = None
from failwell.cli import main
sys.exit(main())
"""


def test_help_lists_the_commands_and_gives_examples(failwell: Run) -> None:
    done = failwell("--help")
    assert (done.returncode, done.stderr) == (0, "")
    for expected in ("explain", "export", "Examples:", "    failwell explain quota_exceeded"):
        assert expected in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_version_is_the_installed_one() -> None:
    done = CliRunner().invoke(app, ["--version"])
    assert (done.exit_code, done.stdout) == (0, f"failwell {version('failwell')}\n")


def test_wrong_usage_has_exit_code_2() -> None:
    assert CliRunner().invoke(app, ["export"]).exit_code == 2
    assert CliRunner().invoke(app, ["unheard-of"]).exit_code == 2


@pytest.mark.parametrize("library", ["typer", "rich"])
def test_without_the_extra_one_message_names_it(failwell: Run, library: str) -> None:
    done = failwell("explain", "quota_exceeded", code=_WITHOUT.format(library=library))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "Error: extra 'cli': the command failwell needs a library that is not installed\n"
        "  To mend it: pip install 'failwell[cli]'\n"
        "  [missing-extra]\n"
    )


def test_a_fault_of_our_own_is_not_taken_for_a_missing_extra(failwell: Run) -> None:
    done = failwell(code=_WITHOUT.format(library="failwell.cli.explain"))
    assert done.returncode == 1
    assert "ModuleNotFoundError" in done.stderr


def test_import_failwell_does_not_import_the_command(failwell: Run) -> None:
    code = "import sys, failwell; print([m for m in ('failwell.cli', 'typer', 'rich') if m in sys.modules])"
    assert failwell(code=code).stdout == "[]\n"
