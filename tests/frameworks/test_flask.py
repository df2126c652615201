"""What only Flask has: its test client and signal, handlers, hooks, Werkzeug's exceptions, mounted apps."""

from __future__ import annotations

import gc
import gzip
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest
from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    got_request_exception,
    jsonify,
    request,
    session,
)
from flask.views import MethodView
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.debug import DebuggedApplication
from werkzeug.exceptions import BadRequestKeyError, HTTPException, InternalServerError, NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import Client

import failwell.flask
from failwell import Catalog, Contract, Problem, dialects, standard_types
from failwell.edge import current_exchange
from failwell.exceptions import FailwellError
from tests.frameworks import flask_app
from tests.frameworks.flask_app import (
    INTERNAL,
    OUT_OF_STOCK,
    app_with,
    broken,
    client_with,
    code_of,
    installed,
    sold_out,
)
from tests.frameworks.shop import (
    SECRET,
    LoginNeeded,
    OutOfStock,
    SlowDown,
    contract,
    odd_error,
    shop,
)


@contextmanager
def _signals(app: Flask) -> Iterator[list[Exception]]:
    seen: list[Exception] = []

    def see(_: Flask, exception: Exception, **__: Any) -> None:
        seen.append(exception)

    with got_request_exception.connected_to(see, app):
        yield seen


# -------------------------------------------------------------------------------- unhandled errors


@pytest.mark.parametrize("setting", ["TESTING", "PROPAGATE_EXCEPTIONS"])
def test_the_test_client_sees_unhandled_errors_with_their_request_id(setting: str) -> None:
    app = app_with(broken=broken, sold_out=sold_out)
    client = installed(app)
    app.config[setting] = True
    with pytest.raises(RuntimeError) as caught:
        client.get("/broken")
    (note,) = caught.value.__notes__
    assert note.startswith("Request id: req_")
    assert current_exchange.get() is None
    assert code_of(client.get("/sold_out")) == OUT_OF_STOCK


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, {}),
        ({"DEBUG": True}, {}),
        ({"TESTING": True}, {"reraise": False}),
        ({"PROPAGATE_EXCEPTIONS": True}, {"reraise": False}),
        ({"TESTING": True, "PROPAGATE_EXCEPTIONS": False}, {}),
        ({"DEBUG": False}, {"debug_pages": True}),
    ],
)
def test_unhandled_errors_are_answered_inside_the_hooks_and_logged_once(
    settings: dict[str, bool], words: dict[str, bool], caplog: pytest.LogCaptureFixture
) -> None:
    app = app_with(broken=broken)
    app.after_request(flask_app.allow_the_shop)
    app.config.update(settings)
    client = installed(app, **words)
    with _signals(app) as seen:
        response = client.get("/broken")
    assert code_of(response) == INTERNAL
    assert response.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    (record,) = caplog.records
    assert record.name == "shop"
    assert response.headers["X-Request-Id"] in logging.Formatter().format(record)
    assert [type(error) for error in seen] == [RuntimeError]


def test_the_debugger_comes_only_where_it_is_asked_for() -> None:
    for asked in (False, True):
        app = app_with(broken=broken)
        app.debug = True
        failwell.flask.install(app, contract, debug_pages=asked)
        response = Client(DebuggedApplication(app, evalex=False)).get("/broken")
        assert ("Werkzeug Debugger" in response.text) is asked
        assert (response.mimetype == "application/problem+json") is not asked


def test_problems_send_no_signal_and_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    app = app_with(sold_out=sold_out)
    client = installed(app)
    with _signals(app) as seen:
        assert code_of(client.get("/sold_out")) == OUT_OF_STOCK
        assert code_of(client.get("/nowhere")) == (404, "not_found")
    assert (seen, caplog.records) == ([], [])


def test_a_log_exception_of_the_app_is_called() -> None:
    class Shop(Flask):
        logged: list[str] = []  # noqa: RUF012

        def log_exception(self, exc_info: Any) -> None:
            self.logged.append("\n".join(exc_info[1].__notes__))

    app = Shop("shop")
    app.add_url_rule("/", view_func=broken)
    response = installed(app).get("/")
    assert app.logged == [f"Request id: {response.headers['X-Request-Id']}"]


def test_teardown_functions_get_unhandled_errors_and_no_problems() -> None:
    app = app_with(broken=broken, sold_out=sold_out)
    seen: list[object] = []
    app.teardown_request(lambda error: seen.append(type(error)))
    client = installed(app)
    client.get("/broken")
    client.get("/sold_out")
    client.get("/nowhere")
    assert seen == [RuntimeError, type(None), type(None)]


