"""Each field of a document is mutated: `diff` finds it by the right rule, or clients cannot notice."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from functools import cache
from importlib import import_module
from random import Random

import msgspec
import pytest

from examples.catalogs import EXAMPLES
from failwell.check import Api, Report, diff_apis
from failwell.check.diff import DIFF_RULES
from failwell.contract.policy import Policy
from failwell.declare.record import (
    Example,
    HeaderRule,
    Lifecycle,
    Link,
    MemberType,
    ProblemType,
    Redirect,
    Resolve,
    Translation,
)
from failwell.exceptions import FailwellError
from failwell.finding import Severity
from failwell.source import ListedOperation, read_document, read_operations, to_document, to_json
from failwell.source.document import _FIELDS
from failwell.source.head import PAGE
from failwell.wire.literal import _FIELDS as DIALECT_FIELDS
from tests.check.fixtures import TODAY
from tests.check.generated import generated
from tests.check.mutation import OPERATORS, Data, Expected, NotHereError, Operator, live

for _area in ("mutations", "code_mutations", "member_mutations", "catalog_mutations"):
    import_module(f"tests.check.{_area}")  # each adds its operators

STRUCTS = (
    ProblemType, MemberType, Lifecycle, Resolve, Redirect, HeaderRule, Example, Link, Translation, Policy,
    ListedOperation,
)  # fmt: skip

NO_OPERATOR = {
    "head.failwell": "the version of the form; another one is not read",
    "head.policy": "its words have operators of their own",
    "head.problems": "types have operators of their own",
    "ProblemType.fills_gap": "a standard type is the library's own, and no API's to change",
}
"""Fields without an operator, each with the reason."""

SEED = int(os.environ.get("MUTATION_SEED", "20261120"))
ROUNDS = 300


@cache
def _example(name: str) -> bytes:
    example = next(one for one in EXAMPLES if one.name == name)
    return to_json(example.contract())


def _document(random: Random) -> Data:
    """One of the five catalogs or a generated one, with a few operations."""
    name = random.choice([*(one.name for one in EXAMPLES), "generated", "generated"])
    document: Data = generated(random) if name == "generated" else json.loads(_example(name))
    document["operations"] = _operations(document, random)
    return document


def _operations(document: Data, random: Random) -> list[Data]:
    codes = [problem["code"] for problem in live(document)]
    return [
        {"method": method, "path": path, "problems": sorted(random.sample(codes, 3))}
        for method, path in (("GET", "/v1/things"), ("POST", "/v1/things"), ("GET", "/v1/things/{id}"))
    ]


def _api(document: Data) -> Api:
    contract = read_document(document)
    return Api(contract, read_operations(document, contract.catalog.records), today=TODAY)


def _mutated(operator: Operator, random: Random) -> tuple[Data, Data, Expected] | None:
    """A document, the document mutated, and what must be found; None where that cannot be declared."""
    before = _document(random)
    after = json.loads(json.dumps(before))
    try:
        expected = operator.mutate(after, random)
        read_document(after)
    except (NotHereError, FailwellError):
        return None
    return before, after, expected


def _found(report: Report) -> list[str]:
    return [f"{one.rule} {one.severity} {one.subject}: {one.message}" for one in report.findings]


def _fault(operator: Operator, report: Report, expected: Expected) -> str:
    """What is wrong with a report; empty if nothing is."""
    if operator.reason and report.findings:
        return f"clients cannot notice: {operator.reason}"
    about = sorted(finding.rule for finding in report.findings if finding.subject == expected.subject)
    others = sorted(finding.rule for finding in report.findings if finding.subject != expected.subject)
    if about != sorted(expected.rules) or others != sorted(expected.others):
        return f"{', '.join(expected.rules)} should be found about {expected.subject!r}, and nothing else"
    if expected.is_safe and any(finding.severity is Severity.ERROR for finding in report.findings):
        return "it is safe"
    return ""


def _try(operator: Operator, random: Random, label: str) -> bool:
    """Mutates once; whether the document had something to mutate."""
    made = _mutated(operator, random)
    if made is None:
        return False
    before, after, expected = made
    report = diff_apis(_api(before), _api(after))
    fault = _fault(operator, report, expected)
    assert not fault, f"{operator.name} ({label}) on {before['name']}: {fault}; found: {_found(report)}"
    return True


def _run(rounds: int, seed: int) -> None:
    done = attempt = 0
    while done < rounds:
        random = Random(f"{seed}/{attempt}")
        done += _try(random.choice(OPERATORS), random, f"MUTATION_SEED={seed}, attempt {attempt}")
        attempt += 1
        assert attempt < 20 * rounds, "hardly any mutation can be declared"


def test_300_random_mutations_are_found_as_they_should() -> None:
    _run(ROUNDS, SEED)


@pytest.mark.soak
def test_5000_random_mutations_are_found_as_they_should() -> None:
    _run(5000, Random().randrange(10**9))


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: operator.name)
def test_each_operator_finds_something_to_mutate(operator: Operator) -> None:
    assert any(_try(operator, Random(f"{SEED}/{n}"), f"seed {SEED}/{n}") for n in range(60))


def test_each_field_has_an_operator_or_the_reason_why_not() -> None:
    fields = {f"{kind.__name__}.{name}" for kind in STRUCTS for name in kind.__struct_fields__}
    fields |= {f"Dialect.{name}" for name in DIALECT_FIELDS}
    fields |= {f"head.{name}" for name in (*PAGE, *_FIELDS)}
    mutated = {field for operator in OPERATORS for field in operator.fields}
    assert fields - mutated == set(NO_OPERATOR)
    assert mutated <= fields
    noticed = {field for operator in OPERATORS if not operator.reason for field in operator.fields}
    assert mutated - noticed == {"Dialect.name", "Translation.source"}


def test_the_records_of_a_document_are_all_mutated() -> None:
    parts = {
        kind
        for record in STRUCTS
        for field in msgspec.structs.fields(record)
        for kind in _structs_in(field.type)
    }
    assert parts <= set(STRUCTS)


def _structs_in(annotation: object) -> set[type]:
    inner = getattr(annotation, "__args__", ())
    own = {annotation} if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct) else set()
    return own.union(*map(_structs_in, inner))


@pytest.mark.parametrize("name", [one.name for one in EXAMPLES])
def test_a_catalog_does_not_differ_from_itself(name: str) -> None:
    document = json.loads(_example(name))
    declared = next(one for one in EXAMPLES if one.name == name).contract()
    read = read_document(document)
    again = read_document(to_document(read))
    apis = [Api(contract, (), today=TODAY) for contract in (declared, read, again)]
    for before in apis:
        for after in apis:
            assert _found(diff_apis(before, after)) == []


def test_a_generated_catalog_does_not_differ_from_itself() -> None:
    document = generated(Random(SEED))
    assert to_document(read_document(document)) == document
    assert _found(diff_apis(_api(document), _api(document))) == []


@pytest.mark.parametrize("rule", DIFF_RULES)
def test_each_rule_is_asked_for_by_a_mutation(rule: str) -> None:
    assert rule in _asked_for()


@cache
def _asked_for() -> frozenset[str]:
    """The rules that mutations of generated catalogs ask for."""
    asked: set[str] = set()
    documents = [json.dumps(generated(Random(f"{SEED}/{number}"))) for number in range(5)]
    for operator in OPERATORS:
        for number in range(40):
            random = Random(f"{SEED}/{operator.name}/{number}")
            document: Data = json.loads(documents[number % len(documents)])
            document["operations"] = _operations(document, random)
            with suppress(NotHereError):
                asked |= set(operator.mutate(document, random).rules)
    return frozenset(asked)
