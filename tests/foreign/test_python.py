"""The generators of Python: what they make can be imported, and reads each rendered body as its own class."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pydantic
import pytest

from tests.foreign.documents import ALL, FEW, Case, cases, document

_BIN = Path(sys.executable).parent
_NAMES = [name if name in FEW else pytest.param(name, marks=pytest.mark.soak) for name in ALL]


@pytest.fixture
def newer() -> Case:
    """A code that the document did not have when the client was generated from it."""
    old = next(case for case in cases("fastapi") if case.code == "out_of_stock")
    return old._replace(body={**old.body, "code": "sold_later"})


def _run(*command: str | Path) -> None:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def source(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The document as a file. What is imported from beside it is forgotten afterwards."""
    path = tmp_path / "document.json"
    path.write_text(json.dumps(document(name)), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)
    yield path
    for module in set(sys.modules) - before:
        if module.partition(".")[0] in ("made_client", "made_models"):
            del sys.modules[module]


# ---------------------------------------------------------------------------- openapi-python-client


def _operation(package: Path, name: str) -> ModuleType:
    """The module of an operation, whose name the generator has written in its own way."""
    (path,) = (path for path in package.glob("api/*/*.py") if _letters(path.stem) == _letters(name))
    return importlib.import_module(f"{package.name}.api.{path.parent.name}.{path.stem}")


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()


def _client(source: Path) -> Path:
    package, settings = source.parent / "made_client", source.parent / "settings.yaml"
    settings.write_text("post_hooks: []\n", encoding="utf-8")
    _run(
        _BIN / "openapi-python-client", "generate", "--path", source, "--config", settings, "--meta", "none",
        "--output-path", package, "--fail-on-warning",
    )  # fmt: skip
    importlib.invalidate_caches()
    return package


def _read(package: Path, case: Case) -> Any:
    client = importlib.import_module("made_client.client").Client(base_url="http://127.0.0.1")
    answer = httpx.Response(case.status, json=case.body)
    return _operation(package, case.operation)._parse_response(client=client, response=answer)


@pytest.mark.parametrize("name", _NAMES)
def test_openapi_python_client_reads_each_body_as_its_class(source: Path, name: str) -> None:
    package = _client(source)
    for case in cases(name):
        made = _read(package, case)
        assert type(made).__name__ == case.schema, case
        assert made.to_dict() == case.body


@pytest.mark.parametrize("name", ["fastapi"])
def test_openapi_python_client_does_not_read_a_code_of_a_newer_server(
    source: Path, name: str, newer: Case
) -> None:
    with pytest.raises(ValueError, match="must match const"):
        _read(_client(source), newer)


# ---------------------------------------------------------------------------- datamodel-code-generator


def _models(source: Path) -> ModuleType:
    module = source.parent / "made_models.py"
    _run(
        _BIN / "datamodel-codegen", "--input", source, "--input-file-type", "openapi", "--output", module,
        "--output-model-type", "pydantic_v2.BaseModel", "--target-python-version", "3.11",
        "--openapi-scopes", "schemas", "paths", "--enum-field-as-literal", "one", "--formatters", "builtin",
    )  # fmt: skip
    importlib.invalidate_caches()
    return importlib.import_module("made_models")


@pytest.mark.parametrize("name", _NAMES)
def test_datamodel_code_generator_reads_each_body_as_its_class(source: Path, name: str) -> None:
    made = _models(source)
    for case in cases(name):
        unions = list(_unions(made, case))
        assert unions, case
        for union in unions:
            read = union.model_validate(case.body).root
            assert type(read).__name__ == case.schema
            assert read.model_dump(mode="json", by_alias=True, exclude_unset=True) == case.body


def _unions(made: ModuleType, case: Case) -> Iterator[Any]:
    """The generated unions of the status in which the class is one of the options, told apart by the code."""
    for model in vars(made).values():
        field = getattr(model, "model_fields", {}).get("root")
        if field is not None and field.title == f"Problems{case.status}":
            options = getattr(field.annotation, "__args__", (field.annotation,))
            if case.schema in [option.__name__ for option in options]:
                yield model


@pytest.mark.parametrize("name", ["fastapi"])
def test_datamodel_code_generator_does_not_read_a_code_of_a_newer_server(
    source: Path, name: str, newer: Case
) -> None:
    (union,) = _unions(_models(source), newer)
    with pytest.raises(pydantic.ValidationError, match="does not match any of the expected tags"):
        union.model_validate(newer.body)
