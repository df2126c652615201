"""Guards on Flask: decorators on views, asynchronous ones too, and on a class of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Flask, Response, request
from flask.views import MethodView

import failwell.flask
from failwell import raises
from failwell.flask import guarded
from tests.frameworks.flask_app import allow_the_shop
from tests.frameworks.guard_parts import LONG, PARTS, Guards, speak
from tests.frameworks.shop import OutOfStock, SlowDown, contract, odd_error

INTERFACE = "wsgi"


def token_of(request: Any) -> str | None:
    token: str | None = request.headers.get("x-token")
    return token


def make_app(guards: Guards) -> Flask:  # noqa: C901 - one view for each thing that is asked
    app = Flask("guarded", static_folder=None)

    def on(path: str) -> Any:
        return app.route(path, methods=["GET", "POST"])

    @on("/limited")
    @raises(SlowDown)
    @guarded(guards.limit, token=token_of)
    def limited() -> str:
        """Says yes."""
        return "yes"

    @on("/own")
    @guarded(guards.own, ip=lambda request: request.headers["x-token"], org="o")
    async def own() -> str:
        return "yes"

    @on("/copy")
    @guarded(guards.copy)
    def copy() -> str:
        return "fresh"

    @on("/kept")
    @guarded(guards.archive)
    def kept() -> Response:
        return Response("done", 201, {"X-Own": "kept"}, content_type="text/plain")

    @on("/kept_long")
    @guarded(guards.archive)
    def kept_long() -> str:
        return "x" * LONG

    @on("/kept_stream")
    @guarded(guards.archive)
    def kept_stream() -> Response:
        return Response(iter(PARTS), content_type="text/plain")

    @on("/kept_events")
    @guarded(guards.archive)
    def kept_events() -> Response:
        return Response(iter(PARTS), content_type="text/event-stream")

    def breaking() -> Iterator[bytes]:
        yield PARTS[0]
        raise odd_error()

    @on("/kept_late")
    @guarded(guards.archive)
    @guarded(guards.room)
    def kept_late() -> Response:
        return Response(breaking())

    @on("/kept_problem")
    @guarded(guards.archive)
    def kept_problem() -> str:
        raise OutOfStock("Gone.", article="tea", left=0)

    @on("/kept_closed")
    @guarded(guards.archive)
    @guarded(guards.closed)
    def kept_closed() -> str:
        return "open"

    @on("/held")
    @guarded(guards.room)
    def held() -> str:
        return guards.room.seen_inside()

    @on("/held_stream")
    @guarded(guards.room)
    def held_stream() -> Response:
        return Response(str(guards.room.inside).encode() for _ in PARTS)

    @on("/held_late")
    @guarded(guards.room)
    def held_late() -> Response:
        return Response(breaking())

    @on("/held_unhandled")
    @guarded(guards.room)
    def held_unhandled() -> str:
        raise odd_error()

    @on("/held_problem")
    @guarded(guards.room)
    def held_problem() -> str:
        raise OutOfStock("Gone.", article="tea", left=0)

    @on("/signed")
    @guarded(guards.signature, max_bytes=100)
    def signed() -> bytes:
        return request.get_data()

    @on("/ordered")
    @guarded(guards.notes, n=1)
    @guarded(guards.notes, n=2, token=token_of)
    def ordered() -> str:
        return "yes"

    @on("/where/<path:rest>")
    @guarded(guards.where)
    def where(rest: str) -> str:
        return "here"

    @on("/by_hand")
    def by_hand() -> str:
        failwell.flask.admit(guards.room)
        failwell.flask.admit(guards.limit, token="t")
        return "yes"

    @guarded(guards.limit, token=token_of)
    class Classy(MethodView):
        @raises(OutOfStock)
        def get(self) -> str:
            """One of a class."""
            return "yes"

    app.add_url_rule("/classy", view_func=Classy.as_view("classy"))
    app.before_request(lambda: speak(request.query_string.decode()))
    app.after_request(allow_the_shop)
    failwell.flask.install(app, contract)
    return app
