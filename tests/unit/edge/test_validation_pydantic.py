"""pydantic's errors, and FastAPI's rows, whose location begins with the place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import pytest
from fastapi import Cookie, FastAPI, Form, Header, Query, Request, Response, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.testclient import TestClient
from pydantic import (
    UUID4,
    AfterValidator,
    AliasPath,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    Json,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from failwell.edge.validation import failures_of, failures_of_rows, is_malformed_json
from failwell.typing import InputFailure


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    tricks: list[int]


def _refuse(value: str) -> str:
    raise ValueError(f"{value} is refused" if value != "rose" else "Not in winter.")


def _refuse_own(value: str) -> str:
    raise PydanticCustomError("no_good", "no {value}", {"value": value})


class Everything(BaseModel):
    model_config = ConfigDict(extra="forbid")

    count: int = 1
    few: int = Field(default=1, gt=3, alias="atLeast")
    deep: int = Field(default=1, validation_alias=AliasPath("path", 0))
    short: str = Field(default="", max_length=3)
    form: str = Field(default="a", pattern="^a, b$")
    choice: Literal["red", "green"] = "red"
    items: list[int] = Field(default=[], max_length=1)
    pair: tuple[int, str] = (1, "")
    prices: dict[int, int] = {}
    pet: Annotated[Cat | Dog, Field(discriminator="kind")] | None = None
    union: Cat | list[Dog] | int | None = None
    address: HttpUrl | None = None
    identity: UUID4 | None = None
    embedded: Json[list[int]] | None = None
    custom: Annotated[str, AfterValidator(_refuse)] = ""
    own: Annotated[str, AfterValidator(_refuse_own)] = ""


def _error_of(document: Any, kind: type[BaseModel] = Everything) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        kind.model_validate(document)
    return caught.value


CASES: list[tuple[Any, list[tuple[str, str, str]]]] = [
    ({"count": "x"}, [("/count", "int_parsing", "has to be a valid integer")]),
    ({"count": 1.5}, [("/count", "int_from_float", "has to be a valid integer")]),
    ({"atLeast": 3}, [("/atLeast", "greater_than", "has to be greater than 3")]),
    ({"path": ["x"]}, [("/path/0", "int_parsing", "has to be a valid integer")]),
    ({"short": "hunter2"}, [("/short", "string_too_long", "has to have at most 3 characters")]),
    ({"form": "hunter2"}, [("/form", "string_pattern_mismatch", "has not the right form")]),
    ({"choice": "hunter2"}, [("/choice", "literal_error", "has to be 'red' or 'green'")]),
    ({"choice": "red' or"}, [("/choice", "literal_error", "is none of the choices")]),
    ({"items": [1, 2]}, [("/items", "too_long", "has to have at most 1 item")]),
    ({"pair": [1]}, [("/pair/1", "missing", "is required")]),
    ({"prices": {"hunter2": 1}}, [("/prices", "int_parsing", "has a key that has to be a valid integer")]),
    ({"prices": {"7": "x"}}, [("/prices/7", "int_parsing", "has to be a valid integer")]),
    ({"pet": {"kind": "hunter2"}}, [("/pet", "union_tag_invalid", "is none of the choices")]),
    ({"pet": {}}, [("/pet", "union_tag_not_found", "does not say which of the alternatives it is")]),
    ({"pet": {"kind": "cat"}}, [("/pet/lives", "missing", "is required")]),
    (
        {"pet": {"kind": "dog", "tricks": ["x"]}},
        [("/pet/tricks/0", "int_parsing", "has to be a valid integer")],
    ),
    (
        {"union": "x"},
        [
            ("/union", "model_type", "has to be an object"),
            ("/union", "list_type", "has to be a valid list"),
            ("/union", "int_parsing", "has to be a valid integer"),
        ],
    ),
    ({"address": "hunter2"}, [("/address", "url_parsing", "has to be a valid URL")]),
    ({"identity": "hunter2"}, [("/identity", "uuid_parsing", "has to be a valid UUID")]),
    ({"embedded": "hunter2"}, [("/embedded", "json_invalid", "has to be JSON")]),
    ({"embedded": '["hunter2"]'}, [("/embedded", "int_parsing", "has to be a valid integer")]),
    ({"custom": "hunter2"}, [("/custom", "value_error", "is not valid")]),
    ({"custom": "rose"}, [("/custom", "value_error", "not in winter")]),
    ({"own": "hunter2"}, [("/own", "no_good", "is not valid")]),
    ({"hunter2": 1}, [("", "unknown", "has a field that is not known")]),
    ("hunter2", [("", "model_type", "has to be an object")]),
]


@pytest.mark.parametrize(("document", "expected"), CASES)
def test_each_error_has_its_code_and_words(document: Any, expected: list[tuple[str, str, str]]) -> None:
    found = failures_of(_error_of(document), document=document)
    assert [(one.pointer, one.code, one.detail) for one in found] == expected


@pytest.mark.parametrize(
    ("document", "pointers"),
    [
        ({"union": "x"}, ["/union", "/union", "/union/int"]),
        ({"pet": {"kind": "cat"}}, ["/pet/cat/lives"]),
        ({"prices": {"hunter2": 1}}, ["/prices"]),
    ],
)
def test_without_the_document_tags_and_simple_types_stay_in_pointers(
    document: Any, pointers: list[str]
) -> None:
    assert [one.pointer for one in failures_of(_error_of(document))] == pointers


def test_without_the_document_a_custom_text_is_not_shown() -> None:
    assert failures_of(_error_of({"custom": "rose"}))[0].detail == "is not valid"


def test_a_validator_of_the_model_speaks_of_the_whole() -> None:
    class Login(BaseModel):
        name: str
        again: str

        @model_validator(mode="after")
        def _same(self) -> Login:
            raise ValueError(f"{self.name} differs" if self.name == "hunter2" else "They differ.")

    echoing, plain = {"name": "hunter2", "again": "x"}, {"name": "rose", "again": "lily"}
    assert failures_of(_error_of(echoing, Login), document=echoing)[0].detail == "is not valid"
    (failure,) = failures_of(_error_of(plain, Login), document=plain)
    assert (failure.pointer, failure.detail) == ("", "they differ")


class Line(BaseModel):
    count: int


class Order(BaseModel):
    lines: list[Line]


class Paging(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: int


@pytest.fixture
def client() -> Iterator[TestClient]:
    app = FastAPI()

    @app.exception_handler(RequestValidationError)
    async def _(_request: Request, error: RequestValidationError) -> Response:
        app.state.error = error
        return Response(status_code=422)

    @app.post("/orders/{order}")
    def _(
        order: int, body: Order, q: int, x_token: Annotated[int, Header()], c: Annotated[int, Cookie()]
    ) -> None: ...
    @app.post("/two")
    def _(first: Order, second: Line) -> None: ...
    @app.post("/form")
    def _(count: Annotated[int, Form()], file: UploadFile) -> None: ...
    @app.post("/union")
    def _(body: Line | Order) -> None: ...
    @app.get("/paging")
    def _(paging: Annotated[Paging, Query()]) -> None: ...
    @app.post("/embedded")
    def _(body: list[Json[Any]]) -> None: ...

    with TestClient(app) as client:
        yield client


def _sent(client: TestClient, method: str, path: str, **request: Any) -> RequestValidationError:
    assert client.request(method, path, **request).status_code == 422
    error: RequestValidationError = client.app.state.error  # type: ignore[attr-defined]
    return error


def test_fastapi_tells_the_place(client: TestClient) -> None:
    headers = {"X-Token": "hunter2", "Cookie": "c=hunter2"}
    body = {"lines": [{"count": "hunter2"}, {}]}
    error = _sent(client, "POST", "/orders/hunter2?q=hunter2", json=body, headers=headers)
    found = failures_of(error)
    assert [(one.place, one.pointer, one.code) for one in found] == [
        ("path", "/order", "int_parsing"),
        ("query", "/q", "int_parsing"),
        ("header", "/x-token", "int_parsing"),
        ("cookie", "/c", "int_parsing"),
        ("body", "/lines/0/count", "int_parsing"),
        ("body", "/lines/1/count", "missing"),
    ]
    assert failures_of_rows(error.errors()) == found


@pytest.mark.parametrize(
    ("method", "path", "request_", "expected"),
    [
        ("POST", "/two", {"json": []}, [("body", "/first", "missing"), ("body", "/second", "missing")]),
        (
            "POST",
            "/two",
            {"json": {"first": {"lines": 3}, "second": {}}},
            [
                ("body", "/first/lines", "list_type"),
                ("body", "/second/count", "missing"),
            ],
        ),
        (
            "POST",
            "/form",
            {"data": {"count": "x"}},
            [("body", "/count", "int_parsing"), ("body", "/file", "missing")],
        ),
        (
            "POST",
            "/union",
            {"json": {"count": "x"}},
            [("body", "/count", "int_parsing"), ("body", "/lines", "missing")],
        ),
        (
            "GET",
            "/paging?limit=x&hunter2=1",
            {},
            [("query", "/limit", "int_parsing"), ("query", "", "unknown")],
        ),
        ("POST", "/union", {}, [("body", "", "missing")]),
        ("POST", "/embedded", {"json": ["{"]}, [("body", "/0", "json_invalid")]),
    ],
)
def test_fastapis_rows_become_pointers_into_what_came(
    client: TestClient, method: str, path: str, request_: Any, expected: list[tuple[str, str, str]]
) -> None:
    error = _sent(client, method, path, **request_)
    assert [(one.place, one.pointer, one.code) for one in failures_of(error)] == expected


def test_malformed_json_is_a_failure_of_the_whole(client: TestClient) -> None:
    headers = {"Content-Type": "application/json"}
    error = _sent(client, "POST", "/union", content='{"a": hunter2', headers=headers)
    assert failures_of(error) == (
        InputFailure(pointer="", place="body", code="json_invalid", detail="has to be JSON"),
    )


def test_malformed_json_can_be_told_from_a_wrong_value() -> None:
    with pytest.raises(ValidationError) as caught:
        Order.model_validate_json('{"lines": hunter2')
    assert is_malformed_json(caught.value.errors())
    assert not is_malformed_json(_error_of({"embedded": "hunter2"}).errors())
    assert not is_malformed_json([])


def test_a_custom_text_about_the_query_is_not_shown_for_the_body_says_nothing_of_it() -> None:
    rows = [{"type": "value_error", "loc": ("query", "q"), "msg": "Value error, no such tea", "input": "x"}]
    assert failures_of_rows(rows, document={})[0].detail == "is not valid"
    assert failures_of_rows([{**rows[0], "loc": ("body", "q")}], document={})[0].detail == "no such tea"


@pytest.mark.parametrize(
    "rows", ["text", None, [], [None], ["text"], [{"msg": "x"}], [{"loc": 5, "type": "a"}]]
)
def test_rows_of_no_known_form_are_one_failure_of_the_whole(rows: Any) -> None:
    whole = InputFailure(pointer="", place="body", code="invalid", detail="is not valid")
    assert failures_of(RequestValidationError(rows)) == failures_of_rows(rows) == (whole,)


def test_rows_without_a_known_place_are_the_bodys() -> None:
    rows = [{"type": "missing", "loc": ("lines", 0), "msg": "Field required"}]
    assert failures_of_rows(rows)[0].place == "body"
    assert failures_of_rows(rows, place="query")[0] == InputFailure(
        pointer="/lines/0", place="query", code="missing", detail="is required"
    )
