"""The operations of a Flask app, and the documents that show their problems."""

from __future__ import annotations

from typing import Any, cast

import apispec
from flask import (
    Blueprint,
    Flask,
)
from flask.views import MethodView, View

import failwell.flask
from failwell import raises
from tests.frameworks import flask_app
from tests.frameworks.flask_app import (
    installed,
    smorest_app,
    sold_out,
)
from tests.frameworks.shop import (
    LoginNeeded,
    OutOfStock,
    SlowDown,
    contract,
)

# ----------------------------------------------------------------------------------------- operations


class Carts(MethodView):
    """Carts."""

    @raises(OutOfStock)
    def post(self, cart: int) -> str:
        """Fill a cart."""
        return ""

    def get(self, cart: int) -> str:
        return ""


def test_operations_have_the_problems_of_views_classes_and_hooks() -> None:
    app, outer, inner = Flask("shop"), Blueprint("outer", "o"), Blueprint("inner", "i")
    inner.add_url_rule(
        "/carts/<int(min=1):cart>/<path:rest>", view_func=raises(SlowDown)(Carts).as_view("carts")
    )
    inner.before_request(raises(LoginNeeded)(lambda: None))
    outer.register_blueprint(inner, url_prefix="/inner")
    app.register_blueprint(outer, url_prefix="/outer")
    app.add_url_rule(
        "/plain", view_func=sold_out, methods=["OPTIONS", "PATCH"], provide_automatic_options=False
    )
    listed = {(one.method, one.path): one for one in failwell.flask.operations(app)}
    path = "/outer/inner/carts/{cart}/{rest}"
    assert set(listed) == {("GET", path), ("POST", path), ("OPTIONS", "/plain"), ("PATCH", "/plain")}
    assert set(listed["GET", path].problems) == {SlowDown, LoginNeeded}
    assert set(listed["POST", path].problems) == {OutOfStock, SlowDown, LoginNeeded}
    assert listed["POST", path].summary == "Fill a cart."
    assert listed["POST", path].name == "outer.inner.carts"
    assert listed["PATCH", "/plain"].problems == ()


def test_views_that_dispatch_themselves_are_operations() -> None:
    class Page(View):
        @raises(LoginNeeded)
        def dispatch_request(self) -> str:
            """A page."""
            return ""

    app = Flask("shop")
    app.add_url_rule("/page", view_func=Page.as_view("page"))
    (operation,) = failwell.flask.operations(app)
    assert (operation.method, operation.problems, operation.summary) == ("GET", (LoginNeeded,), "A page.")


def test_the_document_lists_what_operations_raise() -> None:
    document = failwell.flask.openapi(flask_app.make_app(), contract, title="Shop", version="1")
    answers = document["paths"]["/articles/{article}"]["get"]["responses"]
    assert {"409", "429", "500"} <= set(answers)
    assert "401" in document["paths"]["/dependency"]["get"]["responses"]
    assert "/inner/articles/{article}" in document["paths"]


def test_the_document_of_flask_smorest_shows_the_problems() -> None:
    app, api = smorest_app()
    client = installed(app)
    failwell.flask.add_problems(api.spec, app, contract)
    document = cast("Any", client.get("/o.json").json)
    answers = document["paths"]["/orders/{number}"]["get"]["responses"]
    assert "application/problem+json" in answers["409"]["content"]
    assert document["components"]["schemas"]["OutOfStock"]
    assert document == api.spec.to_dict()


def test_a_document_of_apispec_shows_the_problems() -> None:
    app = flask_app.make_app()
    spec = apispec.APISpec(title="Shop", version="1", openapi_version="3.1.0")
    spec.path("/articles/{article}", operations={"get": {"responses": {"200": {"description": "Fine"}}}})
    failwell.flask.add_problems(spec, app, contract)
    answers = spec.to_dict()["paths"]["/articles/{article}"]["get"]["responses"]
    assert {"200", "409", "429", "500"} <= set(answers)
