"""Problems that reach browsers as a redirection: the code travels in the location."""

from __future__ import annotations

from failwell.declare.catalog import Catalog
from failwell.declare.problem import Problem
from failwell.declare.record import ProblemType, Redirect
from failwell.typing import Headers
from failwell.wire.values import NO_STORE

_GAP = "{code}"


def wants_json(accept: str) -> bool:
    """Whether an `Accept` field asks for JSON by name; `*/*`, as browsers and curl send it, does not."""
    return "json" in accept.lower()


def redirect_headers(record: ProblemType, redirect: Redirect) -> Headers:
    """The header fields that deliver a problem type to a browser."""
    return (("Location", redirect.location.replace(_GAP, record.code)), NO_STORE)


def redirected(catalog: Catalog, location: str) -> type[Problem] | None:
    """The problem type that a location carries; None if it carries none of the catalog's."""
    for record in catalog.records.values():  # not the classes: of a catalog in files few are ever made
        redirect = record.redirect
        if redirect is not None:
            before, _, after = redirect.location.partition(_GAP)
            start = location.find(before)
            rest = location[start + len(before) :]
            for code in record.names:
                if start >= 0 and rest.startswith(code) and _ends(rest[len(code) :], after):
                    return catalog.find(code)
    return None


def _ends(rest: str, after: str) -> bool:
    """Whether the code ends here: by the template, or by the end of a query parameter."""
    return rest.startswith(after) if after else rest[:1] in ("", "&", "#", "/", "?")
