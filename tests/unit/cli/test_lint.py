"""`failwell lint`."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from failwell.check.output import FORMATS
from failwell.cli import verdict
from failwell.cli.app import FailOn, ReportForm
from failwell.cli.verdict import ALL_RULES
from tests.unit.cli.conftest import Run
from tests.unit.cli.shop import CATALOG, FILE, Repository, errors

FAULT = errors(title="Cart full.")
LOST = errors(imports="from failwell import Resolve").replace(
    'since="1.0",', 'since="1.0", resolve=Resolve("empty_cart", method="DELETE", endpoint="/basket"),'
)


def test_a_clean_catalog_ends_with_0(check: Run) -> None:
    done = check("lint")
    assert (done.returncode, done.stdout, done.stderr) == (0, "no findings in 1 problem type\n", "")


def test_a_finding_is_shown_with_its_line_and_remedy(check: Run, shop: Repository) -> None:
    shop.write(errors_py=FAULT)
    done = check("lint", "errors.py")
    assert done.returncode == 0  # a warning does not fail
    assert done.stdout == (
        "errors.py:8: warning title-with-period (cart_full)\n"
        "    the title 'Cart full.' ends with a period\n"
        '    8 |     Problem, catalog=shop, code="cart_full", status=409, title="Cart full.",\n'
        "    To mend it: take the period away\n"
        "\n"
        "1 warning in 1 problem type\n"
    )


@pytest.mark.parametrize(("fail_on", "code"), [("info", 1), ("warning", 1), ("error", 0), ("never", 0)])
def test_the_exit_code_is_as_asked_for(check: Run, shop: Repository, fail_on: str, code: int) -> None:
    shop.write(errors_py=FAULT)
    assert check("lint", "--fail-on", fail_on).returncode == code


def test_settings_say_severities_waivers_and_where_to_fail(
    check: Run, shop: Repository, tmp_path: Path
) -> None:
    shop.write(errors_py=FAULT)
    settings = tmp_path / "failwell.toml"
    settings.write_text('[check]\nfail-on = "info"\n[check.severity]\ntitle-with-period = "info"\n')
    assert check("lint").returncode == 1
    assert check("lint", "--fail-on", "warning").returncode == 0
    waiver = '[[check.waivers]]\nrule = "title-with-period"\nsubject = "cart_full"\n'
    settings.rename(tmp_path / "other.toml").write_text(f'{waiver}reason = "a name"\nexpires = 2999-01-01\n')
    done = check("lint", "--settings", "other.toml", "--fail-on", "info")
    assert done.returncode == 0
    assert done.stdout.startswith("waived: title-with-period (cart_full): a name\n")
    assert done.stdout.endswith("no findings in 1 problem type; 1 waived\n")


def test_rules_can_be_selected_and_ignored(check: Run, shop: Repository, tmp_path: Path) -> None:
    shop.write(errors_py=FAULT)
    found = "title-with-period"
    assert found in check("lint", "--select", found).stdout
    assert found not in check("lint", "--select", "title-too-long").stdout
    assert found not in check("lint", "--ignore", found).stdout
    (tmp_path / "failwell.toml").write_text(
        f'[[check.waivers]]\nrule = "{found}"\nsubject = "cart_full"\nreason = "a"\nexpires = 2999-01-01\n'
    )
    assert "waiver-stale" not in check("lint", "--ignore", found).stdout  # it was not asked


def test_operations_of_an_app_are_looked_at(check: Run, shop: Repository) -> None:
    shop.write(errors_py=LOST)
    assert "resolve-endpoint-unknown (cart_full)" in check("lint", "--app", "app:app").stdout
    assert "resolve-endpoint-unknown" not in check("lint").stdout


def test_operations_of_a_document_are_looked_at(check: Run, shop: Repository) -> None:
    shop.write(errors_py=LOST)
    assert check("export", "errors.py", "--app", "app:app", "-o", "catalog.json").returncode == 0
    assert "resolve-endpoint-unknown (cart_full)" in check("lint", "catalog.json").stdout


def test_a_catalog_in_files_is_looked_at(check: Run, tmp_path: Path) -> None:
    (tmp_path / "catalog").mkdir()
    (tmp_path / "catalog/catalog.toml").write_text(CATALOG)
    (tmp_path / "catalog/cart_full.md").write_text(FILE.format(status=409).replace("full", "full."))
    assert check("lint", "catalog").stdout.startswith("catalog/cart_full.md:3: warning title-with-period")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("nothing.py",), "no-such-file"),
        (("--settings", "nothing.toml"), "no-settings"),
        (("--select", "title-with-perod"), "unknown-rule"),
        (("--explain", "nothing"), "unknown-rule"),
        (("--app", "nothing:app"), "app-import-failed"),
        (("--app", "errors:contract"), "no-such-app"),
        (("--app", "errors"), "no-such-app"),
        (("--app", "nothing.py:app"), "no-such-app"),
        (("-o", "no/such/file"), "cannot-write"),
    ],
)
def test_what_cannot_be_run_ends_with_2_and_one_message(
    check: Run, arguments: tuple[str, ...], code: str
) -> None:
    done = check("lint", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: ")
    assert done.stderr.endswith(f"[{code}]\n")
    assert "Traceback" not in done.stderr


def test_an_app_of_another_catalog_is_told(check: Run, shop: Repository) -> None:
    shop.write(other_py=errors().replace("cart_full", "basket_full"))
    done = check("lint", "other.py", "--app", "app:app")
    assert done.returncode == 2
    assert "POST /cart can raise 'cart_full', which the catalog 'shop' does not have" in done.stderr


def test_a_report_is_written_to_a_file(check: Run, tmp_path: Path) -> None:
    done = check("lint", "--format", "json", "-o", "report.json")
    assert (done.stdout, done.stderr) == ("", "Wrote the report to report.json\n")
    assert json.loads((tmp_path / "report.json").read_text())["title"] == "lint errors.py"


@pytest.mark.parametrize("form", FORMATS)
def test_every_form_is_an_option_and_stands_in_the_help(check: Run, form: str) -> None:
    assert check("lint", "--format", form).returncode == 0
    assert form in "".join(check("lint", "--help", COLUMNS="200").stdout.split("\n"))


def test_the_words_of_options_are_those_of_the_tables() -> None:
    assert get_args(get_args(ReportForm)[0]) == tuple(FORMATS)
    assert get_args(get_args(get_args(FailOn)[0])[0]) == get_args(verdict.FailOn)


def test_a_rule_is_explained(check: Run) -> None:
    done = check("lint", "--explain", "title-with-period")
    assert done.returncode == 0
    assert done.stdout.startswith("title-with-period  warning, text\n")
    assert "Why" in done.stdout
    assert done.stdout.endswith("To mend it: take the period away.\n")
    assert check("lint", "--explain", "title-changed").stdout.startswith(
        "title-changed  info, text, branch\n"
    )


def test_all_rules_are_listed(check: Run) -> None:
    lines = check("lint", "--rules").stdout.splitlines()
    assert [line.split()[1] for line in lines] == list(ALL_RULES)
    assert len(lines) > 80


def test_only_a_terminal_gets_colours(shop: Repository, check: Run, tmp_path: Path) -> None:
    shop.write(errors_py=FAULT)
    assert "\x1b[" not in check("lint").stdout
    assert "\x1b[" in check("lint", FORCE_COLOR="1").stdout
    assert "\x1b[1;33mwarning" in _on_a_terminal(tmp_path)
    assert "\x1b[" not in _on_a_terminal(tmp_path, NO_COLOR="1")
    assert "\x1b[" not in _on_a_terminal(tmp_path, TERM="dumb")


def _on_a_terminal(folder: Path, **variables: str) -> str:
    ours, theirs = pty.openpty()
    unset = ("FORCE_COLOR", "NO_COLOR", "FAILWELL_CONTRACT")
    inherited = {name: value for name, value in os.environ.items() if name not in unset}
    with subprocess.Popen(
        [sys.executable, "-m", "failwell.cli", "lint"],
        cwd=folder,
        env={**inherited, "TERM": "xterm", **variables},
        stdin=subprocess.DEVNULL,
        stdout=theirs,
    ):
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 4096):
                shown += part
        except OSError:  # the other end is closed
            pass
    os.close(ours)
    return shown.decode()


def test_what_can_be_mended_is_mended_in_the_file(check: Run, shop: Repository, tmp_path: Path) -> None:
    shop.write(errors_py=FAULT)
    done = check("lint", "--fix", "--fail-on", "warning")
    assert done.returncode == 0
    assert done.stderr == "Mended title-with-period (cart_full)\n"
    assert done.stdout == "no findings in 1 problem type\n"
    assert (tmp_path / "errors.py").read_text() == errors()


def test_nothing_is_written_where_there_is_nothing_to_mend(check: Run, tmp_path: Path) -> None:
    before = (tmp_path / "errors.py").stat().st_mtime_ns
    done = check("lint", "--fix")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "errors.py").stat().st_mtime_ns == before


def test_a_report_does_not_take_the_place_of_the_contract(check: Run, shop: Repository) -> None:
    before = (shop.folder / "errors.py").read_text()
    (shop.folder / "link.py").symlink_to("errors.py")
    for words in (
        ("lint", "errors.py:contract", "-o", "errors.py"),
        ("lint", "errors.py", "-o", "link.py"),
        ("export", "errors.py", "-o", "./errors.py"),
        ("diff", "HEAD", "-o", "errors.py"),
        ("diff", "errors.py", "app.py", "-o", "errors.py"),
        ("changelog", "HEAD", "-o", "errors.py"),
    ):
        done = check(*words)
        assert (done.returncode, done.stdout) == (2, ""), words
        assert "the output would take the place of what is read" in done.stderr
    assert (shop.folder / "errors.py").read_text() == before


@pytest.mark.parametrize("output", [">&-", "> /dev/full"])
def test_an_output_that_takes_nothing_is_told(shop: Repository, output: str) -> None:
    if "full" in output and not Path("/dev/full").exists():
        output = ">&-"
    done = subprocess.run(
        ["/bin/sh", "-c", f'"{sys.executable}" -m failwell.cli lint errors.py {output}'],
        cwd=shop.folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("Error: standard output: it cannot be written: ")


@pytest.mark.parametrize("name", ["a\n::error::owned.md", "a\r\x1b[2J.md"])
def test_an_error_is_one_line_whatever_files_are_called(check: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "errors").mkdir()
    (tmp_path / "errors/catalog.toml").write_text(CATALOG)
    (tmp_path / "errors" / name).write_text(FILE.format(status=409))
    done = check("lint", "errors", "--format", "github")
    assert (done.returncode, done.stdout) == (2, "")
    assert [line[:8] for line in done.stderr.split("\n")] == ["Error: e", "  To men", "  [bad-c", ""]
    assert not {"\r", "\x1b"} & set(done.stderr)


def test_a_fault_of_our_own_is_no_finding(check: Run, shop: Repository) -> None:
    shop.write(errors_py="class Odd(Exception):\n    def __str__(self): raise self\nraise Odd\n")
    done = check("lint", "errors.py")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Odd" in done.stderr
