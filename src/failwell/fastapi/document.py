"""The app's OpenAPI document with its problems."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from failwell.contract import Contract
from failwell.fastapi.routes import operations
from failwell.publish.openapi import with_problems


class Document:
    """Makes the document, anew where what it is made of is new."""

    def __init__(self, app: FastAPI, contract: Contract, make: Callable[[], dict[str, Any]]) -> None:
        """Takes what makes the document without problems: FastAPI's method, or the app's own function."""
        self._app, self._contract, self._make = app, contract, make
        self._written: dict[str, Any] = {}

    def __call__(self) -> dict[str, Any]:
        """The document. It is kept where FastAPI keeps it, so that its tools find it."""
        made = self._make()
        if made is not self._written:
            self._written = with_problems(made, self._contract, operations(self._app))
            self._app.openapi_schema = self._written
        return self._written