def test_answered_errors_leave_no_garbage() -> None:
    client = client_with(sold_out=sold_out)
    client.get("/sold_out")
    gc.collect()
    gc.disable()
    try:
        client.get("/sold_out")
        assert [thing for thing in gc.get_objects() if type(thing) is OutOfStock] == []
    finally:
        gc.enable()


# ------------------------------------------------------------------------------------ own handlers


def _own(_: Exception) -> tuple[str, int]:
    return "own", 418


@pytest.mark.parametrize(
    ("kind", "path"),
    [(404, "/nowhere"), (HTTPException, "/nowhere"), (OutOfStock, "/sold_out"), (Problem, "/sold_out")],
)
@pytest.mark.parametrize("installed_first", [False, True])
def test_handlers_of_the_app_stay_in_force(kind: Any, path: str, *, installed_first: bool) -> None:
    app = app_with(sold_out=sold_out)
    if installed_first:
        failwell.flask.install(app, contract)
    app.register_error_handler(kind, _own)
    if not installed_first:
        failwell.flask.install(app, contract)
    response = app.test_client().get(path)
    assert (response.status_code, response.text) == (418, "own")
    assert response.headers["X-Request-Id"]


def test_a_handler_for_everything_gets_what_is_no_problem() -> None:
    app = app_with(sold_out=sold_out, broken=broken)
    app.register_error_handler(Exception, _own)
    client = installed(app)
    assert code_of(client.get("/sold_out")) == OUT_OF_STOCK
    assert client.get("/broken").text == "own"


def test_handlers_of_blueprints_stay_in_force() -> None:
    app, blueprint = app_with(sold_out=sold_out), Blueprint("inner", "inner")
    blueprint.add_url_rule("/inner", view_func=sold_out)
    blueprint.register_error_handler(Exception, _own)
    app.register_blueprint(blueprint)
    client = installed(app)
    assert client.get("/inner").text == "own"
    assert code_of(client.get("/sold_out")) == OUT_OF_STOCK


def test_a_handler_for_500_gets_the_original_error() -> None:
    app = app_with(broken=broken)

    def own(error: InternalServerError) -> tuple[str, int]:
        return type(error.original_exception).__name__, 500

    app.register_error_handler(500, own)
    assert installed(app).get("/broken").text == "RuntimeError"


def test_a_handler_may_translate_by_raising_a_problem(caplog: pytest.LogCaptureFixture) -> None:
    app = app_with(broken=broken)

    def translate(_: Exception) -> Response:
        raise SlowDown(retry_after_seconds=3)

    app.register_error_handler(RuntimeError, translate)
    app.after_request(flask_app.allow_the_shop)
    response = installed(app).get("/broken")
    assert code_of(response) == (429, "slow_down")
    assert response.headers["Retry-After"] == "3"
    assert response.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert caplog.records == []


def test_translate_makes_problems_of_errors_of_ones_own() -> None:
    app = app_with(broken=broken)
    client = installed(
        app, translate=lambda error: LoginNeeded() if isinstance(error, RuntimeError) else None
    )
    assert code_of(client.get("/broken")) == (401, "login_needed")


@pytest.mark.parametrize(
    ("raised", "expected"), [(SlowDown(retry_after_seconds=3), (429, "slow_down")), (odd_error(), INTERNAL)]
)
def test_an_error_in_an_after_request_function_is_answered(
    raised: Exception, expected: tuple[int, str]
) -> None:
    app = app_with(fine=lambda: "fine")

    def fail(_: Response) -> Response:
        raise raised

    app.after_request(fail)
    assert code_of(installed(app).get("/fine")) == expected


def test_hooks_may_look_into_a_problems_response_and_change_it() -> None:
    app = app_with(sold_out=sold_out)

    def change(response: Response) -> Response:
        assert response.is_json
        response.status_code = 410
        response.data = response.data.replace(b"Only 2 left.", b"Gone.")
        response.set_cookie("seen", "1")
        return response

    app.after_request(change)
    response = installed(app).get("/sold_out")
    assert (response.status_code, cast("Any", response.json)["detail"]) == (410, "Gone.")
    assert response.content_length == len(response.data)
    assert response.headers["Set-Cookie"].startswith("seen=1")
    assert response.headers["Cache-Control"] == "no-store"


