"""Failwell: declare an API's errors once; raise them on the server, catch them in the client."""

from __future__ import annotations

from failwell.contract import Contract, NotAProblem, Rendered, UnknownProblem
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
    standard_types,
)
from failwell.exceptions import DeclarationError, FailwellError
from failwell.operations import Operation, raises
from failwell.wire import Dialect, dialects

__all__ = [
    "Catalog",
    "Contract",
    "DeclarationError",
    "Dialect",
    "Example",
    "FailwellError",
    "Lifecycle",
    "Link",
    "Member",
    "NotAProblem",
    "Operation",
    "Problem",
    "ProblemType",
    "Redirect",
    "Rendered",
    "Resolve",
    "Retry",
    "UnknownProblem",
    "dialects",
    "raises",
    "standard_types",
]
