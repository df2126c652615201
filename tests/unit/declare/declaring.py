"""Declares problem types from plain data, so that tests can list them in tables, wrong ones included."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any, cast

from failwell import Catalog, Problem


def catalog() -> Catalog:
    return Catalog("drops", base="https://errors.drops.example/")


def declare(
    members: Mapping[str, Any] | None = None,
    defaults: Mapping[str, Any] | None = None,
    bases: tuple[type, ...] = (Problem,),
    **words: Any,
) -> Any:
    """A class `Sample` with these members; the other words it needs are given unless said."""
    given = {"catalog": catalog(), "code": "sample", "status": 404, "title": "Sample", **words}
    said = {word: value for word, value in given.items() if value is not ...}
    body = {"__annotations__": dict(members or {}), "__module__": __name__, **(defaults or {})}
    return types.new_class("Sample", bases, said, lambda namespace: namespace.update(body))


def abstract(
    members: Mapping[str, Any] | None = None, bases: tuple[type, ...] = (Problem,), **words: Any
) -> type[Problem]:
    """An abstract base with these words only."""
    body = {"__annotations__": dict(members or {}), "__module__": __name__}
    made = types.new_class("Shared", bases, {"abstract": True, **words}, lambda ns: ns.update(body))
    return cast("type[Problem]", made)
