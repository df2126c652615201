"""schemathesis: each running service answers every request, right or wrong, as its document says."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from examples.stage.services import service
from tests.foreign.services import SERVICES, Setting, describe

_ROOT = Path(__file__).parents[2]
_CHECKS = (
    "errors_are_of_the_contract", "status_code_conformance", "content_type_conformance",
    "response_schema_conformance", "response_headers_conformance", "negative_data_rejection",
)  # fmt: skip
_LAX = {"flags"}
"""Litestar takes 0 for false, and "1" for 1, whatever the document says: the last check is not for it."""

_CALLERS = [
    ("drops", "nobody"),
    ("drops", "a user"),
    ("browsers", "nobody"),
    ("browsers", "an account"),
    ("flags", "nobody"),
    ("flags", "an owner"),
    ("flags", "a token"),
    ("devspace", "nobody"),
    ("devspace", "a person, a key"),
    ("platform", "nobody"),
    ("platform", "a login, a key"),
]
_ABLEST = {"a user", "an account", "an owner", "a person, a key", "a login, a key"}
_ONE = ("--phases", "coverage", "--include-operation-id", "entrance.request_link_post")

Json = dict[str, Any]


class Trial(NamedTuple):
    """A running service, what is in it, and its document."""

    world: Any
    setting: Setting
    given: Json
    name: str


class Outcome(NamedTuple):
    """How schemathesis ended, what it said, and the statuses of what was answered, by operation."""

    code: int
    said: str
    seen: Mapping[str, list[int]]


@pytest.fixture
def trial(name: str) -> Iterator[Trial]:
    with service(name).world.start() as world:
        world.clock.freeze()
        setting = SERVICES[name].prepare(world)
        given = world.client().get("/openapi.json").json()
        describe(given, name, setting)
        yield Trial(world, setting, given, name)


def _try(
    folder: Path,
    trial: Trial,
    caller: str,
    *options: str,
    injected: frozenset[str] = frozenset(),
    contract: str = "",
) -> Outcome:
    """Runs schemathesis: the same requests each time, those with wrong data included.

    Args:
        folder: for files in between.
        trial: the service.
        caller: one of those that it knows.
        options: of schemathesis.
        injected: codes of failures that were provoked.
        contract: another service, by whose contract answers are to be read.
    """
    source, exam, seen = folder / "document.json", folder / "exam.json", folder / "seen"
    source.write_text(json.dumps(trial.given), encoding="utf-8")
    told = {
        "contract": f"examples.{contract or trial.name}.errors:contract",
        "clock": str(trial.world.clock.path),
        "seconds": SERVICES[trial.name].seconds,
        "headers": trial.setting.callers[caller],
        "injected": sorted(injected),
        "seen": str(seen),
    }
    exam.write_text(json.dumps(told), encoding="utf-8")
    checks = _CHECKS if trial.name not in _LAX else _CHECKS[:-1]
    command = [
        Path(sys.executable).parent / "schemathesis", "run", source, "--url", trial.world.base_url,
        "--mode", "all", "--checks", ",".join(checks), "--continue-on-failure", "--seed", "1", "--no-color",
        "--generation-database", "none", "--max-redirects", "0", *options,
    ]  # fmt: skip
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={
            **os.environ,
            "SCHEMATHESIS_HOOKS": "tests.foreign.hooks",
            "PYTHONPATH": str(_ROOT),
            "EXAM": str(exam),
        },
        capture_output=True,
        text=True,
        timeout=3_000,
        check=False,
    )
    assert seen.exists(), done.stdout + done.stderr
    return Outcome(done.returncode, done.stdout + done.stderr, _read(seen))


def _read(seen: Path) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for line in seen.read_text(encoding="utf-8").splitlines():
        operation, _, status = line.rpartition(" ")
        found.setdefault(operation, []).append(int(status))
    return found


# ---------------------------------------------------------------------------- what is tried


def _small(caller: str) -> tuple[str, ...]:
    """A few seconds: whoever can do most gets all boundary values, the others a look at each operation."""
    everything = caller in _ABLEST
    return "--phases", "coverage,fuzzing" if everything else "fuzzing", "-n", "2", "--no-shrink"


@pytest.mark.parametrize(("name", "caller"), _CALLERS)
def test_a_service_answers_as_its_document_says(tmp_path: Path, trial: Trial, caller: str) -> None:
    outcome = _try(tmp_path, trial, caller, *_small(caller))
    assert outcome.code == 0, outcome.said
    _check_reached(outcome, trial, caller)


@pytest.mark.soak
@pytest.mark.parametrize(("name", "caller"), _CALLERS)
def test_a_service_answers_many_more_requests_as_its_document_says(
    tmp_path: Path, trial: Trial, caller: str
) -> None:
    outcome = _try(tmp_path, trial, caller, "-n", "100")
    assert outcome.code == 0, outcome.said
    _check_reached(outcome, trial, caller)


def _check_reached(outcome: Outcome, trial: Trial, caller: str) -> None:
    """Every operation was tried, and whoever may do something got further than the door."""
    operations = {
        f"{path} {method.upper()}" for path, item in trial.given["paths"].items() for method in item
    }
    assert outcome.seen.keys() >= operations
    if caller in _ABLEST:
        statuses = [status for found in outcome.seen.values() for status in found]
        for shadow in (401, 429):  # 404 has who asks for ids at random, most of the time
            assert statuses.count(shadow) < len(statuses) / 3, outcome.seen
        done = [name for name in operations if any(status < 400 for status in outcome.seen[name])]
        assert len(done) > len(operations) / 2, outcome.seen


# ---------------------------------------------------------------------------- failures that are provoked


@pytest.mark.parametrize("name", ["devspace"])
@pytest.mark.parametrize(
    ("statements", "operation", "code"),
    [
        ("INSERT tasks", "product.create_task_post", "create_failed"),
        ("SELECT projects", "product.list_projects_get", "query_failed"),
    ],
)
def test_a_failing_database_is_answered_with_the_code_for_it(
    tmp_path: Path, trial: Trial, statements: str, operation: str, code: str
) -> None:
    with trial.world.drill(statements):
        outcome = _try(
            tmp_path, trial, "a person, a key", "--phases", "coverage", "--include-operation-id", operation,
            injected=frozenset({code}),
        )  # fmt: skip
    assert outcome.code == 0, outcome.said
    assert 500 in itertools.chain(*outcome.seen.values())


# ---------------------------------------------------------------------------- what would be found


def _without_400(given: Json) -> None:
    for item in given["paths"].values():
        for operation in item.values():
            operation["responses"].pop("400", None)


def _with_another_shape(given: Json) -> None:
    given["components"]["schemas"]["BadRequest"]["properties"]["message"] = {"type": "integer"}


def _with_another_media_type(given: Json) -> None:
    answer = given["paths"]["/links"]["post"]["responses"]["400"]
    answer["content"] = {"text/plain": next(iter(answer["content"].values()))}


@pytest.mark.parametrize("name", ["devspace"])
@pytest.mark.parametrize(
    ("spoil", "finding"),
    [
        (_without_400, "Undocumented status code"),
        (_with_another_shape, "Response violates schema"),
        (_with_another_media_type, "Undocumented Content-Type"),
    ],
)
def test_an_answer_that_the_document_does_not_describe_is_found(
    tmp_path: Path, trial: Trial, spoil: Callable[[Json], None], finding: str
) -> None:
    spoil(trial.given)
    outcome = _try(tmp_path, trial, "nobody", *_ONE)
    assert outcome.code == 1
    assert finding in outcome.said, outcome.said


@pytest.mark.parametrize("name", ["devspace"])
def test_a_failure_that_nobody_has_provoked_is_found(tmp_path: Path, trial: Trial) -> None:
    with trial.world.drill("INSERT mailed"):
        outcome = _try(tmp_path, trial, "nobody", *_ONE)
    assert outcome.code == 1
    assert "A failure of the service: CreateFailed" in outcome.said, outcome.said


@pytest.mark.parametrize("name", ["devspace"])
def test_an_error_of_another_contract_is_found(tmp_path: Path, trial: Trial) -> None:
    outcome = _try(tmp_path, trial, "nobody", *_ONE, contract="drops")
    assert outcome.code == 1
    assert "Not a problem of the contract" in outcome.said, outcome.said
