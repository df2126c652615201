"""Runs the service alone, at http://127.0.0.1:8000: `PLATFORM_SECRET=… python -m examples.platform`."""

from __future__ import annotations

from werkzeug.serving import run_simple

from examples.platform.app import from_environment

run_simple("127.0.0.1", 8000, from_environment(), threaded=True)
