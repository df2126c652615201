"""Descriptions of errors that frameworks write themselves, recognised by the shape of their schemas.

They describe what the framework would answer, which it does not once the contract answers.
"""

from __future__ import annotations

from typing import NamedTuple

from failwell.publish.openapi.components import Json, Tree
from failwell.publish.openapi.routes import Route


class _Form(NamedTuple):
    """A schema that a framework writes.

    Attributes:
        properties: the names of its properties, all of them.
        title: its title; None where it says none that could be relied on.
        reports: title or description of the variety that describes invalid input; None where all do.
    """

    properties: frozenset[str]
    title: str | None
    reports: str | None


_FORMS = (
    _Form(frozenset({"detail"}), "HTTPValidationError", None),  # FastAPI
    _Form(frozenset({"status_code", "detail", "extra"}), None, "Validation Exception"),  # Litestar
    _Form(frozenset({"code", "status", "message", "errors"}), "Error", None),  # flask-smorest
)


def strip_generated(route: Route, tree: Tree) -> list[int]:
    """Removes the descriptions of errors that a framework generated, from one operation.

    Returns:
        The statuses of those that were not about invalid input: a raised exception of the framework's, for
        which the type that stands for the status is answered now.
    """
    statuses: list[int] = []
    for status, given in list(route.responses.items()):
        contents: Json = tree.look_up(given).get("content", {})
        schemas = [option for part in contents.values() for option in tree.options(part.get("schema"))]
        reported = [_reports_input(schema, status) for schema in schemas]
        if not status.startswith("2") and reported and None not in reported:
            del route.responses[status]
            if False in reported and status.isdigit():
                statuses.append(int(status))
    return statuses


def _reports_input(schema: Json, status: str) -> bool | None:
    """Whether a generated schema describes invalid input; None if it is not a generated one."""
    for form in _FORMS:
        same_title = form.title is None or schema.get("title", form.title) == form.title
        if schema.get("properties", {}).keys() == form.properties and same_title:
            if form.reports is None:
                return status == "422"
            return schema.get("description") == form.reports
    return None
