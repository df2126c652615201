"""Where an API's operations are listed: in its document, if that has a list of them."""

from __future__ import annotations

from failwell.check.api import Api
from failwell.check.rule import Steps
from failwell.source import ListedOperation


def steps_to(operation: ListedOperation, api: Api) -> Steps:
    """The place of an operation in the document's list."""
    return ("operations", api.operations.index(operation))
