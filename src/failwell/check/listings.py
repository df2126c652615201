"""The operations that an API lists: where one stands in its document, and what makes two the same."""

from __future__ import annotations

import re

from failwell.check.api import Api
from failwell.check.rule import Steps
from failwell.source import ListedOperation

_PARAMETER = re.compile(r"\{[^{}]*\}")


def steps_to(operation: ListedOperation, api: Api) -> Steps:
    """The place of an operation in the document's list."""
    return ("operations", api.operations.index(operation))


def route_of(operation: ListedOperation) -> str:
    """`METHOD /path` without the names of the path's parameters, which clients do not see."""
    return _PARAMETER.sub("{}", str(operation))
