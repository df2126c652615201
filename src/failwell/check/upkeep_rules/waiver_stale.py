"""A waiver waives nothing.

## Why

What it was for has been mended, or its subject is spelled otherwise. Left alone it would one day hide a new
finding that nobody has looked at. A waiver for a rule of `diff` is never stale: the change that it is for
is found until it is merged, and the waiver ends on its day.

## Example

A waiver for the subject `plan_unknown` stays in `failwell.toml` after that type got its sunset.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.rule import Fault, rule
from failwell.check.settings import WaiverUse, waiver_uses
from failwell.finding import Severity


@rule(Severity.WARNING, each=waiver_uses, area="waivers", remedy="delete it from failwell.toml")
def waiver_stale(use: WaiverUse) -> Iterator[Fault]:
    """Of those that have not expired: an expired one has a finding of its own."""
    if not use.is_used and use.is_valid:
        yield Fault(
            use.waiver.subject,
            "nothing is found that the waiver of {waived} for {subject!r} is for",
            place=use.place,
            waived=use.waiver.rule,
            subject=use.waiver.subject,
        )
