"""Input and output of Flask's views: bodies, streams, and what marshmallow and its friends find."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from flask import (
    Response,
    g,
    request,
    stream_with_context,
)
from webargs import fields
from webargs.flaskparser import use_args

import failwell.flask
from failwell.edge import current_exchange
from tests.frameworks import flask_app
from tests.frameworks.flask_app import (
    INTERNAL,
    OUT_OF_STOCK,
    OrderSchema,
    app_with,
    client_with,
    code_of,
    installed,
    smorest_app,
)
from tests.frameworks.shop import (
    LIMITS,
    SECRET,
    Order,
    OutOfStock,
    contract,
    odd_error,
)

# --------------------------------------------------------------------------------- views and streams


def test_async_views_are_answered_alike() -> None:
    async def view() -> Response:
        failwell.flask.show_limits(LIMITS)
        taken = failwell.flask.body(Order)
        raise OutOfStock(taken.email, article="tea", left=0)

    async def guard() -> None:
        exchange = current_exchange.get()
        assert exchange is not None
        g.request_id = exchange.request_id

    app = app_with(view=view)
    app.before_request(guard)
    client = installed(app)
    assert code_of(client.post("/view", json={"email": "a@b"})) == OUT_OF_STOCK
    assert code_of(client.post("/view", json={})) == (422, "unprocessable_content")


def _streamed(*parts: str, error: Exception) -> Callable[[], Response]:
    def view() -> Response:
        def stream() -> Iterator[str]:
            yield from parts
            assert request.path == "/view"
            raise error

        response = Response(stream_with_context(stream()), mimetype="text/csv")
        response.set_etag("stale")
        return response

    return view


def test_a_stream_that_fails_before_its_first_part_keeps_what_hooks_have_set() -> None:
    app = app_with(view=_streamed(error=OutOfStock("Early.", article="a", left=0)))
    app.after_request(flask_app.allow_the_shop)
    response = installed(app).get("/view")
    assert code_of(response) == OUT_OF_STOCK
    assert response.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert "ETag" not in response.headers


def test_a_stream_that_fails_unforeseen_is_logged_once_with_its_request_id(
    caplog: pytest.LogCaptureFixture,
) -> None:
    response = installed(app_with(view=_streamed(error=odd_error()))).get("/view")
    assert code_of(response) == INTERNAL
    (record,) = caplog.records
    assert response.headers["X-Request-Id"] in record.getMessage()


def test_the_test_client_sees_what_fails_in_streams() -> None:
    app = app_with(view=_streamed(error=odd_error()))
    app.testing = True
    client = installed(app)
    with pytest.raises(RuntimeError, match="password"):
        client.get("/view")


def test_a_smaller_limit_of_the_app_counts_for_bodies() -> None:
    app = app_with(view=lambda: failwell.flask.body(Order, max_bytes=1000).email)
    app.config["MAX_CONTENT_LENGTH"] = 100
    client = installed(app)
    assert client.post("/view", json={"email": "a@b"}).text == "a@b"
    response = client.post("/view", json={"email": "a" * 100})
    assert code_of(response)[0] == 413
    assert cast("Any", response.json)["detail"] == "The body must not be larger than 100 bytes."


def test_a_body_that_was_read_before_is_read_again() -> None:
    app = app_with(view=lambda: failwell.flask.body(Order, max_bytes=50).email)

    def peek() -> None:
        request.get_data()

    app.before_request(peek)
    client = installed(app)
    assert client.post("/view", json={"email": "a@b"}).text == "a@b"
    assert code_of(client.post("/view", json={"email": "a" * 50}))[0] == 413


def test_body_and_limits_work_in_a_request_context_of_a_test() -> None:
    app = app_with()
    failwell.flask.install(app, contract)
    with app.test_request_context(json={"email": "a@b"}, method="POST"):
        failwell.flask.show_limits(LIMITS)
        assert failwell.flask.body(Order).email == "a@b"


# ------------------------------------------------------------------- marshmallow, webargs, flask-smorest


def _errors(response: Any) -> list[tuple[str, str, str]]:
    assert code_of(response) == (422, "unprocessable_content")
    return [(row["pointer"], row["in"], row["code"]) for row in response.json["errors"]]


def test_what_marshmallow_raises_is_invalid_input() -> None:
    client = client_with(view=lambda: OrderSchema().load(request.get_json()))
    response = client.post("/view", json={"email": SECRET})
    assert _errors(response) == [("/email", "body", "type")]


def test_what_webargs_finds_is_invalid_input_and_says_where() -> None:
    @use_args({"count": fields.Integer(required=True)}, location="query", error_status_code=400)
    def view(_: object) -> str:
        return "never"

    response = client_with(view=view).get(f"/view?count={SECRET}")
    assert _errors(response) == [("/count", "query", "type")]


def test_broken_json_for_webargs_is_400() -> None:
    @use_args(OrderSchema())
    def view(_: object) -> str:
        return "never"

    response = client_with(view=view).post("/view", data="{", content_type="application/json")
    assert code_of(response) == (400, "bad_request")
    assert cast("Any", response.json)["detail"] == "The body is not JSON."


def test_errors_of_flask_smorest_are_problems() -> None:
    app, _ = smorest_app()
    client = installed(app)
    missing = client.get("/orders/1")
    assert code_of(missing) == (404, "not_found")
    assert cast("Any", missing.json)["detail"] == "No such order."
    assert missing.headers["X-Own"] == "kept"
    assert _errors(client.post("/orders/1", json={})) == [("/email", "body", "missing")]
    taken = [client.post("/orders/1", json={"email": "a@b.example"}), client.put("/orders/1")]
    assert [_errors(answer) for answer in taken] == [[("/email", "body", "invalid")]] * 2
