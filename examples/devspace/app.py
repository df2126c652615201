"""The app: made from settings, with all its state on it."""

from __future__ import annotations

import logging
import weakref
from pathlib import Path

from flask import Flask, Response

import failwell.flask
from examples.devspace.api import make_api
from examples.devspace.database import Record
from examples.devspace.drills import drill
from examples.devspace.entrance import entrance
from examples.devspace.errors import contract, devspace
from examples.devspace.failures import translation
from examples.devspace.guards import make_guards
from examples.devspace.product import product
from examples.devspace.service import Service, answer, watch
from examples.devspace.settings import Settings, read_settings
from examples.identity.tables import Database
from failwell.source.locale import read_locales

read_locales(devspace, Path(__file__).parent / "errors" / "locales")


def create_app(settings: Settings) -> Flask:
    """Makes the service. Its log is a file in its folder."""
    app = Flask(__name__, static_folder=None)
    log = app.logger = _open_log(app, settings)  # pyright: ignore[reportAttributeAccessIssue]
    guards, here = make_guards(settings, log), contract.at(settings.errors_base)
    app.extensions["devspace"] = Service(settings, _open_database(app, settings), guards)
    app.register_blueprint(entrance)
    app.register_blueprint(product)
    app.register_blueprint(make_api(guards))
    watch(app, guards)

    @app.get("/openapi.json")
    def openapi() -> Response:
        """This service, for programs."""
        return answer(failwell.flask.openapi(app, here, title="Devspace", version="1"))

    failwell.flask.install(app, here, translate=translation(log))
    return app


def _open_database(app: Flask, settings: Settings) -> Database:
    """Opens the database, until nobody has the app any more."""
    database = Database(settings.database_url, Record.metadata, settings.name)
    database.engine.hide_parameters = True  # they are what people have written, and the log is not the place
    if settings.drills:
        drill(database.engine, settings.folder)
    weakref.finalize(app, database.close)
    return database


def _open_log(app: Flask, settings: Settings) -> logging.Logger:
    """A log of the app's own: there may be several apps in a process."""
    log = logging.Logger("devspace")  # noqa: LOG001 - it is no one else's
    handler = logging.FileHandler(settings.folder / "devspace.log", encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
    weakref.finalize(app, handler.close)
    return log


def from_environment() -> Flask:
    """Makes the service for `flask --app examples.devspace.app:from_environment run`."""
    return create_app(read_settings())
