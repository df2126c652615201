"""A folder with a contract in `errors.py`, and the real command run in it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.cli.shop import APP, Repository, errors

ERRORS = '''
from typing import Annotated

from failwell import Catalog, Contract, Lifecycle, Link, Member, Problem, Redirect, Resolve, Retry, Stage
from failwell import Example, dialects, standard_types

drops = Catalog("drops", base="https://errors.drops.example/")


class QuotaExceeded(
    Problem, catalog=drops, code="quota_exceeded", status=(413, 403), title="Quota exceeded",
    retry={413: Retry.AFTER_ACTION, 403: Retry.NEVER}, category="Plans and quotas", aliases=("quota",),
    suggestion="Free up space, or upgrade the plan.", since="2026-11", owner="storage",
    resolve=Resolve("upgrade", "Upgrade", "https://drops.example/billing", "POST", "/v1/plan/{plan}"),
    links=(Link("Plans", "https://drops.example/plans"),),
    examples=(Example({"limit": 10, "used": 9, "plan": "pro plus"}, detail="12 MB do not fit."),),
):
    """A limit of the plan was hit: **bytes** in one drop."""

    limit: int
    used: Annotated[int, Member(unit="bytes", description="Bytes in use.", exposure="id")]
    plan: Annotated[str, Member(on_wire=False)]
    seats: Annotated[int | None, Member(statuses=(403,))] = None


class LinkExpired(
    Problem, catalog=drops, code="link_expired", status=410, title="Link expired", retryable=True,
    redirect=Redirect("/login?error={code}"), headers={"Allow": ""},
    lifecycle=Lifecycle(Stage.DEPRECATED, replaced_by="quota_exceeded"),
): ...


class BadExample(
    Problem, catalog=drops, code="bad_example", status=400, title="Bad", examples=(Example({"n": "many"}),)
):
    """Its example does not fit, but the page is there."""

    n: int


standard_types(drops)
contract = Contract(drops, dialect=dialects.PROBLEM)
'''

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "errors.py").write_text(ERRORS)
    return tmp_path


@pytest.fixture
def failwell(folder: Path) -> Run:
    """Runs `python -m failwell.cli` in the folder, its output piped."""

    def run(
        *args: str, cwd: Path = folder, code: str = "", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        inherited = {
            n: v for n, v in os.environ.items() if n not in ("FAILWELL_CONTRACT", "FORCE_COLOR", "COLUMNS")
        }
        command = [sys.executable, "-c", code] if code else [sys.executable, "-m", "failwell.cli"]
        return subprocess.run(
            [*command, *args],
            cwd=cwd,
            env={**inherited, **variables},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def shop(tmp_path: Path) -> Repository:
    """A repository with the shop's errors and app, committed as v1."""
    repository = Repository(tmp_path)
    repository.write(errors_py=errors(), app_py=APP)
    repository.commit("v1")
    return repository


@pytest.fixture
def check(shop: Repository) -> Run:
    """Runs `failwell` in the shop, or below it."""

    def run(*args: str, cwd: Path = shop.folder, **variables: str) -> subprocess.CompletedProcess[str]:
        unset = ("FAILWELL_CONTRACT", "FORCE_COLOR", "NO_COLOR", "COLUMNS")
        inherited = {name: value for name, value in os.environ.items() if name not in unset}
        return subprocess.run(
            [sys.executable, "-m", "failwell.cli", *args],
            cwd=cwd,
            env={**inherited, **variables},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    return run
