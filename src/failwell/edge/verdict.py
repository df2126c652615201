"""What an exception means at the edge: a problem to answer with, and whether nobody foresaw it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import cast

from failwell.contract import Contract
from failwell.declare import Problem

Translate = Callable[[Exception], Problem | None]
"""A framework's own errors as problems; None for what is not one of them."""

Verdict = tuple[Problem, bool]
"""What to answer with, and whether nobody foresaw the failure, so that it is to be reported."""


def first_of(*translations: Translate | None) -> Translate:
    """Asks several in turn: the first problem counts."""
    asked = [translate for translate in translations if translate is not None]

    def translate(error: Exception) -> Problem | None:
        for one in asked:
            problem = one(error)
            if problem is not None:
                return problem
        return None

    return asked[0] if len(asked) == 1 else translate


def judge(error: Exception, contract: Contract, translate: Translate) -> Verdict:
    """Tells how to answer an exception.

    A problem of another contract, or one that came from another server without being of this catalog, is
    that other API's business: here it is a failure that nobody foresaw.

    A group that holds nothing but problems is answered with the first of them: task groups wrap what their
    tasks raise. In any other, the failure that nobody foresaw counts.
    """
    if isinstance(error, Problem) and contract.owns(error):
        return error, False
    problems = [_translated(leaf, contract, translate) for leaf in _leaves(error)]
    first = problems[0]
    if first is not None and None not in problems:
        return first, False
    return contract.problem_for("internal"), True


def _translated(error: Exception, contract: Contract, translate: Translate) -> Problem | None:
    if isinstance(error, Problem):
        return error if contract.owns(error) else None
    return translate(error)


def _leaves(error: Exception) -> Iterator[Exception]:
    if isinstance(error, ExceptionGroup):
        for inner in cast("ExceptionGroup[Exception]", error).exceptions:
            yield from _leaves(inner)
    else:
        yield error


def note_request(error: Exception, request_id: str) -> None:
    """Writes the request id under the error's message, so that whoever logs the traceback logs the id too."""
    note = f"Request id: {request_id}"
    with suppress(Exception):  # an odd exception class must not hide the error that it reports
        if note not in getattr(error, "__notes__", ()):  # several seams may have seen it
            error.add_note(note)


def log_unhandled(error: Exception, request_id: str) -> None:
    """Logs the traceback of an unhandled error with the request id."""
    import logging  # noqa: PLC0415 - needed only when something is wrong

    logging.getLogger("failwell").error("unhandled error, request id %s", request_id, exc_info=error)
