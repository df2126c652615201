"""Two codes say the same in other words.

## Why

Whoever raises one has to guess which, and clients handle one and miss the other. A catalog keeps one word
for one thing: Go's type checker, for instance, refuses codes with `illegal` and `bad` where it says
`invalid`.

## Example

`invalid_token` beside `bad_token`, `order_not_found` beside `unknown_order`, `rate_limited` beside
`too_many_requests`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, catalogs
from failwell.check.facts.meanings import meaning_of
from failwell.check.rule import Fault, rule
from failwell.declare.record import Stage
from failwell.finding import Severity

_ENDING = (Stage.DEPRECATED, Stage.REMOVED)


@rule(
    Severity.WARNING,
    each=catalogs,
    area="identity",
    remedy="keep one of them, and make the other an alias or a deprecated type that it replaces",
)
def code_synonym(api: Api) -> Iterator[Fault]:
    """Types at their end may have been replaced by their synonym."""
    seen: dict[tuple[str, ...], str] = {}
    for code, record in api.own.items():
        if record.lifecycle.stage in _ENDING:
            continue
        other = seen.setdefault(meaning_of(code), code)
        if other != code:
            yield Fault(
                code, "the code {code!r} says the same as {other!r}", at=("code",), code=code, other=other
            )
