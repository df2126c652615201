"""The shop on FastAPI."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any, cast

import httpx
from fastapi import APIRouter, BackgroundTasks, Body, Cookie, Depends, FastAPI, Header, HTTPException, Request
from fastapi.middleware import Middleware
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import PlainTextResponse, Response, StreamingResponse
from pydantic import BaseModel
from starlette.requests import ClientDisconnect

import failwell.fastapi
from failwell import Contract, raises
from tests.frameworks.shop import (
    FROM_ELSEWHERE,
    LIMITS,
    STUCK,
    LinkExpired,
    Login,
    LoginNeeded,
    Order,
    OutOfStock,
    SlowDown,
    contract,
    odd_error,
)
from tests.frameworks.starlette_app import BrokenMiddleware, CachingMiddleware

INTERFACE = "asgi"
LACKS: Mapping[str, str] = {
    "stream that fails before its first part": "over ASGI the head leaves before the first part is asked for",
}
_CONSTANT = PlainTextResponse("the same object each time")

router = APIRouter()


class Line(BaseModel):
    """One line of an order, for pydantic."""

    article: str
    count: int


class Basket(BaseModel):
    """An order, for pydantic."""

    email: str
    lines: list[Line]


@raises(LoginNeeded)
async def caller() -> str:
    """Who calls: nobody that is known."""
    raise LoginNeeded


@router.get("/articles/{article}")
@router.head("/articles/{article}")
@router.post("/articles/{article}")
@raises(OutOfStock, SlowDown)
async def article(article: str) -> None:
    """Order an article."""
    raise OutOfStock("Only 2 left.", article=article, left=2)


@router.put("/articles/{article}")
async def put_article(article: str) -> Response:
    return PlainTextResponse(article)


@router.get("/thread")
@raises(SlowDown)
def in_thread() -> None:
    raise SlowDown(retry_after_seconds=12)


@router.get("/unhandled")
async def unhandled() -> None:
    raise odd_error()


@router.get("/http/{status}")
async def http_error(status: int) -> None:
    raise HTTPException(status, headers={"X-Own": "kept"})


@router.get("/http-text")
async def http_error_text() -> None:
    raise HTTPException(404, "No such article.")


@router.get("/group/{kind}")
async def group(kind: str) -> None:
    problem = OutOfStock("In a task.", article="a", left=0)
    others = [odd_error()] if kind == "mixed" else []
    raise ExceptionGroup("tasks", [ExceptionGroup("inner", [problem]), *others])


@router.post("/orders")
async def order(request: Request) -> dict[str, str]:
    taken = await failwell.fastapi.body(request, Order, max_bytes=500)
    return {"email": taken.email}


@router.post("/login")
@raises(LoginNeeded)
async def login(_: Login) -> None:
    raise LoginNeeded


@router.post("/plain-json")
async def plain_json(document: Annotated[Any, Body()]) -> Any:
    return document


@router.get("/broken-upstream")
async def broken_upstream() -> Any:
    return json.loads("{")


@router.get("/link")
@raises(LinkExpired)
async def link() -> None:
    raise LinkExpired


@router.get("/late")
async def late() -> Response:
    async def parts() -> AsyncIterator[bytes]:
        yield b"first"
        raise OutOfStock("Too late to say.", article="a", left=0)

    return StreamingResponse(parts())


@router.get("/early")
async def early() -> Response:
    async def parts() -> AsyncIterator[bytes]:
        raise OutOfStock("Early.", article="a", left=0)
        yield b""

    return StreamingResponse(parts())


@router.get("/limited")
async def limited(request: Request, status: int = 200) -> Response:
    failwell.fastapi.show_limits(request, LIMITS)
    return Response(status_code=status)


@router.get("/gone")
async def gone() -> None:
    raise ClientDisconnect


@router.get("/constant")
async def constant() -> Response:
    return _CONSTANT


@router.get("/upstream/{kind}")
async def upstream(kind: str) -> None:
    problem = FROM_ELSEWHERE[kind]()
    raise problem


@router.get("/dependency")
async def dependency(who: Annotated[str, Depends(caller)]) -> str:
    return who


@router.get("/background")
async def background(tasks: BackgroundTasks) -> Response:
    def task() -> None:
        raise odd_error()

    tasks.add_task(task)
    return PlainTextResponse("done")


@router.get("/odd-member")
async def odd_member() -> None:
    raise OutOfStock("Odd.", article=object(), left=2)  # type: ignore[arg-type]


@router.get("/stuck")
def stuck() -> str:
    return STUCK.enter()


@router.get("/cached/articles/{article}")
async def cached_article(article: str) -> None:
    raise OutOfStock("Only 2 left.", article=article, left=2)


@router.post("/native/{number}")
async def native(
    number: int,
    count: int,
    basket: Basket,
    x_token: Annotated[int | None, Header()] = None,
    basket_id: Annotated[int | None, Cookie(alias="basket")] = None,
) -> dict[str, bool]:
    return {"ok": True}


inner = APIRouter(prefix="/inner")


@inner.get("/articles/{article}")
@raises(OutOfStock)
async def inner_article(article: str) -> None:
    raise OutOfStock("Only 2 left.", article=article, left=2)


def make_app(contract: Contract = contract, *, debug: bool = False, reraise: bool = True) -> FastAPI:
    """The shop as a FastAPI application."""
    middleware = [
        Middleware(CORSMiddleware, allow_origins=["https://shop.example"]),
        Middleware(BrokenMiddleware),
        Middleware(CachingMiddleware),
    ]
    app = FastAPI(debug=debug, middleware=middleware)
    failwell.fastapi.install(app, contract, reraise=reraise)
    app.include_router(router)
    app.include_router(inner)
    return app


# ------------------------------------------------------------------------------- small apps, requests


def installed(**words: Any) -> FastAPI:
    """An app with nothing but the contract and CORS."""
    app = FastAPI(middleware=[Middleware(CORSMiddleware, allow_origins=["https://shop.example"])], **words)
    failwell.fastapi.install(app, contract)
    return app


async def send(app: FastAPI, request: str, *, reraise: bool = False, **words: Any) -> httpx.Response:
    """Sends one request, such as `GET /`."""
    method, _, path = request.partition(" ")
    transport = httpx.ASGITransport(cast("Any", app), raise_app_exceptions=reraise)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        return await client.request(method, path, **words)


def problem_in(response: httpx.Response) -> str:
    """The code of the problem that a response is, which it has to be in all respects."""
    problem = contract.parse(response.status_code, response.headers, response.content)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["request_id"] == response.headers["x-request-id"]
    assert problem.status == response.status_code
    return problem.code


def failures(response: httpx.Response) -> list[tuple[str, str, str]]:
    """Place, pointer and code of what is wrong with an input."""
    return [(e["in"], e["pointer"], e["code"]) for e in response.json()["errors"]]
