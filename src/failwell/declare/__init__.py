"""What an API's errors are: problem types, their records, and the catalog that holds them."""

from __future__ import annotations

from failwell.declare.annotations import Member
from failwell.declare.catalog import Catalog
from failwell.declare.declaration import retry_for_status
from failwell.declare.problem import Problem
from failwell.declare.record import (
    Example,
    Exposure,
    HeaderRule,
    Lifecycle,
    Link,
    MemberType,
    ProblemType,
    Redirect,
    Resolve,
    Retry,
    Stage,
    Standard,
    Translation,
)
from failwell.declare.standard import standard_types

__all__ = [
    "Catalog",
    "Example",
    "Exposure",
    "HeaderRule",
    "Lifecycle",
    "Link",
    "Member",
    "MemberType",
    "Problem",
    "ProblemType",
    "Redirect",
    "Resolve",
    "Retry",
    "Stage",
    "Standard",
    "Translation",
    "retry_for_status",
    "standard_types",
]
