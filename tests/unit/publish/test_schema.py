"""The published JSON Schema: it takes what contracts export, and what they export only."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from failwell.exceptions import DeclarationError
from failwell.publish.schema import CATALOG_SCHEMA
from failwell.source import load_contract, read_document, to_document
from failwell.wire.dialects import BUILT_IN
from failwell.wire.literal import write_dialect
from tests.unit.publish.example_contracts import EXAMPLES
from tests.unit.publish.test_python import PHASES, documents, rich

schema = json.loads(CATALOG_SCHEMA.read_bytes())
validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)

GOOD: dict[str, Any] = {
    "failwell": 1,
    "name": "shop",
    "base": "https://errors.shop.example/",
    "title": "Shop: errors",
    "about": "Hello.",
    "language": "en-GB",
    "deprecation_days": 90,
    "x-team": {"any": "thing"},
    "dialect": {
        "name": "house",
        "media_type": "application/json",
        "limit_headers": "ietf",
        "shape": {
            "fault": {"id": "{CODE}", "{REST}": "{MEMBERS}"},
            "list": [{"t": "{TITLE}"}, 1],
            "no": None,
        },
    },
    "policy": {
        "unknown": "internal",
        "challenge": "Basic",
        "limit_headers": "none",
        "request_id_header": "X-Id",
        "offers": ["text/markdown", "text/html"],
    },
    "translations": {
        "de": {
            "about": "Hallo.",
            "about_source": "0b",
            "problems": {"full": {"title": "Voll", "source": "0a"}},
        },
    },
    "problems": [
        {
            "code": "full",
            "status": [413, 403],
            "title": "Full",
            "retry": "later",
            "retryable": False,
            "retry_by_status": {"403": "never"},
            "prose": "a",
            "why": "b",
            "what_to_do": "c",
            "category": "Plans",
            "detail": "{used_} bytes",
            "suggestion": "Free space.",
            "aliases": ["quota"],
            "members": {
                "used": {
                    "type": "integer",
                    "minimum": 0,
                    "x-failwell": {
                        "name": "used_",
                        "required": False,
                        "default": None,
                        "unit": "bytes",
                        "exposure": "id",
                        "on_wire": False,
                        "statuses": [413],
                        "description": "In use.",
                    },
                },
            },
            "resolve": {
                "action": "up",
                "message": "Up",
                "url": "/{used_}",
                "method": "POST",
                "endpoint": "/v1",
            },
            "headers": {"Retry-After": "{used_}", "Allow": ""},
            "redirect": {"location": "/x?error={code}", "status": 303},
            "lifecycle": {
                "stage": "beta",
                "since": "2026-01-01",
                "sunset": "2026-06-01",
                "former": "too_full",
            },
            "since": "2026-11",
            "owner": "storage",
            "conceal": "files",
            "standard": 413,
            "examples": [{"members": {"used": 1}, "detail": "d", "status": 413, "name": "n"}],
            "links": [{"title": "Plans", "url": "https://shop.example/plans"}],
        },
        {
            "code": "gone",
            "status": 410,
            "title": "Gone",
            "retry": {"410": "never"},
            "fills_gap": True,
            "lifecycle": {"stage": "removed", "replaced_by": "full"},
        },
    ],
}


def faults(document: Any) -> list[str]:
    return [error.json_path for error in validator.iter_errors(document)]


def test_it_is_a_schema_of_the_stated_draft() -> None:
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == "urn:failwell:catalog:1"
    Draft202012Validator.check_schema(schema)
    assert CATALOG_SCHEMA.read_bytes().endswith(b"}\n")


def test_each_field_is_described() -> None:
    parts = [schema, *schema["$defs"].values()]
    for part in parts:
        for name, field in part.get("properties", {}).items():
            described = {**schema["$defs"].get(field.get("$ref", "").removeprefix("#/$defs/"), {}), **field}
            assert "description" in described or name in ("x-failwell", "{REST}"), name


@pytest.mark.parametrize("path", EXAMPLES)
def test_it_takes_the_document_of_an_example(path: str) -> None:
    assert faults(to_document(load_contract(path))) == []


def test_it_takes_a_document_with_every_field() -> None:
    assert faults(GOOD) == []
    assert faults(to_document(rich)) == []
    read_document(GOOD)


def test_it_takes_a_constant_in_braces_with_one_more_pair() -> None:
    shape = {"{{CODE}}": "{{x}}", "code": "{CODE}"}
    document = {**GOOD, "dialect": {"name": "braces", "shape": shape}, "x-team": None}
    assert faults(document) == []
    read_document(document)


def test_it_takes_each_built_in_dialect_by_name_and_as_a_literal() -> None:
    for dialect in BUILT_IN:
        literal = {"name": dialect.name, "shape": write_dialect(_another(dialect))["shape"]}  # type: ignore[index]
        assert faults({**GOOD, "dialect": dialect.name}) == []
        assert faults({**GOOD, "dialect": literal}) == []


def _another(dialect: Any) -> Any:
    return type(dialect)(dialect.name, dialect.shape)


Edit = Callable[[dict[str, Any]], object]


def _set(*path: Any, to: Any) -> Edit:
    def edit(document: dict[str, Any]) -> None:
        *steps, last = path
        part: Any = document
        for step in steps:
            part = part[step]
        part[last] = to

    return edit


def _drop(*path: Any) -> Edit:
    def edit(document: dict[str, Any]) -> None:
        *steps, last = path
        part: Any = document
        for step in steps:
            part = part[step]
        del part[last]

    return edit


FULL = ("problems", 0)
USED = (*FULL, "members", "used")
FACTS = (*USED, "x-failwell")
PLANTED: dict[str, Edit] = {
    "no version": _drop("failwell"),
    "a newer version": _set("failwell", to=2),
    "no name": _drop("name"),
    "an empty name": _set("name", to=""),
    "a base without scheme": _set("base", to="errors/"),
    "a base that no code can follow": _set("base", to="https://errors.shop.example"),
    "no dialect": _drop("dialect"),
    "an unknown dialect": _set("dialect", to="yaml"),
    "a dialect without a shape": _drop("dialect", "shape"),
    "an unknown slot": _set("dialect", "shape", "fault", "id", to="{NUMBER}"),
    "a slot as a key": _set("dialect", "shape", "{CODE}", to="x"),
    "a rest that is not the members": _set("dialect", "shape", "fault", "{REST}", to="{TITLE}"),
    "a slot directly in a list": _set("dialect", "shape", "list", to=["{TITLE}"]),
    "a list in a list": _set("dialect", "shape", "list", to=[[1]]),
    "an unknown field of a dialect": _set("dialect", "charset", to="utf-8"),
    "an unknown kind of limit headers": _set("dialect", "limit_headers", to="both"),
    "an unknown field": _set("support", to="me"),
    "a wrong language tag": _set("language", to="english!"),
    "negative deprecation days": _set("deprecation_days", to=-1),
    "null for nothing": _set("title", to=None),
    "an unknown policy": _set("policy", "unknown", to="raise"),
    "a challenge with a line break": _set("policy", "challenge", to="Basic\r\nX: y"),
    "a request id header that is no token": _set("policy", "request_id_header", to="X Id"),
    "an offer of the API's own media type": _set("policy", "offers", to=["application/json"]),
    "an offer that stands twice": _set("policy", "offers", to=["text/html", "text/html"]),
    "an offer that is no list": _set("policy", "offers", to="text/html"),
    "a code for invalid input that is no code": _set("policy", "validation", to="a b"),
    "an unknown field of the policy": _set("policy", "guess", to="f"),
    "a translation into no language": _set("translations", to={"german!": {}}),
    "an unknown translated field": _set("translations", "de", "problems", "full", "owner", to="x"),
    "a translated title with a placeholder": _set(
        "translations", "de", "problems", "full", "title", to="{a}"
    ),
    "problems by code": _set("problems", to={}),
    "a problem without a code": _drop(*FULL, "code"),
    "a code that begins with a digit": _set(*FULL, "code", to="4xx"),
    "a code with a blank": _set(*FULL, "code", to="too full"),
    "a code that is too long": _set(*FULL, "code", to="a" * 64),
    "a problem without a status": _drop(*FULL, "status"),
    "no statuses": _set(*FULL, "status", to=[]),
    "a status twice": _set(*FULL, "status", to=[413, 413]),
    "a status of success": _set(*FULL, "status", to=200),
    "a status beyond those of errors": _set(*FULL, "status", to=[600]),
    "a status as text": _set(*FULL, "status", to="413"),
    "a problem without a title": _drop(*FULL, "title"),
    "a title of two lines": _set(*FULL, "title", to="a\nb"),
    "a title with a placeholder": _set(*FULL, "title", to="{used_} bytes"),
    "an unknown retry word": _set(*FULL, "retry", to="sometimes"),
    "a retry word for a status of success": _set(*FULL, "retry_by_status", to={"200": "never"}),
    "retryable as text": _set(*FULL, "retryable", to="yes"),
    "a template with an expression": _set(*FULL, "detail", to="{used_ + 1}"),
    "a template with an attribute": _set(*FULL, "detail", to="{used_.real}"),
    "a template with an empty placeholder": _set(*FULL, "detail", to="{}"),
    "a member that is no schema": _set(*USED, "type", to="int"),
    "a member as a boolean schema": _set(*USED, to=True),
    "a member with a quote in its name": _set(*FULL, "members", 'a"b', to={}),
    "a member named as every problem's": _set(*FACTS, "name", to="status"),
    "a member that begins with an underscore": _set(*FACTS, "name", to="_used"),
    "an unknown exposure": _set(*FACTS, "exposure", to="private"),
    "a member's status of success": _set(*FACTS, "statuses", to=[200]),
    "an unknown fact of a member": _set(*FACTS, "format", to="x"),
    "a standard type that needs a member": _drop(*FACTS, "default"),
    "a standard type that is removed": _set(*FULL, "lifecycle", to={"stage": "removed"}),
    "a resolve without an action": _drop(*FULL, "resolve", "action"),
    "a method without an endpoint": _drop(*FULL, "resolve", "endpoint"),
    "an endpoint without a method": _drop(*FULL, "resolve", "method"),
    "a url with an expression": _set(*FULL, "resolve", "url", to="/{?used_}"),
    "a header's name that is no token": _set(*FULL, "headers", "Retry After", to=""),
    "a header's value with a line break": _set(*FULL, "headers", "Allow", to="a\r\nb"),
    "a redirect without the code": _set(*FULL, "redirect", "location", to="/login"),
    "a redirect with another placeholder": _set(*FULL, "redirect", "location", to="/{used_}?e={code}"),
    "a redirect that stays": _set(*FULL, "redirect", "status", to=200),
    "an alias that is no code": _set(*FULL, "aliases", to=["-"]),
    "an unknown stage": _set(*FULL, "lifecycle", "stage", to="old"),
    "a day that is none": _set(*FULL, "lifecycle", "sunset", to="2026-13-01"),
    "a moment for a day": _set(*FULL, "lifecycle", "since", to="2026-01-01T00:00:00Z"),
    "a renaming without a sunset": _drop(*FULL, "lifecycle", "sunset"),
    "a renaming of what is deprecated": _set(*FULL, "lifecycle", "stage", to="deprecated"),
    "a condition that is none": _set(*FULL, "standard", to="external"),
    "an example of members as a list": _set(*FULL, "examples", 0, "members", to=[1]),
    "an unknown field of an example": _set(*FULL, "examples", 0, "headers", to={}),
    "a link without an address": _drop(*FULL, "links", 0, "url"),
    "an unknown field of a problem": _set(*FULL, "severity", to="high"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_it_refuses(name: str) -> None:
    document = copy.deepcopy(GOOD)
    PLANTED[name](document)
    assert faults(document)


@pytest.mark.parametrize("name", PLANTED)
def test_the_loader_refuses_it_too(name: str) -> None:
    """What the schema refuses, reading the document refuses: editors and the loader do not contradict."""
    document = copy.deepcopy(GOOD)
    PLANTED[name](document)
    if name in LAXER:
        read_document(document)
        return
    with pytest.raises((DeclarationError, ValueError)):
        read_document(document)


LAXER = {
    "a member that is no schema",  # members' schemas are for others; nothing here reads them strictly
}


@given(document=documents())
@settings(max_examples=100, deadline=None, phases=PHASES)
def test_what_any_contract_exports_validates(document: dict[str, Any]) -> None:
    encodable = json.loads(json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))
    assert faults(to_document(read_document(encodable))) == []
