"""What an exception means at the edge: a problem to answer with, and whether nobody foresaw it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from traceback import format_exception
from typing import cast

from failwell.answers import Answered, Refused
from failwell.contract import Contract
from failwell.declare import Problem
from failwell.edge.refusal import refused_problem

Translate = Callable[[Exception], Problem | None]
"""A framework's own errors as problems; None for what is not one of them."""

Verdict = tuple[Problem, bool]
"""What to answer with, and whether nobody foresaw the failure, so that it is to be reported."""


def first_of(*translations: Translate | None) -> Translate:
    """Asks several in turn: the first problem counts. One that fails knows none, which is logged."""
    asked = [translate for translate in translations if translate is not None]

    def translate(error: Exception) -> Problem | None:
        for one in asked:
            try:
                problem = one(error)
            except Exception as failure:  # noqa: BLE001 - code of others: it must not hide what it is asked about
                log_failure("an exception could not be translated into a problem", failure)
            else:
                if problem is not None:
                    return problem
        return None

    return translate


def judge(error: Exception, contract: Contract, translate: Translate) -> Verdict:
    """Tells how to answer an exception.

    A problem of another contract, or one that came from another server without being of this catalog, is
    that other API's business: here it is a failure that nobody foresaw. So is an exception whose translation
    fails: the first failure must not be hidden by another.

    A group that holds nothing but problems is answered with the first of them: task groups wrap what their
    tasks raise. In any other, the failure that nobody foresaw counts.

    A refusal is answered with the contract's own type, unless it is translated. An answer is none of this:
    nobody has to hear of it, and the problem is that of a place where it cannot be given.
    """
    if isinstance(error, Problem) and contract.owns(error):
        return error, False
    if isinstance(error, Answered):
        return contract.problem_for("internal"), False
    first: Problem | None = None
    for leaf in _leaves(error):
        problem = _translated(leaf, contract, translate)
        if problem is None:
            return contract.problem_for("internal"), True
        first = first or problem
    return first or contract.problem_for("internal"), first is None


def _translated(error: Exception, contract: Contract, translate: Translate) -> Problem | None:
    problem: object = error if isinstance(error, Problem) else translate(error)
    if problem is None and isinstance(error, Refused):
        problem = refused_problem(contract, error)
    return problem if isinstance(problem, Problem) and contract.owns(problem) else None


def _leaves(error: Exception) -> Iterator[Exception]:
    """What a group holds, however deep, in order."""
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if isinstance(one, ExceptionGroup):
            waiting.extend(reversed(cast("ExceptionGroup[Exception]", one).exceptions))
        else:
            yield one


def note_request(error: Exception, request_id: str) -> None:
    """Writes the request id under the error's message, so that whoever logs the traceback logs the id too."""
    note = f"Request id: {request_id}"
    with suppress(Exception):  # an odd exception class must not hide the error that it reports
        if note not in getattr(error, "__notes__", ()):  # several seams may have seen it
            error.add_note(note)


def forget_traceback(error: Exception) -> None:
    """Takes the traceback off an answered error: an instance that is raised again would collect frames."""
    try:  # noqa: SIM105 - `suppress` costs as much as a tenth of the answer
        error.__traceback__ = None
    except Exception:  # noqa: BLE001, S110 - there are exceptions that cannot be altered
        pass


def log_unhandled(error: Exception, request_id: str) -> None:
    """Logs the traceback of an unhandled error with the request id."""
    log_failure(f"unhandled error, request id {request_id}", error)


def log_failure(what: str, error: Exception) -> None:
    """Logs that something went wrong, with the traceback. An error that cannot be shown is named."""
    import logging  # noqa: PLC0415 - needed only when something is wrong

    logger = logging.getLogger("failwell")
    try:
        format_exception(error)
    except Exception:  # noqa: BLE001 - its texts are code of others
        logger.error("%s: %s, which cannot be shown", what, type(error).__qualname__)  # noqa: TRY400
    else:
        logger.error("%s", what, exc_info=error)
