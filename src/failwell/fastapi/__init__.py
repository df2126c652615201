"""FastAPI: one call makes an app, and its OpenAPI document, answer with the problems of a contract.

It stands on `failwell.starlette` and adds what FastAPI has beyond it: validation, dependencies, included
routers, body limits, refused WebSockets, and the document.
"""

from __future__ import annotations

from failwell.exceptions import missing_extra

try:
    import fastapi as _  # noqa: F401 - everything below needs it
except ImportError as error:
    raise missing_extra("fastapi", "failwell.fastapi") from error

from failwell.fastapi.checks import ChecksFirstRoute
from failwell.fastapi.guards import guarded
from failwell.fastapi.install import install
from failwell.fastapi.routes import operations
from failwell.starlette import admit, body, show_limits

__all__ = ["ChecksFirstRoute", "admit", "body", "guarded", "install", "operations", "show_limits"]
