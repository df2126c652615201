"""Flask: one call makes an app answer with the problems of a contract, whatever goes wrong."""

from __future__ import annotations

from failwell.exceptions import missing_extra

try:
    import flask as _  # noqa: F401 - everything below needs it
except ImportError as error:
    raise missing_extra("flask", "failwell.flask") from error

from failwell.flask.document import add_problems, openapi
from failwell.flask.guards import admit, guarded
from failwell.flask.install import install
from failwell.flask.requests import body, show_limits
from failwell.flask.routes import operations

__all__ = ["add_problems", "admit", "body", "guarded", "install", "openapi", "operations", "show_limits"]
