"""What Litestar validates and decodes: bodies, DTOs, and parameters of every kind."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import pydantic
import pytest
from litestar import Request, get, post
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency, Provide
from litestar.dto import DTOConfig, MsgspecDTO
from litestar.params import FromHeader, FromQuery, JSONBody, MsgPackBody, Parameter, QueryParameter

from tests.frameworks.litestar_app import answer, make
from tests.frameworks.shop import (
    SECRET,
    Line,
)

AnyRequest = Request[Any, Any, Any]
Connection = ASGIConnection[Any, Any, Any, Any]


class Account(pydantic.BaseModel):
    """A model whose validator echoes, as careless ones do."""

    email: str
    password: str = pydantic.Field(min_length=20)

    @pydantic.field_validator("email")
    @classmethod
    def has_at(cls, value: str) -> str:
        """Wants an address."""
        raise ValueError(f"{value} is no address")


class LineDTO(MsgspecDTO[Line]):
    """Lines by way of a DTO."""

    config = DTOConfig(forbid_unknown_fields=True)


@post("/lines", status_code=200)
async def lines(data: JSONBody[list[Line]]) -> int:
    return len(data)


@post("/account")
async def account(data: JSONBody[Account]) -> str:
    return data.email


@post("/dto", dto=LineDTO, return_dto=None)
async def by_dto(data: JSONBody[Line]) -> str:
    return data.article


@post("/packed", status_code=200)
async def packed(data: MsgPackBody[Line]) -> str:
    return data.article


async def provide_page(number: Annotated[int, QueryParameter(name="page-number")]) -> int:
    return number


@get("/pages", dependencies={"page": Provide(provide_page)})
async def pages(page: NamedDependency[int], limit: FromQuery[int], x_token: FromHeader[int] = 0) -> int:
    return page + limit + x_token


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "content", "errors"),
    [
        (
            "/lines",
            b'[{"article":"a","count":1},{"article":"a","count":"x"}]',
            [("/1/count", "body", "type")],
        ),
        ("/lines", b'[{"count":1}]', [("/0/article", "body", "missing")]),
        ("/lines", b"", [("", "body", "missing")]),
        (
            "/account",
            b'{"email":"hunter2-x","password":"hunter2"}',
            [("/email", "body", "value_error"), ("/password", "body", "string_too_short")],
        ),
        ("/dto", b'{"article":"a","count":"hunter2"}', [("/count", "body", "type")]),
        ("/dto", b'{"article":"a","count":1,"hunter2":1}', [("", "body", "unknown")]),
        (
            "/packed",
            msgspec.msgpack.encode({"article": "a", "count": "hunter2"}),
            [("/count", "body", "type")],
        ),
    ],
)
async def test_bodies_that_do_not_fit(path: str, content: bytes, errors: list[tuple[str, str, str]]) -> None:
    app = make(lines, account, by_dto, packed)
    response = await answer(app, "POST", path, content=content)
    assert response.status_code == 422
    assert [(e["pointer"], e["in"], e["code"]) for e in response.json()["errors"]] == errors
    assert "hunter2" not in response.text


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("query", "headers", "errors"),
    [
        ("page-number=1&limit=hunter2", {}, [("/limit", "query", "type")]),
        ("page-number=1", {}, [("/limit", "query", "missing")]),
        ("limit=1", {}, [("/page-number", "query", "missing")]),
        ("page-number=hunter2&limit=1", {}, [("/page-number", "query", "type")]),
    ],
)
async def test_parameters_that_do_not_fit(
    query: str, headers: dict[str, str], errors: list[tuple[str, str, str]]
) -> None:
    response = await answer(make(pages), "GET", f"/pages?{query}", headers=headers)
    assert response.status_code == 422
    assert [(e["pointer"], e["in"], e["code"]) for e in response.json()["errors"]] == errors
    assert "hunter2" not in response.text


@pytest.mark.anyio
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Litestar's, about the old form
async def test_parameters_of_the_old_form_have_their_names_too() -> None:
    @get("/old")
    async def old(token: Annotated[int, Parameter(header="X-Token")]) -> int:
        return token

    response = await answer(make(old), "GET", "/old", headers={"X-Token": "hunter2"})
    (error,) = response.json()["errors"]
    assert (error["pointer"], error["in"]) == ("/X-Token", "header")


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/lines", "/dto", "/packed", "/account"])
@pytest.mark.parametrize("content", [b"{", b'{"article":"\xff"}', b"\xc1"])
async def test_bodies_that_cannot_be_decoded(path: str, content: bytes) -> None:
    response = await answer(make(lines, account, by_dto, packed), "POST", path, content=content)
    assert response.status_code in (400, 422)
    assert response.headers["content-type"] == "application/problem+json"
    if path != "/packed":
        assert (response.status_code, response.json()["detail"]) == (400, "The body is not JSON.")


@pytest.mark.anyio
async def test_a_body_nested_too_deeply_is_the_callers_mistake() -> None:
    response = await answer(make(lines), "POST", "/lines", content=b"[" * 100_000)
    assert (response.status_code, response.json()["code"]) == (400, "bad_request")


@pytest.mark.anyio
@pytest.mark.parametrize("headers", [{}, {"Content-Length": "x"}])
async def test_litestars_own_limits_and_checks(headers: dict[str, str]) -> None:
    app = make(lines, request_max_body_size=10)
    response = await answer(app, "POST", "/lines", content=b"[" + b" " * 10, headers=headers)
    expected = (400, "bad_request") if headers else (413, "content_too_large")
    assert (response.status_code, response.json()["code"]) == expected
    assert "detail" not in response.json() or "length" not in response.json()["detail"]


@pytest.mark.anyio
async def test_litestars_texts_that_quote_the_request_are_not_shown() -> None:
    response = await answer(make(pages), "GET", f"/pages?limit=1&password={SECRET}")
    assert response.status_code == 422
    assert SECRET not in response.text
