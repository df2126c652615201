"""Starlette: one call makes an app answer with the problems of a contract, whatever goes wrong."""

from __future__ import annotations

from failwell.exceptions import missing_extra

try:
    import starlette as _  # noqa: F401 - everything below needs it
except ImportError as error:
    raise missing_extra("starlette", "failwell.starlette") from error

from failwell.starlette.guards import admit, guarded
from failwell.starlette.install import install
from failwell.starlette.requests import body, show_limits
from failwell.starlette.routes import openapi, operations

__all__ = ["admit", "body", "guarded", "install", "openapi", "operations", "show_limits"]
