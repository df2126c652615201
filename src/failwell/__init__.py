"""Failwell: declare an API's errors once; raise them on the server, catch them in the client."""

from __future__ import annotations

from failwell.contract import Contract, NotAProblem, UnknownProblem
from failwell.declare import (
    Catalog,
    Example,
    Lifecycle,
    Link,
    Member,
    Problem,
    ProblemType,
    Redirect,
    Resolve,
    Retry,
    Stage,
    standard_types,
)
from failwell.exceptions import DeclarationError
from failwell.operations import raises
from failwell.wire import Dialect, dialects

__all__ = [
    "Catalog",
    "Contract",
    "DeclarationError",
    "Dialect",
    "Example",
    "Lifecycle",
    "Link",
    "Member",
    "NotAProblem",
    "Problem",
    "ProblemType",
    "Redirect",
    "Resolve",
    "Retry",
    "Stage",
    "UnknownProblem",
    "dialects",
    "raises",
    "standard_types",
]
