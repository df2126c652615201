"""The shop on Flask."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import flask_smorest  # type: ignore[import-untyped]  # it has no annotations
import marshmallow
from flask import Blueprint, Flask, Response, abort, jsonify, request
from flask.testing import FlaskClient
from flask.views import MethodView
from webargs import fields
from webargs.flaskparser import use_args
from werkzeug.exceptions import HTTPException

import failwell.flask
from failwell import Contract, raises
from tests.frameworks.shop import (
    CACHED,
    FROM_ELSEWHERE,
    LIMITS,
    SECRET,
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

INTERFACE = "wsgi"
LACKS: Mapping[str, str] = {
    "errors raised again": "over WSGI an error is answered or raised; Flask's test client: test_flask",
    "background tasks": "Flask has none",
    "client disconnects": "a WSGI server ends the response; the app is not told",
    "no garbage of unhandled errors": "Flask keeps an unhandled error in a frame of its own traceback",
    "problems while threads are stuck": "a WSGI server has a thread for each request, errors included",
}
_CONSTANT = Response("the same object each time")


class Line(marshmallow.Schema):
    """One line of an order."""

    article = marshmallow.fields.String(required=True)
    count = marshmallow.fields.Integer(required=True)


class Native(marshmallow.Schema):
    """An order."""

    email = marshmallow.fields.String(required=True)
    lines = marshmallow.fields.List(marshmallow.fields.Nested(Line))


class OwnHTTPError(HTTPException):
    """An HTTP exception of any status, with a header."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self.code = status

    def get_headers(self, *_: Any, **__: Any) -> list[tuple[str, str]]:
        return [*super().get_headers(), ("X-Own", "kept")]


inner = Blueprint("inner", __name__, url_prefix="/inner")
cached = Blueprint("cached", __name__, url_prefix="/cached")
guarded = Blueprint("guarded", __name__)


@inner.get("/articles/<article>")
@cached.get("/articles/<article>")
@raises(OutOfStock, SlowDown)
def article(article: str) -> Response:
    """Order an article."""
    raise OutOfStock("Only 2 left.", article=article, left=2)


@cached.after_request
def cache(response: Response) -> Response:
    for name, value in CACHED:
        if name == "Vary":
            response.vary.add(value)
        else:
            response.headers[name] = value
    return response


@guarded.before_request
@raises(LoginNeeded)
def need_login() -> None:
    raise LoginNeeded


@guarded.get("/dependency")
def dependency() -> str:
    return "reached"


@raises(SlowDown)
def thread() -> Response:
    raise SlowDown(retry_after_seconds=12)


def unhandled() -> Response:
    raise odd_error()


def http_error(status: int) -> Response:
    raise OwnHTTPError(status)


def http_error_text() -> Response:
    abort(404, "No such article.")


def group(kind: str) -> Response:
    problem = OutOfStock("In a task.", article="a", left=0)
    others = [odd_error()] if kind == "mixed" else []
    raise ExceptionGroup("tasks", [ExceptionGroup("inner", [problem]), *others])


def order() -> Response:
    taken = failwell.flask.body(Order, max_bytes=500)
    return jsonify(email=taken.email)


def login() -> Response:
    failwell.flask.body(Login)
    raise LoginNeeded


def plain_json() -> Response:
    return jsonify(request.json)


def broken_upstream() -> Response:
    return jsonify(json.loads("{"))


def link() -> Response:
    raise LinkExpired


def late() -> Response:
    def parts() -> Iterator[bytes]:
        yield b"first"
        raise OutOfStock("Too late to say.", article="a", left=0)

    return Response(parts())


def early() -> Response:
    def parts() -> Iterator[bytes]:
        raise OutOfStock("Early.", article="a", left=0)
        yield b""

    return Response(parts())


def limited() -> Response:
    failwell.flask.show_limits(LIMITS)
    return Response(status=request.args.get("status", 200, int))


def constant(**_: str) -> Response:
    return _CONSTANT


def upstream(kind: str) -> Response:
    problem = FROM_ELSEWHERE[kind]()
    raise problem


def odd_member() -> Response:
    raise OutOfStock("Odd.", article=object(), left=2)  # type: ignore[arg-type]


def stuck() -> str:
    return STUCK.enter()


