"""Standard types for the conditions that a contract has no code for: they fill the gaps, and give way.

The texts follow the meaning of the statuses in RFC 9110, section 15, and RFC 6585.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any, ClassVar, Literal, NamedTuple

from failwell.declare.catalog import Catalog
from failwell.declare.problem import Problem, revive
from failwell.declare.record import Standard
from failwell.typing import InputFailure

Naming = Literal["snake_case", "kebab-case"]


class _Row(NamedTuple):
    condition: Standard
    title: str
    suggestion: str
    prose: str
    headers: Mapping[str, str] = {}


_TABLE = (
    _Row(400, "Bad request", "Correct the request.", "The request could not be understood."),
    _Row(401, "Unauthorized", "Send valid credentials.", "The request carries no valid credentials."),
    _Row(403, "Forbidden", "Use credentials that permit this.", "The credentials do not permit the request."),
    _Row(404, "Not found", "Check the address.", "There is nothing at this address, or nothing you may see."),
    _Row(
        405,
        "Method not allowed",
        "Use one of the methods in the Allow header.",
        "The resource does not have this method.",
        {"Allow": ""},
    ),
    _Row(
        406,
        "Not acceptable",
        "Accept one of the media types the API offers.",
        "The resource has no representation that the request accepts.",
    ),
    _Row(
        409,
        "Conflict",
        "Read the current state, then repeat.",
        "The request does not fit the current state of the resource.",
    ),
    _Row(410, "Gone", "Stop using this address.", "The resource was here and will not come back."),
    _Row(
        412,
        "Precondition failed",
        "Read the resource again and repeat with its new validator.",
        "A precondition of the request does not hold.",
    ),
    _Row(413, "Content too large", "Send less.", "The request's content is larger than the API takes."),
    _Row(
        415,
        "Unsupported media type",
        "Send one of the media types the API takes.",
        "The request's content has a media type that the API does not take.",
    ),
    _Row(
        422,
        "Unprocessable content",
        "Correct the fields that are named.",
        "The request's content has the right form, but its values do not fit.",
    ),
    _Row(
        428,
        "Precondition required",
        "Send If-Match with the resource's current validator.",
        "The request has to be conditional.",
    ),
    _Row(
        429,
        "Too many requests",
        "Wait as long as Retry-After says.",
        "The caller sent too many requests in a given time.",
    ),
    _Row(
        500,
        "Internal server error",
        "Repeat later; if it stays, report the request id.",
        "The server failed.",
    ),
    _Row(502, "Bad gateway", "Repeat later.", "A server behind this one gave no usable answer."),
    _Row(503, "Service unavailable", "Repeat later.", "The service cannot answer for the moment."),
    _Row(504, "Gateway timeout", "Repeat later.", "A server behind this one did not answer in time."),
    _Row(
        "internal",
        "Internal error",
        "Repeat later; if it stays, report the request id.",
        "The server failed in a way that nobody foresaw.",
    ),
)


class StandardProblem(Problem, abstract=True):
    """Base of standard types. They are made per catalog, so they pickle as catalog and condition."""

    _fills_gap: ClassVar[bool] = True
    catalog: ClassVar[Catalog]

    def __reduce__(self) -> tuple[Any, ...]:
        return _revive_standard, (self.catalog, self.problem_type.standard, self.__dict__)


class InvalidInput(StandardProblem, abstract=True):
    """Base of the standard type for 422, which says what is wrong with the input, failure by failure."""

    errors: list[InputFailure] | None = None


def standard_types(catalog: Catalog, *, naming: Naming = "snake_case") -> Mapping[Standard, type[Problem]]:
    """Fills a catalog's gaps with standard types: one per status that HTTP APIs meet, and `internal`.

    A type of the catalog's own that says `standard=404` takes the place of the standard one, whether it is
    declared before or after this call. One that only has its code does so too, and 404 is without a type.

    Args:
        catalog: the catalog to fill.
        naming: how the contract writes its codes: `not_found` or `not-found`.

    Returns:
        What stands for which condition now: `standard[404]`, `standard["internal"]`.
    """
    for row in _TABLE:
        code = row.title.lower().replace(" ", "_" if naming == "snake_case" else "-")
        code = "internal" if row.condition == "internal" else code
        if catalog.standing_for(row.condition) is None and catalog.find(code) is None:
            _declare(catalog, row, code)
    return catalog.standard


def _declare(catalog: Catalog, row: _Row, code: str) -> None:
    words = {
        "catalog": catalog,
        "code": code,
        "status": 500 if row.condition == "internal" else row.condition,
        "title": row.title,
        "category": "Standard",
        "suggestion": row.suggestion,
        "prose": row.prose,
        "headers": row.headers,
        "standard": row.condition,
    }
    base = InvalidInput if row.condition == 422 else StandardProblem
    types.new_class(
        row.title.title().replace(" ", ""),
        (base,),
        words,
        lambda namespace: namespace.update(__module__=__name__, catalog=catalog),
    )


def _revive_standard(catalog: Catalog, condition: Standard, state: Mapping[str, Any]) -> Problem:
    return revive(catalog.standard[condition], state)
