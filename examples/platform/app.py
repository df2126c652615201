"""The app: a WSGI handler of Django's that brings its own service and its own database to each request."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings as django_settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import ConnectionHandler

from examples.identity.tables import make_schema
from examples.platform import site
from examples.platform.service import SERVICE, Service
from examples.platform.settings import Settings, read_settings


class App:
    """A service of this process. There may be several, each with its own folder, secret and database."""

    def __init__(self, settings: Settings) -> None:
        site.set_up()
        self._service = Service.of(settings)
        django_settings.FAILWELL = {
            "contract": self._service.contract,
            "paths": "/v1/",
        }  # pages stay Django's
        self._handler: Any = WSGIHandler()  # reads it now
        self._databases = ConnectionHandler(settings.django_databases())
        self._make_tables(settings)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answers a request. Django closes the connection when the response is over."""
        connections[DEFAULT_DB_ALIAS] = self._connection()
        environ[SERVICE] = self._service
        return self._handler(environ, start_response)

    def _connection(self) -> Any:
        """A connection to this service's database, for one thread. It opens when it is used."""
        return self._databases.create_connection(DEFAULT_DB_ALIAS)

    def _make_tables(self, settings: Settings) -> None:
        """Makes the tables that are missing. A service that is to be upgraded would have migrations."""
        make_schema(settings.database_url, settings.name)
        before, connection = connections[DEFAULT_DB_ALIAS], self._connection()
        connections[DEFAULT_DB_ALIAS] = connection
        try:
            with connection.schema_editor() as editor:
                if connection.vendor == "postgresql":  # two processes may begin at once
                    editor.execute("SELECT pg_advisory_xact_lock(hashtext('platform'))")
                there = connection.introspection.table_names()
                for model in apps.get_app_config("platform").get_models():
                    if model._meta.db_table not in there:  # noqa: SLF001 - its documented name
                        editor.create_model(model)
        finally:
            connection.close()
            connections[DEFAULT_DB_ALIAS] = before


def create_app(settings: Settings) -> App:
    """Makes the service."""
    return App(settings)


def from_environment() -> App:
    """Makes the service for a WSGI server."""
    return create_app(read_settings())
