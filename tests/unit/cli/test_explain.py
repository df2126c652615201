"""`failwell explain`: the page of a type, and what is said where there is none."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from failwell import Catalog, Contract, Problem, dialects
from failwell.cli import explain
from tests.unit.cli.conftest import Run


def _page(failwell: Run, *args: str) -> str:
    done = failwell("explain", *args)
    assert (done.returncode, done.stderr) == (0, "")
    return "\n".join(line.rstrip() for line in done.stdout.splitlines())


def test_the_page_says_what_happened_and_what_to_do(failwell: Run) -> None:
    page = _page(failwell, "quota_exceeded")
    assert page.startswith("quota_exceeded  Quota exceeded\nhttps://errors.drops.example/quota_exceeded\n\n")
    for line in (
        "Category  Plans and quotas",
        "Formerly  quota",
        "          403 Forbidden",
        "          With 403: Never: nothing the caller does helps.",
        "A limit of the plan was hit: bytes in one drop.",
        "Free up space, or upgrade the plan.",
        "Upgrade: https://drops.example/billing",
        'curl --request POST "${API:?address of the API}"/v1/plan/pro%20plus',
        "used     integer   bytes   Bytes in use.   an identifier",
        "seats    integer                           with 403 only; optional",
        "plan     string                            not in the body",
        "Plans: https://drops.example/plans",
    ):
        assert line in page.splitlines()


def test_the_example_is_what_the_contract_renders(failwell: Run) -> None:
    example = _page(failwell, "quota_exceeded").partition("\nExample\n")[2].partition("\n\nIn Python")[0]
    assert example.splitlines()[1:6] == [
        "Content-Type: application/problem+json",
        "Cache-Control: no-store",
        "X-Request-Id: req_00000000000000000000000000000000",
        "",
        "{",
    ]
    assert example.startswith("HTTP/1.1 413 ")
    assert '  "detail": "12 MB do not fit.",' in example
    assert '  "limit": 10,\n  "used": 9' in example


def test_the_snippet_runs_and_catches(failwell: Run) -> None:
    snippet = _page(failwell, "quota_exceeded").partition("\nIn Python\n")[2].partition("\n\nFurther")[0]
    call = "import errors; raise errors.QuotaExceeded(limit=10, used=9, plan='pro')"
    done = failwell(code=snippet.replace("...", call))
    assert (done.stderr, done.stdout) == ("", "Free up space, or upgrade the plan. None\n10 9 None\n")


def test_the_snippet_of_a_standard_type_runs_and_catches_it_alone(failwell: Run) -> None:
    snippet = _page(failwell, "not_found").partition("\nIn Python\n")[2]
    call = "import errors; raise errors.drops.standard[{}]()"
    assert failwell(code=snippet.replace("...", call.format(404))).stdout == "Check the address. None\n"
    assert "errors.drops" not in failwell(code=snippet.replace("...", call.format(410))).stdout
    assert failwell(code=snippet.replace("...", call.format(410))).returncode == 1


def test_delivery_life_and_headers_are_told(failwell: Run) -> None:
    page = _page(failwell, "link_expired")
    for line in (
        "Delivery   browsers are redirected (303) to /login?error={code}",
        "Instead    quota_exceeded",
        "Retryable  responses say true",
        "Allow    differs by occurrence",
        "HTTP/1.1 410 Gone",
    ):
        assert line in page.splitlines()
    assert "What happened" not in page


def test_a_faulty_example_does_not_hide_the_page(failwell: Run) -> None:
    page = _page(failwell, "bad_example")
    assert "Its example does not fit, but the page is there." in page
    assert "\nExample\nThere is no example: " in page


@pytest.mark.parametrize("name", ["quota", "https://errors.drops.example/quota_exceeded"])
def test_former_codes_and_type_uris_are_understood(failwell: Run, name: str) -> None:
    assert _page(failwell, name) == _page(failwell, "quota_exceeded")


def test_the_contract_comes_from_the_option_else_the_environment_else_errors_py(
    failwell: Run, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    file = str(folder / "errors.py")
    assert failwell("explain", "quota", "-f", file, cwd=elsewhere).returncode == 0
    assert failwell("explain", "quota", cwd=elsewhere, FAILWELL_CONTRACT=file).returncode == 0
    done = failwell("explain", "quota", cwd=elsewhere)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: errors.py: there is no such file or module\n  To mend it: ")
    assert "--from" in done.stderr
    assert "FAILWELL_CONTRACT" in done.stderr


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("quota_exeeded", "unknown-code", "did you mean quota_exceeded?"),
        ("Quota-Exceeded", "unknown-code", "did you mean quota_exceeded"),
        ("https://errors.drops.example/link_expire", "unknown-code", "did you mean link_expired?"),
        ("zzz", "unknown-code", "`failwell export errors.py` lists its codes"),
        ("req_019b2f00", "no-journal", "a journal, which this version does not have"),
    ],
)
def test_what_has_no_page_is_told_in_one_message(failwell: Run, name: str, code: str, said: str) -> None:
    done = failwell("explain", name)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"Error: {name}: ")
    assert said in done.stderr
    assert done.stderr.endswith(f"  [{code}]\n")


def test_a_code_that_looks_like_a_request_id_is_a_code() -> None:
    catalog = Catalog("other", base="urn:other:")
    words = {"catalog": catalog, "code": "req_missing", "status": 400, "title": "Missing"}
    made: type[Problem] = type("Missing", (Problem,), {}, **words)
    contract = Contract(catalog, dialect=dialects.FLAT, base="https://here.example/")
    for name in ("req_missing", "urn:other:req_missing", "https://here.example/req_missing"):
        assert explain.find_type(contract, name, "errors.py") is made


def test_a_piped_page_has_no_colours_and_80_columns(failwell: Run) -> None:
    page = _page(failwell, "quota_exceeded")
    assert "\x1b" not in page
    assert max(map(len, page.splitlines())) <= 80


def test_code_and_addresses_are_never_folded(failwell: Run) -> None:
    done = failwell("explain", "quota_exceeded", COLUMNS="30")
    assert "https://errors.drops.example/quota_exceeded\n" in done.stdout
    assert 'curl --request POST "${API:?address of the API}"/v1/plan/pro%20plus\n' in done.stdout


@pytest.mark.parametrize(("variables", "colours"), [({}, 1), ({"NO_COLOR": "1"}, 0)])
def test_colours_on_a_terminal_only_and_as_asked(
    folder: Path, variables: dict[str, str], colours: int
) -> None:
    inherited = {n: v for n, v in os.environ.items() if n not in ("NO_COLOR", "FORCE_COLOR")}
    controller, terminal = pty.openpty()
    command = [sys.executable, "-m", "failwell.cli", "explain", "link_expired"]
    environment = {**inherited, "TERM": "xterm-256color", **variables}
    done = subprocess.run(command, cwd=folder, env=environment, stdout=terminal, timeout=60, check=False)
    os.close(terminal)
    written = os.read(controller, 1 << 16)
    os.close(controller)
    assert done.returncode == 0
    assert b"link_expired" in written
    assert written.count(b"\x1b[1;31mlink_expired") == colours
    assert (b"\x1b[34mhttps://" in written) == bool(colours)


def test_an_encoding_that_lacks_characters_is_no_reason_to_fail(failwell: Run) -> None:
    done = failwell("explain", "quota_exceeded", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Quota exceeded" in done.stdout


def test_markup_in_a_catalog_is_text() -> None:
    catalog = Catalog("other", base="urn:other:")
    words = {
        "catalog": catalog,
        "code": "x",
        "status": 499,
        "title": "[red]no[/red]",
        "suggestion": "[b]:bug:",
    }
    made: type[Problem] = type("X", (Problem,), {}, **words)
    console = Console(width=80, record=True, markup=False, emoji=False, highlight=False, quiet=False)
    with console.capture() as capture:
        for part in explain._page(Contract(catalog, dialect=dialects.FLAT), made):
            console.print(part, crop=False)
    assert "[red]no[/red]" in capture.get()
    assert "[b]:bug:" in capture.get()
    assert "Status  499" in capture.get()