def test_a_problem_may_be_compressed_by_a_hook() -> None:
    app = app_with(sold_out=sold_out)

    def compress(response: Response) -> Response:
        response.data = gzip.compress(response.data)
        response.content_encoding = "gzip"
        return response

    app.after_request(compress)
    response = installed(app).get("/sold_out")
    assert response.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(response.data))["code"] == "out_of_stock"


def test_a_session_is_saved_with_a_problem() -> None:
    def view() -> Response:
        session["seen"] = True
        raise LoginNeeded

    app = app_with(view=view)
    app.secret_key = "not in use"
    response = installed(app).get("/view")
    assert code_of(response) == (401, "login_needed")
    assert response.headers["Set-Cookie"].startswith("session=")
    assert response.headers["Vary"] == "Cookie"


def test_a_response_class_of_the_apps_own_is_used() -> None:
    class Branded(Response):
        def __init__(self, *words: Any, **named: Any) -> None:
            super().__init__(*words, **named)
            self.headers["X-Brand"] = "shop"

    app = app_with(sold_out=sold_out)
    app.response_class = Branded
    response = installed(app).get("/sold_out")
    assert code_of(response) == OUT_OF_STOCK
    assert response.headers["X-Brand"] == "shop"


# ------------------------------------------------------------------------------ Werkzeug's exceptions


def test_abort_with_a_response_sends_it() -> None:
    client = client_with(
        bare=lambda: abort(Response("Nothing here.", 404)),
        inside=lambda: (_ for _ in ()).throw(NotFound(response=Response("Nor here.", 404))),
    )
    assert client.get("/bare").text == "Nothing here."
    assert client.get("/inside").text == "Nor here."


