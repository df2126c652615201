"""Litestar: one plugin makes an app answer with the problems of a contract, whatever goes wrong."""

from __future__ import annotations

from failwell.exceptions import missing_extra

try:
    import litestar as _  # noqa: F401 - everything below needs it
except ImportError as error:
    raise missing_extra("litestar", "failwell.litestar") from error

from failwell.litestar.guards import admit, guarded
from failwell.litestar.plugin import Plugin
from failwell.litestar.requests import body, show_limits
from failwell.litestar.routes import operations

__all__ = ["Plugin", "admit", "body", "guarded", "operations", "show_limits"]