@use_args(Native(), location="json")
@use_args({"count": marshmallow.fields.Integer()}, location="query")
@use_args({"X-Token": marshmallow.fields.Integer()}, location="headers", unknown="exclude")
@use_args({"basket": marshmallow.fields.Integer()}, location="cookies")
def native(*_: object, number: int) -> Response:
    return jsonify(ok=True)


def break_on_demand() -> None:
    """A hook that fails before any view is reached."""
    if request.path == "/middleware/error":
        raise odd_error()
    if request.path == "/middleware/problem":
        raise SlowDown("In the middleware.", retry_after_seconds=7)


def allow_the_shop(response: Response) -> Response:
    """What CORS extensions do."""
    response.access_control_allow_origin = "https://shop.example"
    response.vary.add("Origin")
    return response


ROUTES: list[tuple[str, str, Callable[..., Any]]] = [
    ("GET POST", "/articles/<article>", article),
    ("PUT", "/articles/<article>", constant),
    ("GET", "/thread", thread),
    ("GET", "/unhandled", unhandled),
    ("GET", "/http/<int:status>", http_error),
    ("GET", "/http-text", http_error_text),
    ("GET", "/group/<kind>", group),
    ("POST", "/orders", order),
    ("POST", "/login", login),
    ("POST", "/plain-json", plain_json),
    ("GET", "/broken-upstream", broken_upstream),
    ("GET", "/link", link),
    ("GET", "/late", late),
    ("GET", "/early", early),
    ("GET", "/limited", limited),
    ("GET", "/constant", constant),
    ("GET", "/upstream/<kind>", upstream),
    ("GET", "/odd-member", odd_member),
    ("GET", "/stuck", stuck),
    ("POST", "/native/<int:number>", native),
]


def make_app(contract: Contract = contract, *, debug: bool = False, reraise: bool = True) -> Flask:
    """The shop as a Flask application."""
    app = Flask("shop", static_folder=None)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.debug = debug
    for methods, rule, view in ROUTES:
        app.add_url_rule(rule, view_func=view, methods=methods.split())
    for blueprint in (inner, cached, guarded):
        app.register_blueprint(blueprint)
    app.before_request(break_on_demand)
    app.after_request(allow_the_shop)
    failwell.flask.install(app, contract, reraise=reraise)
    return app


# --------------------------------------------------------------- small apps, for what only Flask has

OUT_OF_STOCK = (409, "out_of_stock")
INTERNAL = (500, "internal")


def app_with(**routes: Callable[..., Any]) -> Flask:
    """An app with views at `/<name>`, without a contract yet."""
    app = Flask("shop")
    for name, view in routes.items():
        app.add_url_rule(f"/{name}", name, view, methods=["GET", "POST"])
    return app


def installed(app: Flask, **words: Any) -> FlaskClient:
    failwell.flask.install(app, contract, **words)
    return app.test_client()


def client_with(**routes: Callable[..., Any]) -> FlaskClient:
    return installed(app_with(**routes))


def sold_out() -> Response:
    raise OutOfStock("Only 2 left.", article="tea", left=2)


def broken() -> Response:
    raise odd_error()


def code_of(response: Any) -> tuple[int, str]:
    """Status and code of a problem; it must not say what is nobody's business."""
    assert SECRET not in response.text
    assert response.mimetype == "application/problem+json"
    assert response.json["request_id"] == response.headers["X-Request-Id"]
    return response.status_code, response.json["code"]


class OrderSchema(marshmallow.Schema):
    """An order."""

    email = fields.Email(required=True)


def smorest_app() -> tuple[Flask, Any]:
    app = Flask("shop")
    app.config.update(
        API_TITLE="Shop",
        API_VERSION="1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="o.json",
    )
    api = flask_smorest.Api(app)
    blueprint = flask_smorest.Blueprint("orders", "orders")

    @blueprint.route("/orders/<int:number>")
    class Orders(MethodView):
        @blueprint.response(200, OrderSchema)
        @raises(OutOfStock)
        def get(self, number: int) -> Any:
            """An order."""
            flask_smorest.abort(404, message="No such order.", headers={"X-Own": "kept"})

        @blueprint.arguments(OrderSchema)
        @blueprint.response(201, OrderSchema)
        def post(self, _: Any, number: int) -> Any:
            flask_smorest.abort(422, errors={"json": {"email": ["Is taken."]}})

        def put(self, number: int) -> Any:
            flask_smorest.abort(422, errors={"email": ["Is taken."]})

    api.register_blueprint(blueprint)
    return app, api