def test_abort_with_a_status_that_werkzeug_does_not_know_is_a_mistake_of_the_app(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert code_of(client_with(view=lambda: abort(499)).get("/view")) == INTERNAL
    assert "LookupError: no exception for 499" in caplog.text


class NoTea(NotFound):
    """An exception with a text of its own."""

    description = "There is no tea."


def test_a_description_that_somebody_wrote_is_the_detail() -> None:
    def detail_of(error: Exception) -> Any:
        response = client_with(view=lambda: (_ for _ in ()).throw(error)).get("/view")
        return cast("Any", response.json).get("detail")

    assert detail_of(NoTea()) == "There is no tea."
    assert detail_of(NoTea("Nor coffee.")) == "Nor coffee."
    assert detail_of(NotFound("Not Found")) == detail_of(NotFound()) is None
    assert detail_of(BadRequestKeyError(SECRET)) is None
    assert detail_of(NotFound(cast("Any", {"password": SECRET}))) is None


def test_headers_of_exceptions_are_sent() -> None:
    basic, digest = WWWAuthenticate("basic", {"realm": "shop"}), WWWAuthenticate("digest", {"realm": "shop"})
    client = client_with(
        login=lambda: abort(401, www_authenticate=[basic, digest]), wait=lambda: abort(503, retry_after=7)
    )
    refused = client.get("/login").headers.getlist("WWW-Authenticate")
    assert [value.partition(" ")[0].lower() for value in refused] == ["basic", "digest"]
    assert client.get("/wait").headers["Retry-After"] == "7"


def test_data_of_other_libraries_on_an_exception_does_no_harm() -> None:
    def view() -> Response:
        error = NotFound()
        error.data = [SECRET]  # type: ignore[attr-defined]
        raise error

    assert code_of(client_with(view=view).get("/view")) == (404, "not_found")


@pytest.mark.parametrize("trap", [False, True])
def test_redirects_of_the_router_pass(*, trap: bool) -> None:
    app = Flask("shop")
    app.config["TRAP_HTTP_EXCEPTIONS"] = trap
    app.add_url_rule("/slash/", view_func=sold_out)
    client = installed(app)
    response = client.get("/slash")
    assert response.status_code == 308
    assert response.headers["Location"].endswith("/slash/")
    followed = client.get("/slash", follow_redirects=True)
    assert code_of(followed) == OUT_OF_STOCK
    assert followed.headers["X-Request-Id"] != followed.history[0].headers["X-Request-Id"]


def test_allow_has_the_methods_of_all_rules_in_order() -> None:
    class Cart(MethodView):
        def get(self, _: str) -> str:
            return "cart"

        def delete(self, _: str) -> str:
            return "empty"

    app = Flask("shop")
    app.add_url_rule("/carts/<_>", view_func=Cart.as_view("cart"))
    app.add_url_rule("/carts/<int:number>", "number", sold_out, methods=["PUT"])
    client = installed(app)
    assert client.post("/carts/a").headers["Allow"] == "DELETE, GET, HEAD, OPTIONS"
    assert client.post("/carts/1").headers["Allow"] == "DELETE, GET, HEAD, OPTIONS, PUT"


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("trap", [None, False, True])
def test_a_missing_form_field_is_not_told_to_anybody(*, debug: bool, trap: bool | None) -> None:
    app = app_with(view=lambda: request.form[SECRET])
    app.debug = debug
    app.config["TRAP_BAD_REQUEST_ERRORS"] = trap
    response = installed(app).post("/view", data={"a": "b"})
    assert code_of(response) == (400, "bad_request")
    assert "detail" not in cast("Any", response.json) or "KeyError" not in response.text


@pytest.mark.parametrize("debug", [False, True])
def test_json_that_flask_reads_itself(*, debug: bool) -> None:
    app = app_with(view=lambda: jsonify(request.json))
    app.debug = debug
    client = installed(app)
    answers = [
        client.post("/view", data="{", content_type="application/json"),
        client.post("/view", data=b'"\xff"', content_type="application/json"),
        client.post("/view", data="[" * 100_000, content_type="application/json"),
        client.post("/view", data="a=b", content_type="text/plain"),
    ]
    assert [code_of(answer)[0] for answer in answers] == [400, 400, 400, 415]
    assert [cast("Any", answer.json)["detail"] for answer in answers] == [
        *["The body is not JSON."] * 3,
        "The body has to be application/json.",
    ]


def test_limits_of_flask_are_413() -> None:
    app = app_with(raw=lambda: str(len(request.data)), form=lambda: request.form["a"])
    app.config.update(MAX_CONTENT_LENGTH=2000, MAX_FORM_MEMORY_SIZE=100)
    client = installed(app)
    assert code_of(client.post("/raw", data=b" " * 2001))[0] == 413
    too_long = client.post("/form", data={"a": "b" * 500}, content_type="multipart/form-data")
    assert code_of(too_long)[0] == 413


def test_a_host_that_is_not_trusted_is_not_repeated() -> None:
    app = app_with(view=lambda: request.host)
    app.config["TRUSTED_HOSTS"] = ["shop.example"]
    response = installed(app).get("/view", headers={"Host": f"{SECRET}.example"})
    assert code_of(response) == (400, "bad_request")


# --------------------------------------------------------------------------------- apps beside and inside


def test_mounted_apps_keep_their_contract_and_share_the_request_id() -> None:
    other = Catalog("other", base="https://errors.other.example/")
    standard_types(other, naming="kebab-case")
    outer = app_with(broken=broken)
    outer.wsgi_app = DispatcherMiddleware(outer.wsgi_app, {"/shop": flask_app.make_app()})  # type: ignore[method-assign]
    failwell.flask.install(outer, Contract(other, dialect=dialects.CODED))
    client = outer.test_client()
    inside, broken_inside = client.get("/shop/articles/tea"), client.get("/shop/unhandled")
    assert (code_of(inside), code_of(broken_inside)) == (OUT_OF_STOCK, INTERNAL)
    assert client.get("/nowhere").json == {"error": "not-found", "message": "Not found"}
    assert [len(answer.headers.getlist("X-Request-Id")) for answer in (inside, broken_inside)] == [1, 1]


@pytest.mark.parametrize("installed_first", [False, True])
def test_wsgi_middleware_may_come_before_or_after(*, installed_first: bool) -> None:
    app = app_with(view=lambda: request.host, sold_out=sold_out)
    if installed_first:
        failwell.flask.install(app, contract)
    app.wsgi_app = ProxyFix(app.wsgi_app, x_host=1)  # type: ignore[method-assign]
    if not installed_first:
        failwell.flask.install(app, contract)
    client = app.test_client()
    assert client.get("/view", headers={"X-Forwarded-Host": "shop.example"}).text == "shop.example"
    assert code_of(client.get("/sold_out")) == OUT_OF_STOCK


def test_install_comes_once_and_first() -> None:
    app = flask_app.make_app()
    with pytest.raises(FailwellError, match="call install once"):
        failwell.flask.install(app, contract)
    begun = app_with(fine=lambda: "fine")
    begun.test_client().get("/fine")
    with pytest.raises(FailwellError, match="begun to answer"):
        failwell.flask.install(begun, contract)


def test_install_says_what_it_takes() -> None:
    with pytest.raises(FailwellError, match="not an application and a contract"):
        failwell.flask.install(Flask("shop"), cast("Any", shop))
    with pytest.raises(FailwellError, match="not an application and a contract"):
        failwell.flask.install(cast("Any", contract), contract)
