"""Litestar's rows, and what the causes behind them add."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import attrs
import msgspec
import pytest
from litestar import Litestar, Request, Response, get, post
from litestar.exceptions import ValidationException
from litestar.params import CookieParameter, FromQuery, HeaderParameter, JSONBody, PathParameter
from litestar.testing import TestClient
from pydantic import BaseModel, ConfigDict, field_validator

from failwell.edge.validation import failures_of


class Line(msgspec.Struct):
    count: int


class Order(msgspec.Struct, forbid_unknown_fields=True):
    lines: list[Line]
    name: Annotated[str, msgspec.Meta(max_length=3)] = ""


class Strict(msgspec.Struct):
    name: str

    def __post_init__(self) -> None:
        raise ValueError(f"not {self.name}")


class ModelLine(BaseModel):
    count: int


class ModelOrder(BaseModel):
    model_config = ConfigDict(extra="forbid")

    lines: list[ModelLine]
    name: str = ""

    @field_validator("name")
    @classmethod
    def _refuse(cls, value: str) -> str:
        raise ValueError(f"not {value}")


@attrs.define
class AttrsOrder:
    name: str = attrs.field(validator=attrs.validators.in_(["assam", "ceylon"]))


@post("/msgspec")
async def msgspec_order(data: JSONBody[Order]) -> None: ...
@post("/list")
async def msgspec_list(data: JSONBody[list[Line]]) -> None: ...
@post("/strict")
async def strict(data: JSONBody[Strict]) -> None: ...
@post("/pydantic")
async def pydantic_order(data: JSONBody[ModelOrder]) -> None: ...
@post("/attrs")
async def attrs_order(data: JSONBody[AttrsOrder]) -> None: ...
@post("/all/{order:str}")
async def everything(
    data: JSONBody[Order],
    order: Annotated[str, PathParameter(max_length=3)],
    q: FromQuery[list[int]],
    token: Annotated[int, HeaderParameter(name="x-token")],
    c: Annotated[int, CookieParameter(name="c")],
) -> None: ...
@get("/choice")
async def choice(q: FromQuery[Literal["red", "green"]]) -> None: ...


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    def keep(request: Request[Any, Any, Any], error: ValidationException) -> Response[None]:
        request.app.state.error = error
        return Response(None, status_code=400)

    handlers = [msgspec_order, msgspec_list, strict, pydantic_order, attrs_order, everything, choice]
    app = Litestar(
        handlers, exception_handlers={ValidationException: keep}, openapi_config=None, logging_config=None
    )
    with TestClient(app) as client:
        yield client


def _failures(client: TestClient[Litestar], method: str, path: str, **request: Any) -> list[tuple[str, ...]]:
    assert client.request(method, path, **request).status_code == 400
    found = failures_of(client.app.state.error)
    assert "hunter2" not in str(found)
    return [(one.place, one.pointer, one.code, one.detail) for one in found]


@pytest.mark.parametrize(
    ("path", "document", "expected"),
    [
        (
            "/msgspec",
            {"lines": [{"count": 1}, {"count": "hunter2"}]},
            [("/lines/1/count", "type", "has to be int")],
        ),
        (
            "/msgspec",
            {"lines": [], "hunter2": 1},
            [("", "unknown", "has a field that is not known")],
        ),
        ("/msgspec", {}, [("/lines", "missing", "is required")]),
        ("/msgspec", "hunter2", [("", "type", "has to be object")]),
        (
            "/msgspec",
            {"lines": [], "name": "hunter2"},
            [("/name", "length", "has to be str of length <= 3")],
        ),
        ("/list", [{"count": "hunter2"}], [("/0/count", "type", "has to be int")]),
        ("/strict", {"name": "hunter2"}, [("", "invalid", "is not valid")]),
        (
            "/pydantic",
            {"lines": [{"count": "hunter2"}, {}], "name": "hunter2", "hunter2": 1},
            [
                ("/lines/0/count", "int_parsing", "has to be a valid integer"),
                ("/lines/1/count", "missing", "is required"),
                ("/name", "value_error", "is not valid"),
                ("", "unknown", "has a field that is not known"),
            ],
        ),
        ("/attrs", {"name": "hunter2"}, [("/name", "invalid", "is not valid")]),
    ],
)
def test_bodies(
    client: TestClient[Litestar], path: str, document: Any, expected: list[tuple[str, str, str]]
) -> None:
    assert _failures(client, "POST", path, json=document) == [("body", *one) for one in expected]


@pytest.mark.parametrize("path", ["/msgspec", "/pydantic", "/attrs"])
def test_a_body_that_did_not_come_is_missing(client: TestClient[Litestar], path: str) -> None:
    assert _failures(client, "POST", path) == [("body", "", "missing", "is required")]


def test_all_places_at_once(client: TestClient[Litestar]) -> None:
    headers = {"X-Token": "hunter2", "Cookie": "c=hunter2"}
    found = _failures(
        client, "POST", "/all/hunter2?q=1&q=hunter2", headers=headers, json={"lines": [{"count": "hunter2"}]}
    )
    assert sorted(found) == [
        ("body", "/lines/0/count", "type", "has to be int"),
        ("cookie", "/c", "type", "has to be int"),
        ("header", "/token", "type", "has to be int"),
        ("path", "/order", "length", "has to be str of length <= 3"),
        ("query", "/q", "type", "has to be int"),
    ]


def test_a_choice_is_not_repeated(client: TestClient[Litestar]) -> None:
    assert _failures(client, "GET", "/choice?q=hunter2") == [
        ("query", "/q", "choice", "is none of the choices")
    ]


def test_a_header_that_did_not_come_has_its_own_name(client: TestClient[Litestar]) -> None:
    found = _failures(client, "POST", "/all/a?q=1", json={"lines": []})
    assert found == [("header", "/x-token", "missing", "is required")]


def test_the_error_that_carries_pydantics_rows_is_read_too(client: TestClient[Litestar]) -> None:
    client.post("/pydantic", json={"lines": [{}]})
    cause = client.app.state.error.__cause__
    assert [one.pointer for one in failures_of(cause)] == ["/lines/0/count"]


def test_rows_of_the_application_are_read_like_the_frameworks() -> None:
    rows = [{"message": "hunter2 is wrong", "key": "a.b", "source": "query"}, {"message": "Expected `int`"}]
    found = failures_of(ValidationException("no", extra=rows))
    assert [(one.place, one.pointer, one.code, one.detail) for one in found] == [
        ("query", "/a/b", "invalid", "is not valid"),
        ("body", "", "type", "has to be int"),
    ]


def test_an_exception_of_the_application_is_one_failure() -> None:
    (failure,) = failures_of(ValidationException("hunter2 is wrong"))
    assert (failure.pointer, failure.code, failure.detail) == ("", "invalid", "is not valid")
