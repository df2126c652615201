"""One law over all libraries: what stands in an input stands in no pointer, code or detail."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal

import attrs
import msgspec
import pydantic
import pytest
from fastapi import FastAPI, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar, post
from litestar import Request as LitestarRequest
from litestar import Response as LitestarResponse
from litestar.exceptions import ValidationException
from litestar.params import FromQuery, JSONBody
from litestar.testing import TestClient as LitestarClient
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema
from pydantic_core import PydanticCustomError

from failwell.edge.validation import failures_of
from failwell.typing import InputFailure
from tests.unit.edge import django_parts

SECRETS = st.text("QXZJWV0123456789", min_size=7, max_size=30)
"""Long enough, and of characters that no name and no phrase is made of."""


@pytest.fixture(autouse=True, scope="module")
def _settings() -> Iterator[None]:
    with django_parts.django_settings():
        yield


def _refuse(value: Any) -> Any:
    raise ValueError(f"This is not good: {value}")


def _refuse_cut(value: Any) -> Any:
    raise ValueError(f"Starts with {str(value)[:6]}…")


class Line(msgspec.Struct, forbid_unknown_fields=True):
    count: int = 0
    name: Annotated[str, msgspec.Meta(max_length=3)] = ""
    form: Annotated[str, msgspec.Meta(pattern="^a$")] = ""
    choice: Literal["red", "green"] = "red"
    lines: list[Line] = []
    prices: dict[str, int] = {}
    custom: str = ""

    def __post_init__(self) -> None:
        if self.custom:
            _refuse(self.custom)


class Tag(pydantic.BaseModel):
    kind: Literal["tag"]


class Other(pydantic.BaseModel):
    kind: Literal["other"]


def _refuse_own(value: str) -> str:
    raise PydanticCustomError(f"no_{value}", f"no {value}")  # pyright: ignore[reportArgumentType]


class Model(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid")

    count: int = 0
    name: str = pydantic.Field(default="", max_length=3)
    form: str = pydantic.Field(default="", pattern="^a$")
    choice: Literal["red", "green"] = "red"
    lines: list[Model] = []
    custom: Annotated[str, pydantic.AfterValidator(_refuse)] = ""
    cut: Annotated[str, pydantic.AfterValidator(_refuse_cut)] = ""
    own: Annotated[str, pydantic.AfterValidator(_refuse_own)] = ""
    tagged: Annotated[Tag | Other, pydantic.Field(discriminator="kind")] | None = None
    union: Tag | int | list[int] | None = None
    keys: dict[int, int] = {}
    embedded: pydantic.Json[list[int]] | None = None
    identity: pydantic.UUID4 | None = None
    address: pydantic.HttpUrl | None = None


class Messages(Schema):
    count = fields.Integer()
    name = fields.String(validate=validate.Length(max=3))
    form = fields.String(validate=validate.Regexp("^a$"))
    choice = fields.String(validate=validate.OneOf(["red", "green"]))
    lines = fields.List(fields.Nested("Messages"))
    custom = fields.String(validate=validate.OneOf(["red"], error="{input} is not good"))
    cut = fields.String(validate=lambda value: _refuse_marshmallow(f"Starts with {value[:6]}…"))
    forged = fields.String(validate=validate.OneOf(["red"], error="Must be one of: {input}."))
    keys = fields.Dict(keys=fields.String(validate=validate.Length(max=3)), values=fields.Integer())
    plain = fields.String()
    late = fields.String()

    @validates_schema
    def _whole(self, data: Any, **_: object) -> None:
        if "plain" in data:
            raise ValidationError(f"not {data}")

    @post_load
    def _late(self, data: Any, **_: object) -> Any:
        if "late" in data:
            raise ValidationError(f"not {data['late']}", "late")
        return data


def _refuse_marshmallow(text: str) -> None:
    raise ValidationError(text)


@attrs.define
class Attrs:
    choice: str = attrs.field(default="red", validator=attrs.validators.in_(["red", "green"]))
    form: str = attrs.field(default="a", validator=attrs.validators.matches_re("^a$"))
    count: int = attrs.field(default=1, validator=attrs.validators.instance_of(int))
    name: str = attrs.field(default="", validator=attrs.validators.max_len(3))


def _raised(work: Callable[[], object]) -> Any:
    try:
        work()
    except Exception as error:  # noqa: BLE001 - whatever a library makes of it
        return error
    return None


def _msgspec(document: Any) -> Any:
    return _raised(lambda: msgspec.json.decode(json.dumps(document), type=Line))


def _pydantic(document: Any) -> Any:
    return _raised(lambda: Model.model_validate_json(json.dumps(document)))


def _marshmallow(document: Any) -> Any:
    return _raised(lambda: Messages().load(document))


def _attrs(document: Any) -> Any:
    return (
        _raised(lambda: Attrs(**document)) if set(document) <= {"choice", "form", "count", "name"} else None
    )


def _rest(document: Any) -> Any:
    return _raised(lambda: django_parts.serializer(document).is_valid(raise_exception=True))


def _form(document: Any) -> Any:
    form = django_parts.form(document)
    form.is_valid()
    return form.errors


def _fastapi() -> Callable[[Any], Any]:
    app, seen = FastAPI(), list[RequestValidationError]()

    @app.exception_handler(RequestValidationError)
    async def _(_request: Request, error: RequestValidationError) -> Response:
        seen.append(error)
        return Response(status_code=422)

    @app.post("/{path}")
    def _(path: int, q: int, body: Model | Tag, x_token: Annotated[int, Header()] = 0) -> None: ...

    client = TestClient(app)

    def send(document: Any) -> RequestValidationError:
        secret = json.dumps(document).encode().hex()
        client.post(f"/{secret}?q={secret}", json=document, headers={"X-Token": secret})
        return seen.pop()

    return send


def _litestar(kind: Any) -> Callable[[Any], Any]:
    seen = list[ValidationException]()

    def keep(_: LitestarRequest[Any, Any, Any], error: ValidationException) -> LitestarResponse[None]:
        seen.append(error)
        return LitestarResponse(None, status_code=400)

    async def handler(data: Any, q: FromQuery[int]) -> None: ...

    body: Any = JSONBody
    handler.__annotations__["data"] = body[kind]
    app = Litestar(
        [post("/")(handler)],
        exception_handlers={ValidationException: keep},
        openapi_config=None,
        logging_config=None,
    )
    client = LitestarClient(app)

    def send(document: Any) -> ValidationException | None:
        client.post("/?q=QXZJWV0", json=document)
        return seen.pop() if seen else None

    return send


LIBRARIES: dict[str, Callable[[Any], Any]] = {
    "msgspec": _msgspec,
    "pydantic": _pydantic,
    "marshmallow": _marshmallow,
    "attrs": _attrs,
    "rest_framework": _rest,
    "django": _form,
    "fastapi": _fastapi(),
    "litestar with msgspec": _litestar(Line),
    "litestar with pydantic": _litestar(Model),
    "litestar with attrs": _litestar(Attrs),
}


def _documents(secret: str) -> list[Any]:
    """The secret in every place."""
    one_field = [
        {name: secret}
        for name in (
            *("count", "name", "form", "choice", "lines", "custom", "cut", "own", "forged", "late", "union"),
            *(
                "tagged",
                "embedded",
                "identity",
                "address",
                "several",
                "at",
                "price",
                "whole",
                "plain",
                "line",
            ),
        )
    ]
    return [
        *one_field,
        *({"lines": [{}, field]} for field in one_field),
        {"count": [secret]},
        {"own": secret, "count": 1, "plain": secret},
        {"tagged": {"kind": secret}},
        {"tagged": {"kind": "tag", secret: secret}},
        {"embedded": f'["{secret}"]'},
        {"address": f"http://{secret}:{secret}@[{secret}]/"},
        {"keys": {secret: 1}},
        {"custom": f"Expected `{secret}`"},
        {"custom": f"x - at `$.{secret}`"},
        {"several": [secret]},
        {"lines": [{secret: 1}]},
        {secret: secret},
    ]


def _resolves(document: Any, failure: InputFailure) -> bool:
    """Whether the pointer leads to something, or its parent does to what could hold something."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in failure.pointer.split("/")[1:]]
    for number, step in enumerate(steps, 1):
        try:
            document = document[int(step) if isinstance(document, list) else step]
        except (KeyError, IndexError, TypeError, ValueError):
            return number == len(steps) and isinstance(document, (dict, list))
    return True


@pytest.mark.parametrize("library", LIBRARIES)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(secret=SECRETS)
def test_a_secret_in_an_input_is_in_no_failure_and_pointers_lead_somewhere(library: str, secret: str) -> None:
    read = 0
    for document in _documents(secret):
        error = LIBRARIES[library](document)
        if not error:
            continue
        read += 1
        blind, found = failures_of(error), failures_of(error, document=document)
        said = [text for one in (*blind, *found) for text in (one.pointer, one.code, one.detail)]
        assert [text for text in said if secret.casefold()[:6] in text.casefold()] == [], document
        assert (blind, found) == (failures_of(error), failures_of(error, document=document))
        assert 1 <= len(blind) == len(found) <= 100
        bodies = [one for one in found if one.place == "body"]
        assert [one for one in bodies if not _resolves(document, one)] == [], document
    assert read > 3
