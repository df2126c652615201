"""Each example of each document fits its own schema, and no other of its response."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft4Validator, Draft202012Validator  # type: ignore[import-untyped]
from jsonschema.validators import extend  # type: ignore[import-untyped]

from examples.catalogs import EXAMPLES, Example
from failwell import Contract, Problem
from failwell.declare import Stage
from failwell.exceptions import DeclarationError
from failwell.operations import Operation
from failwell.publish.openapi import with_problems
from failwell.publish.sample import sample_problem
from failwell.wire.dialects import BUILT_IN
from tests.unit.source.random_catalogs import COSTLY, contracts

Json = dict[str, Any]


def _nullable_type(validator: Any, types: Any, instance: Any, schema: Json) -> Iterator[Any]:
    """As OpenAPI 3.0.3, 4.7.24, has it: JSON Schema's `type`, but for null where `nullable` says so."""
    if instance is not None or not schema.get("nullable"):
        yield from Draft4Validator.VALIDATORS["type"](validator, types, instance, schema)


VALIDATORS = {"3.1.0": Draft202012Validator, "3.0.3": extend(Draft4Validator, {"type": _nullable_type})}


def _types(contract: Contract) -> list[type[Problem]]:
    """The types of which there are occurrences to show."""
    raised = [cls for cls in contract.catalog if cls.problem_type.lifecycle.stage is not Stage.REMOVED]
    return [cls for cls in raised if _can_be_shown(cls)]


def _can_be_shown(cls: type[Problem]) -> bool:
    try:
        return all(sample_problem(cls, status) for status in cls.problem_type.statuses)
    except DeclarationError:  # it needs an example of its own
        return False


def _check(contract: Contract, version: str) -> set[str]:
    """Checks a document in which one operation raises everything, and tells which codes it shows."""
    operations = [Operation(method="GET", path="/", problems=tuple(_types(contract)))]
    bare = {"openapi": version, "paths": {"/": {"get": {"responses": {"200": {"description": "Fine."}}}}}}
    document = with_problems(bare, contract, operations)
    assert json.dumps(with_problems(document, contract, operations)) == json.dumps(document)
    validators: dict[str, Any] = {}
    for name, schema in document["components"]["schemas"].items():
        VALIDATORS[version].check_schema(schema)
        validators[f"#/components/schemas/{name}"] = VALIDATORS[version](schema)
    shown: set[str] = set()
    for response in document["paths"]["/"]["get"]["responses"].values():
        for content in response.get("content", {}).values():
            refs = [option["$ref"] for option in content["schema"].get("oneOf", ())]
            for ref, (code, example) in zip(refs, content.get("examples", {}).items(), strict=True):
                assert [other for other in refs if validators[other].is_valid(example["value"])] == [ref]
                shown.add(code)
    return shown


@pytest.mark.parametrize("version", VALIDATORS)
@pytest.mark.parametrize("dialect", BUILT_IN, ids=lambda dialect: dialect.name)
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_fits_its_own_schema_and_no_other(example: Example, dialect: Any, version: str) -> None:
    contract = example.contract().at("", dialect=dialect)
    assert _check(contract, version) >= contract.catalog.own.keys()


@COSTLY
@given(contracts())
def test_this_holds_for_any_contract(contract: Contract) -> None:
    for version in VALIDATORS:
        assert _check(contract, version) >= {cls.code for cls in _types(contract)}
