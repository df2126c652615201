"""The hooks for pre-commit and the action for GitHub: their very commands, run in a repository."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml  # type: ignore[import-untyped]

from tests.unit.cli.shop import CATALOG, FILE, Repository, errors

ROOT = Path(__file__).parents[2]
HOOKS: dict[str, Any] = {
    hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
}
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
BROKEN = errors(status=422)

_EXPRESSION = re.compile(r"\$\{\{ (.+?) \}\}")
_COMMENT = "Comment"
_INSTALL = "Install failwell"

ENVIRONMENT = {
    **{n: v for n, v in os.environ.items() if n not in ("FAILWELL_CONTRACT", "FORCE_COLOR")},
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
}


@pytest.fixture
def shop(tmp_path: Path) -> Repository:
    (tmp_path / "shop").mkdir()
    repository = Repository(tmp_path / "shop")
    repository.write(errors_py=errors())
    repository.commit("v1")
    return repository


# ------------------------------------------------------------------------------------------------ hooks


def _hook(name: str, shop: Repository, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a hook as pre-commit does: its entry, then its arguments or those of the user, no file names."""
    hook = HOOKS[name]
    assert hook["pass_filenames"] is False
    command = [*shlex.split(hook["entry"]), *(arguments or hook.get("args", []))]
    return subprocess.run(
        command, cwd=shop.folder, env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=60
    )


def test_lint_passes_and_fails_as_a_hook(shop: Repository) -> None:
    assert _hook("failwell-lint", shop).returncode == 0
    shop.write(errors_py=errors(title="Cart full."))
    assert _hook("failwell-lint", shop, "errors.py", "--fail-on", "warning").returncode == 1
    assert _hook("failwell-lint", shop, "nothing.py").returncode == 2


def test_diff_passes_and_fails_as_a_hook(shop: Repository) -> None:
    assert _hook("failwell-diff", shop).returncode == 0
    shop.write(errors_py=BROKEN)
    done = _hook("failwell-diff", shop)
    assert (done.returncode, done.stderr) == (1, "")
    assert "error status-changed (cart_full)" in done.stdout
    assert _hook("failwell-diff", shop, "v1", "--fail-on", "never").returncode == 0


def test_hooks_install_what_the_commands_need() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for hook in HOOKS.values():
        assert hook["additional_dependencies"] == project["optional-dependencies"]["cli"]
        assert hook["language"] == "python"


def test_hooks_look_at_the_files_that_a_contract_can_be_in() -> None:
    for hook in HOOKS.values():
        assert hook["types_or"] == ["python", "toml", "markdown", "json"]
        assert hook["id"] == hook["entry"].replace(" ", "-")


# ----------------------------------------------------------------------------------------------- action


class Job(NamedTuple):
    """What became of the steps: the exit code of the last, what they printed and wrote, their names."""

    code: int
    log: str
    summary: str
    outputs: Mapping[str, str]
    ran: tuple[str, ...]


