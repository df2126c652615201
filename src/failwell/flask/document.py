"""OpenAPI documents with the app's problems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask

from failwell.contract import Contract
from failwell.flask.routes import operations
from failwell.publish.openapi import to_openapi, with_problems


def openapi(app: Flask, contract: Contract, *, title: str, version: str) -> Mapping[str, Any]:
    """An OpenAPI 3.1 document of the app's operations with their problems."""
    return to_openapi(contract, operations(app), title=title, version=version)


def add_problems(spec: Any, app: Flask, contract: Contract) -> None:
    """Has an apispec document show the problems of its operations, whoever asks for it.

    Args:
        spec: an `apispec.APISpec`, as flask-smorest has one in `api.spec`.
        app: whose operations they are.
        contract: what the problems look like.
    """
    to_dict = spec.to_dict
    spec.to_dict = lambda: with_problems(to_dict(), contract, operations(app))
