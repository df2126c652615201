"""Errors through Flask, in process, by the smallest WSGI driver; floors as in servers_starlette.

*+ id* means behind a thin WSGI wrapper that adds a random request id to the response. Invalid input is a JSON
body that lacks two fields of a marshmallow schema; by hand is `Schema.load`, and a handler for its error.
"""

# mypy: disable-error-code="import-untyped"
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import marshmallow
from flask import Flask, Response, abort, request
from flask_smorest import Api, Blueprint
from flask_smorest import abort as abort_by_smorest

import failwell.flask
from bench import drops, task
from bench.measure import Row
from bench.task import BY_HAND, ERROR, FLOOR, FLOOR_ID, INVALID, OURS, SUCCESS, UNHANDLED, Task
from bench.wsgi import WithId, WSGIDriver

View = Callable[[], Any]
CALLS = 100
PEER = "flask-smorest + id"


class NewDrop(marshmallow.Schema):
    """What is published."""

    title = marshmallow.fields.String(required=True)
    size = marshmallow.fields.Integer(required=True)
    draft = marshmallow.fields.Boolean(load_default=False)


new_drop = NewDrop()

# ----------------------------------------------------------------------------------------------- views


def fine() -> Response:
    return Response(drops.BODY, mimetype=drops.MEDIA_TYPE)


def constant() -> Response:
    return Response(drops.BODY, 404, mimetype=drops.MEDIA_TYPE)


def by_failwell() -> Response:
    raise drops.drop_not_found()


def by_hand() -> Response:
    raise drops.hand_written()


def by_flask() -> Response:
    abort(404, drops.DETAIL)


def by_smorest() -> Response:
    members = {"drop": "d_1", "workspace": "w_1", "revision": 7}
    abort_by_smorest(404, message=drops.DETAIL, errors=members)
    raise AssertionError("unreachable: abort raises")


def unhandled() -> Response:
    raise RuntimeError("boom")


def publish() -> Response:
    drop = new_drop.load(request.get_json())
    raise AssertionError(f"{drop} is not a whole drop")


def publish_by_smorest(drop: dict[str, Any]) -> Response:
    raise AssertionError(f"{drop} is not a whole drop")


# ------------------------------------------------------------------------------------------------ apps


def plain(view: View) -> Flask:
    app = Flask("bench")
    app.add_url_rule("/", view_func=view, methods=["GET", "POST"])
    return app


def with_failwell(view: View) -> Flask:
    app = plain(view)
    failwell.flask.install(app, drops.contract)
    return app


def with_handlers(view: View) -> WithId:
    def not_found(error: drops.HandWrittenError) -> Response:
        return answered(drops.body_by_hand(error), 404)

    def invalid(error: marshmallow.ValidationError) -> Response:
        messages: Any = error.messages
        rows = [([field], "invalid", text) for field, texts in messages.items() for text in texts]
        return answered(drops.invalid_by_hand(rows), 422)

    def answered(body: bytes, status: int) -> Response:
        return Response(body, status, drops.HAND_WRITTEN_HEADERS, mimetype=drops.MEDIA_TYPE)

    app = plain(view)
    app.register_error_handler(drops.HandWrittenError, not_found)
    app.register_error_handler(marshmallow.ValidationError, invalid)
    return WithId(app)


def with_smorest(view: Callable[..., Response], schema: marshmallow.Schema | None = None) -> WithId:
    app = Flask("bench")
    app.config.update(API_TITLE="Drops", API_VERSION="1", OPENAPI_VERSION="3.1.0")
    blueprint = Blueprint("drops", "bench")
    taken = blueprint.arguments(schema)(view) if schema else view
    blueprint.route("/", methods=["POST" if schema else "GET"])(taken)
    Api(app).register_blueprint(blueprint)
    return WithId(app)


# ------------------------------------------------------------------------------------------- the table


def tasks() -> list[Task]:
    errors = {
        FLOOR_ID: WithId(plain(constant)),
        OURS: with_failwell(by_failwell),
        BY_HAND: with_handlers(by_hand),
        "Flask abort, HTML + id": WithId(plain(by_flask)),
        PEER: with_smorest(by_smorest),
        FLOOR: plain(constant),
    }
    unhandled_errors = {
        "Flask's HTML + id": WithId(plain(unhandled)),
        OURS: with_failwell(unhandled),
        PEER: with_smorest(unhandled),
    }
    invalid = {
        BY_HAND: with_handlers(publish),
        OURS: with_failwell(publish),
        PEER: with_smorest(publish_by_smorest, new_drop),
    }
    successes = {
        FLOOR: plain(fine),
        FLOOR_ID: WithId(plain(fine)),
        OURS: with_failwell(fine),
        PEER: with_smorest(fine),
    }
    return [
        Task(ERROR, errors, 404, drops.NOT_FOUND, goal=1.15),
        Task(UNHANDLED, unhandled_errors, 500, drops.INTERNAL),
        Task(INVALID, invalid, 422, drops.INVALID, drops.INCOMPLETE),
        Task(SUCCESS, successes, 200),
    ]


def rows(rounds: int) -> list[Row]:
    return task.rows(tasks(), WSGIDriver, calls=CALLS, rounds=rounds)
