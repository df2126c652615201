"""schemathesis: a running service answers every request, right or wrong, as its document says."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.applications import Starlette

import failwell.starlette
from examples.drops import accounts, drops, workspaces
from examples.drops.app import ROUTES
from examples.drops.world import World
from failwell.publish.openapi import with_problems
from tests.foreign.documents import document

_CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_schema_conformance", "response_headers_conformance", "negative_data_rejection",
)  # fmt: skip
_BODIES: Mapping[tuple[str, str], type] = {
    ("/v1/login/codes", "post"): accounts.CodeRequest,
    ("/v1/login", "post"): accounts.Login,
    ("/v1/api-keys", "post"): accounts.KeyRequest,
    ("/v1/plan", "put"): accounts.PlanChoice,
    ("/v1/teams", "post"): workspaces.TeamRequest,
    ("/v1/drops", "post"): drops.Publication,
    ("/v1/drops/{id}", "patch"): drops.Revision,
}
_ENDS_THE_SESSION = "delete_account_delete"

Json = dict[str, Any]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World.start() as world:
        yield world


@pytest.fixture(scope="module")
def described(world: World) -> Json:
    """The service's document, to which somebody added the bodies of requests, and then the problems again."""
    given = copy.deepcopy(document("drops-problem"))
    schemas, shared = msgspec.json.schema_components(
        _BODIES.values(), ref_template="#/components/schemas/{name}"
    )
    for (path, method), schema in zip(_BODIES, schemas, strict=True):
        body = {"required": True, "content": {"application/json": {"schema": schema}}}
        given["paths"][path][method]["requestBody"] = body
    given["components"]["schemas"] |= shared
    operations = failwell.starlette.operations(Starlette(routes=ROUTES))
    return with_problems(given, world.contract, operations)


def _try(folder: Path, world: World, given: Json, *options: str) -> subprocess.CompletedProcess[str]:
    """Runs schemathesis: the same requests each time, those with wrong data included."""
    source = folder / "document.json"
    source.write_text(json.dumps(given), encoding="utf-8")
    command = [
        Path(sys.executable).parent / "schemathesis", "run", source, "--url", world.base_url, "--mode", "all",
        "--checks", ",".join(_CHECKS), "--continue-on-failure", "--seed", "1", "--no-color",
        "--generation-database", "none", *options,
    ]  # fmt: skip
    return subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=3_000,
        check=False,
    )


def _options(world: World, *, with_credential: bool) -> list[str]:
    if not with_credential:
        return []
    token = world.log_in(world.new_email())
    return ["-H", f"Authorization: Bearer {token}", "--exclude-operation-id", _ENDS_THE_SESSION]


@pytest.mark.parametrize("with_credential", [False, True])
def test_a_service_answers_as_its_document_says(
    tmp_path: Path, world: World, described: Json, *, with_credential: bool
) -> None:
    options = _options(world, with_credential=with_credential)
    done = _try(
        tmp_path, world, described, "--phases", "coverage,fuzzing", "-n", "5", "--no-shrink", *options
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.soak
@pytest.mark.parametrize("with_credential", [False, True])
def test_a_service_answers_many_more_requests_as_its_document_says(
    tmp_path: Path, world: World, described: Json, *, with_credential: bool
) -> None:
    options = _options(world, with_credential=with_credential)
    done = _try(tmp_path, world, described, "-n", "1000", *options)
    assert done.returncode == 0, done.stdout


def _without_422(given: Json) -> None:
    del given["paths"]["/v1/login"]["post"]["responses"]["422"]


def _with_another_member(given: Json) -> None:
    given["components"]["schemas"]["ValidationError"]["properties"]["param"] = {"type": "integer"}


@pytest.mark.parametrize(
    ("spoil", "finding"),
    [(_without_422, "Undocumented status code"), (_with_another_member, "Response violates schema")],
)
def test_an_answer_that_the_document_does_not_describe_is_found(
    tmp_path: Path, world: World, described: Json, spoil: Callable[[Json], None], finding: str
) -> None:
    given = copy.deepcopy(described)
    spoil(given)
    only = ["--phases", "coverage", "--include-operation-id", "log_in_post"]
    done = _try(tmp_path, world, given, *only)
    assert done.returncode == 1
    assert finding in done.stdout, done.stdout
