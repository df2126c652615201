"""Guards that are made in a factory, from its settings, and declared on views that were there before."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Blueprint, Flask, current_app
from werkzeug.local import LocalProxy

import failwell.flask
from failwell.flask import admit, guarded
from failwell.guard import Bucket, RateLimit
from failwell.store import Memory
from tests.frameworks.guard_parts import Signature
from tests.frameworks.shop import contract

limit: Any = LocalProxy(lambda: current_app.extensions["limit"])
shop = Blueprint("shop", __name__)


@shop.get("/declared")
@guarded(limit, token=lambda request: request.headers["x-token"])
def declared() -> str:
    return "yes"


@shop.get("/asked")
def asked() -> str:
    admit(limit, token="t")
    return "yes"


@shop.post("/signed")
@guarded(LocalProxy(lambda: current_app.extensions["signature"]))
def signed() -> str:
    return "yes"


def make_app(rate: int) -> Flask:
    """An app with limits of its own."""
    app = Flask("shop")
    app.extensions["limit"] = RateLimit(Bucket("token", rate, per="minute"), store=Memory())
    app.extensions["signature"] = Signature()
    app.register_blueprint(shop)
    failwell.flask.install(app, contract)
    return app


def _statuses(app: Flask, path: str) -> list[int]:
    return [app.test_client().get(path, headers={"X-Token": "t"}).status_code for _ in range(3)]


@pytest.mark.parametrize("path", ["/declared", "/asked"])
def test_each_app_asks_its_own_guard(path: str) -> None:
    strict, lenient = make_app(1), make_app(2)
    assert _statuses(strict, path) == [200, 429, 429]
    assert _statuses(lenient, path) == [200, 200, 429]


def test_a_guard_that_is_made_later_may_need_the_body() -> None:
    response = make_app(1).test_client().post("/signed", data=b"{}")
    assert (response.status_code, response.json["detail"]) == (400, "The signature is wrong.")  # type: ignore[index]


def test_what_a_guard_that_is_made_later_is_not_told_it_says_itself() -> None:
    app = make_app(1)
    app.testing = True
    view = guarded(limit)(lambda: "yes")
    app.add_url_rule("/untold", view_func=view, endpoint="untold")
    with pytest.raises(TypeError, match="token"):
        app.test_client().get("/untold")
