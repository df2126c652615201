"""The folder with a contract and the command of the command line's tests."""

from __future__ import annotations

from tests.unit.cli.conftest import failwell, folder

__all__ = ["failwell", "folder"]
