"""Serves the reference pages of catalogs at their type URIs, and a mock that answers with every problem.

Needs the extra `serve`.
"""

from __future__ import annotations

from failwell.exceptions import missing_extra

try:
    from failwell.serve.app import serve_app
    from failwell.serve.server import Listener, run
    from failwell.serve.source import Source, open_source
except ImportError as error:
    if (error.name or "").startswith("failwell"):
        raise
    raise missing_extra("serve", "failwell.serve") from error

__all__ = ["Listener", "Source", "open_source", "run", "serve_app"]