class Runner:
    """Runs the steps as GitHub's runner does: conditions, variables, `bash -eo pipefail`, output files."""

    def __init__(self, folder: Path, temp: Path, github: Mapping[str, str], path: str = "") -> None:
        self._folder, self._temp, self._path = folder, temp, path
        self._facts = {f"github.{name}": value for name, value in github.items()}
        self._temp.mkdir()

    def run(self, **given: str) -> Job:
        defaults = {name: self._filled(str(one.get("default", ""))) for name, one in ACTION["inputs"].items()}
        inputs = {**defaults, "install": "false", **{name.replace("_", "-"): v for name, v in given.items()}}
        self._facts |= {f"inputs.{name}": value for name, value in inputs.items()}
        summary, log, ran, code = self._temp / "summary.md", "", [], 0
        summary.touch()
        for step in ACTION["runs"]["steps"]:
            if not self._applies(step.get("if", "")):
                continue
            ran.append(step["name"])
            code, told = self._step(step, summary)
            log += told
            if code:
                break
        outputs = {name: self._filled(one["value"]) for name, one in ACTION["outputs"].items()}
        return Job(code, log, summary.read_text(), outputs, tuple(ran))

    def _step(self, step: Mapping[str, Any], summary: Path) -> tuple[int, str]:
        assert step["shell"] == "bash"
        output = self._temp / "output"
        output.write_text("")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self._folder,
            env={
                **ENVIRONMENT,
                "PATH": f"{self._path}{os.pathsep}{ENVIRONMENT['PATH']}"
                if self._path
                else ENVIRONMENT["PATH"],
                "RUNNER_TEMP": str(self._temp),
                "GITHUB_OUTPUT": str(output),
                "GITHUB_STEP_SUMMARY": str(summary),
                **{name: self._filled(value) for name, value in step.get("env", {}).items()},
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
        )
        for line in output.read_text().splitlines():
            name, _, value = line.partition("=")
            self._facts[f"steps.{step['id']}.outputs.{name}"] = value
        return done.returncode, done.stdout

    def _filled(self, text: str) -> str:
        return _EXPRESSION.sub(lambda match: self._facts.get(match[1], ""), text)

    def _applies(self, condition: str) -> bool:
        """`a == 'x' && b != ''`, and `||` between such."""
        if not condition:
            return True
        return any(all(map(self._holds, part.split(" && "))) for part in condition.split(" || "))

    def _holds(self, comparison: str) -> bool:
        name, relation, value = comparison.split(" ", 2)
        assert relation in ("==", "!=")
        return (self._facts.get(name, "") == value.strip("'")) is (relation == "==")


@pytest.fixture
def base(shop: Repository) -> str:
    return shop.git("rev-parse", "v1")


def test_no_script_has_an_expression_in_it() -> None:
    """What a pull request says would be run as a command."""
    steps = ACTION["runs"]["steps"]
    assert [step["name"] for step in steps if "${{" in step["run"]] == []
    assert [step["name"] for step in steps if step["shell"] != "bash"] == []


def test_the_action_passes_where_nothing_is_wrong(shop: Repository, tmp_path: Path, base: str) -> None:
    job = Runner(shop.folder, tmp_path / "temp", {"event.pull_request.base.sha": base}).run()
    assert (job.code, job.ran) == (0, ("Lint", "Diff")), job.log
    assert job.outputs == {"bump": "none"}
    assert "## Errors: lint finds nothing" in job.summary
    assert "## Errors: nothing has changed" in job.summary


def test_the_action_annotates_sums_up_and_fails(shop: Repository, tmp_path: Path, base: str) -> None:
    shop.write(errors_py=BROKEN)
    job = Runner(shop.folder, tmp_path / "temp", {"event.pull_request.base.sha": base}).run()
    assert (job.code, job.ran) == (1, ("Lint", "Diff", "Verdict")), job.log
    assert "::error file=errors.py,line=8,title=status-changed cart_full::" in job.log
    assert job.outputs == {"bump": "major"}
    assert "## Errors: this change breaks clients" in job.summary


def test_inputs_choose_what_fails_and_what_is_written(shop: Repository, tmp_path: Path) -> None:
    shop.write(errors_py=BROKEN)
    runner = Runner(shop.folder, tmp_path / "temp", {})
    assert runner.run(base="v1", fail_on="never", summary="false").code == 0
    job = Runner(shop.folder, tmp_path / "other", {}).run(path="nothing.py")
    assert (job.code, job.ran) == (2, ("Lint",))
    job = Runner(shop.folder, tmp_path / "third", {}).run()
    assert (job.code, job.ran) == (0, ("Lint",))  # without a base there is nothing to compare with


def test_an_input_is_never_run(shop: Repository, tmp_path: Path) -> None:
    evil = "$(touch owned); touch owned #.py"
    job = Runner(shop.folder, tmp_path / "temp", {}).run(path=evil, base="v1")
    assert job.code == 2
    assert not (shop.folder / "owned").exists()


