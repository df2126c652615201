"""The same two operations in four frameworks, and the documents that those make of them."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Annotated, Any

import fastapi
import flask
import litestar
import litestar.exceptions
import marshmallow
import msgspec
import pydantic
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec_webframeworks.flask import FlaskPlugin
from litestar.params import FromPath, FromQuery, JSONBody

Json = dict[str, Any]


class Order(pydantic.BaseModel):
    """What is ordered."""

    count: Annotated[int, pydantic.Field(gt=0)]


class NoPage(pydantic.BaseModel):
    """Something written by hand, for a status of which no problem is declared."""

    reason: str


def fastapi_document() -> Json:
    """FastAPI writes 3.1, and HTTPValidationError at 422."""
    app = fastapi.FastAPI(title="Shop", version="1")

    @app.post("/articles/{article}/orders", status_code=201)
    def order(article: str, order: Order) -> Order:
        return order

    @app.get("/articles/{article}", responses={410: {"model": NoPage}})
    def read(article: str, currency: str = "EUR", page: int = 1) -> Order:
        return Order(count=1)

    return app.openapi()


class Ordered(msgspec.Struct):
    """What is ordered."""

    count: Annotated[int, msgspec.Meta(gt=0)]


def litestar_document() -> Json:
    """Litestar writes 3.1, a Validation Exception at 400, and an inline schema for each exception."""

    @litestar.post("/articles/{article:str}/orders")
    async def order(article: FromPath[str], data: JSONBody[Ordered]) -> Ordered:
        return data

    @litestar.get("/articles/{article:str}", raises=[litestar.exceptions.NotFoundException])
    async def read(article: FromPath[str], page: FromQuery[int] = 1) -> Ordered:
        return Ordered(count=1)

    app = litestar.Litestar([order, read])
    return app.openapi_schema.to_schema()


class PurchaseSchema(marshmallow.Schema):
    """What is ordered. Marshmallow finds schemas by name, in the whole process, so this one has its own."""

    count = marshmallow.fields.Integer(required=True)


def apispec_document(version: str) -> Json:
    """apispec writes what the docstrings of Flask's views say, in the version it is told."""
    app = flask.Flask("shop")
    spec = APISpec(
        title="Shop", version="1", openapi_version=version, plugins=[FlaskPlugin(), MarshmallowPlugin()]
    )

    @app.post("/articles/<article>/orders")
    def order(article: str) -> str:
        """Order an article.
        ---
        post:
          operationId: order
          parameters: [{in: path, name: article, required: true, schema: {type: string}}]
          requestBody: {content: {application/json: {schema: PurchaseSchema}}}
          responses: {201: {description: Ordered, content: {application/json: {schema: PurchaseSchema}}}}
        """
        return article

    @app.get("/articles/<article>")
    def read(article: str) -> str:
        """Read an article.
        ---
        get:
          operationId: read
          parameters: [{in: path, name: article, required: true, schema: {type: string}}]
          responses: {200: {description: The article, content: {application/json: {schema: PurchaseSchema}}}}
        """
        return article

    with app.test_request_context():
        spec.path(view=order)
        spec.path(view=read)
    return spec.to_dict()


def spectacular_document(version: str) -> Json:
    """drf-spectacular writes 3.0.3 or 3.1, in a process of its own: Django's settings are one per process."""
    command = [sys.executable, "-m", "tests.foreign.django_document", version]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    document: Json = json.loads(done.stdout)
    return document
