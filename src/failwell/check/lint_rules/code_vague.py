"""A code says nothing about what happened.

## Why

A client has to branch on it, and a code that stands for anything leaves it the text to guess from. AIP-193
calls for a reason that names the proximate cause, and gives `ERROR` as what not to write.

## Example

`code="unknown_error"` or `code="err_17"`; say `payment_declined`, or let `standard="internal"` stand for what
nobody foresaw.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, types
from failwell.check.facts.names import words_of
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType, Stage
from failwell.finding import Severity

_EMPTY = frozenset((
    "a", "an", "err", "error", "errors", "exception", "exceptions", "fail", "failed", "failure",
    "failures", "general", "generic", "misc", "miscellaneous", "oops", "other", "problem", "problems",
    "something", "undefined", "unexpected", "unhandled", "unknown", "unspecified", "went", "wrong",
))  # fmt: skip
_NUMBERED = _EMPTY | {"e", "code"}


@rule(Severity.WARNING, each=types, area="identity", remedy="name the cause that a client can act on")
def code_vague(record: ProblemType, _: Api) -> Iterator[Fault]:
    """Standard types stand for a status as a whole, and old codes cannot be given back."""
    if record.standard is not None or record.lifecycle.stage in (Stage.DEPRECATED, Stage.REMOVED):
        return
    words = words_of(record.code)
    letters = {word for word in words if not word.isdigit()}
    numbers = [word for word in words if word.isdigit()]
    if any(len(number) == 3 and number[0] in "45" for number in numbers):  # that is code-with-status
        return
    if letters <= (_NUMBERED if numbers else _EMPTY):
        yield Fault(
            record.code, "the code {code!r} says nothing about what happened", at=("code",), code=record.code
        )