def test_a_catalog_in_files_is_only_read(shop: Repository, tmp_path: Path) -> None:
    """No module beside it is imported, though a stranger's may be called like one of Python's."""
    (shop.folder / "catalog").mkdir()
    (shop.folder / "catalog/catalog.toml").write_text(CATALOG)
    (shop.folder / "catalog/cart_full.md").write_text(FILE.format(status=409))
    owned = "open(__file__ + '.owned', 'w')\n"
    shop.write(json_py=owned, typer_py=owned, failwell_py=owned, sitecustomize_py=owned)
    shop.commit("v2")
    job = Runner(shop.folder, tmp_path / "temp", {}).run(path="catalog", base="v2")
    assert (job.code, job.outputs) == (0, {"bump": "none"}), job.log
    assert list(shop.folder.glob("*.owned")) == []


def test_the_base_of_a_shallow_checkout_is_fetched(shop: Repository, tmp_path: Path, base: str) -> None:
    shop.write(errors_py=BROKEN)
    shop.commit("v2")
    shop.git("clone", "--quiet", "--depth=1", f"file://{shop.folder}", str(tmp_path / "clone"))
    job = Runner(tmp_path / "clone", tmp_path / "temp", {"event.pull_request.base.sha": base}).run()
    assert (job.code, job.outputs) == (1, {"bump": "major"}), job.log


# GitHub's command line is not ours to have here: this one keeps what it is asked for.
_GH = """#!{python}
import json, sys
asked = sys.argv[1:]
if "--jq" in asked:
    print({known!r})
else:
    body = next(word for word in asked if word.startswith("body=@"))
    asked[asked.index(body)] = open(body.removeprefix("body=@")).read()
    json.dump(asked, open({file!r}, "w"))
"""


@pytest.mark.parametrize(("known", "asked"), [("", "POST"), ("12\n34", "PATCH")])
def test_a_comment_is_written_once_and_kept_up_to_date(
    shop: Repository, tmp_path: Path, known: str, asked: str
) -> None:
    shop.write(errors_py=BROKEN)
    program = tmp_path / "bin" / "gh"
    program.parent.mkdir()
    program.write_text(_GH.format(python=sys.executable, known=known, file=str(tmp_path / "asked.json")))
    program.chmod(0o755)
    github = {
        "event.pull_request.base.sha": shop.git("rev-parse", "v1"),
        "event.pull_request.number": "7",
        "repository": "shop/api",
        "token": "made-up",
    }
    job = Runner(shop.folder, tmp_path / "temp", github, str(program.parent)).run(comment="true")
    assert (job.code, job.ran) == (1, ("Lint", "Diff", _COMMENT, "Verdict")), job.log
    words = json.loads((tmp_path / "asked.json").read_text())
    where = "repos/shop/api/issues/comments/34" if known else "repos/shop/api/issues/7/comments"
    assert words[:5] == ["api", "--silent", "--method", asked, where]
    assert words[-1].startswith("<!-- failwell: diff -->\n\n## Errors: this change breaks clients\n")


def test_a_comment_that_may_not_be_written_is_told(shop: Repository, tmp_path: Path, base: str) -> None:
    program = tmp_path / "bin" / "gh"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    github = {"event.pull_request.base.sha": base, "event.pull_request.number": "7"}
    job = Runner(shop.folder, tmp_path / "temp", github, str(program.parent)).run(comment="true")
    assert (job.code, job.ran) == (0, ("Lint", "Diff", _COMMENT))
    assert "::warning title=failwell::The comment was not written" in job.log


def test_the_marker_is_that_of_the_comments() -> None:
    step = next(step for step in ACTION["runs"]["steps"] if step["name"] == _COMMENT)
    assert 'startswith("<!-- failwell: diff -->")' in step["run"]


def test_the_action_installs_itself_with_the_commands() -> None:
    step = ACTION["runs"]["steps"][0]
    assert (step["name"], step["if"]) == (_INSTALL, "inputs.install == 'true'")
    assert step["run"] == 'python -P -m pip install --quiet "$ACTION[cli]"'  # and not a pip.py of the job's
    assert step["env"] == {"ACTION": "${{ github.action_path }}"}
