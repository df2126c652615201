"""A code repeats an HTTP status.

## Why

The status is on the response already, and it may change or come to be one of several while the code has to
stay (RFC 9457, section 3.1.2: the status is advisory). A code says what the status cannot.

## Example

`code="error_404"`, `code="http_500"`; say `order_not_found`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, types
from failwell.check.facts.names import words_of
from failwell.check.rule import Fault, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity

_NAMED = frozenset({"http", "status", "error", "err", "code", "e"})


@rule(Severity.WARNING, each=types, area="identity", remedy="name what happened in place of the number")
def code_with_status(record: ProblemType, _: Api) -> Iterator[Fault]:
    """A number is a status where it is one of the type's, or where the word before it says so."""
    before = ""
    for word in words_of(record.code):
        is_status = len(word) == 3 and word.isascii() and word.isdigit() and word[0] in "45"
        if is_status and (before in _NAMED or int(word) in record.statuses):
            yield Fault(record.code, "the code repeats the status {status}", at=("code",), status=int(word))
            return
        before = word
