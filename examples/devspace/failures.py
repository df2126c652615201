"""What fails on our side: logged with the request's id, and answered by a code that tells nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from logging import Logger

from flask import current_app, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from examples.devspace.drafts import GenerationError
from examples.devspace.errors import AiFailed, CreateFailed, DeleteFailed, QueryFailed, UpdateFailed
from failwell import Problem
from failwell.edge import current_exchange
from failwell.operations import raised_by

BY_VERB: dict[str, type[Problem]] = {
    "SELECT": QueryFailed,
    "INSERT": CreateFailed,
    "UPDATE": UpdateFailed,
    "DELETE": DeleteFailed,
}
"""By what the statement was to do; whatever else it is, nothing was read."""


def translation(log: Logger) -> Callable[[Exception], Problem | None]:
    """What `failwell.flask.install` asks about exceptions."""

    def translate(error: Exception) -> Problem | None:
        kind = _kind_of(error)
        if kind is None:
            return None
        exchange = current_exchange.get()
        log.error("%s, request id %s", kind.__name__, exchange and exchange.request_id, exc_info=error)
        return kind()

    return translate


def _kind_of(error: Exception) -> type[Problem] | None:
    if isinstance(error, GenerationError):
        return AiFailed
    if isinstance(error, DBAPIError) and error.statement:
        return BY_VERB.get(error.statement.split(maxsplit=1)[0], QueryFailed)
    return _wanted() if isinstance(error, DBAPIError | NoConnection) else None


def _wanted() -> type[Problem]:
    """By what the route declares, where there was no statement: a commit that failed, or no connection."""
    declared = raised_by(current_app.view_functions.get(request.endpoint or ""))
    return next(
        (kind for kind in (CreateFailed, UpdateFailed, DeleteFailed) if kind in declared), QueryFailed
    )
