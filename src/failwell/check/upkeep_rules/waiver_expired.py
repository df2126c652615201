"""A waiver has expired.

## Why

A waiver is a promise to look again. Once its day has come it waives nothing, and what it was for is reported.

## Example

`expires = 2026-06-30` is read on the first of July.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.rule import Fault, rule
from failwell.check.settings import WaiverUse, waiver_uses
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=waiver_uses,
    area="waivers",
    remedy="mend what it was for and delete it, or look again and give it another day",
)
def waiver_expired(use: WaiverUse) -> Iterator[Fault]:
    """Whether something is found or not: it has to go either way."""
    if not use.is_valid:
        yield Fault(
            use.waiver.subject,
            "the waiver of {waived} for {subject!r} expired on {expires}",
            place=use.place,
            waived=use.waiver.rule,
            subject=use.waiver.subject,
            expires=str(use.waiver.expires),
        )
