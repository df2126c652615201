"""A 401 asks for credentials in another way.

## Why

Clients choose how to log in by the scheme of `WWW-Authenticate` (RFC 9110, section 11.6.1). Another scheme
is an error; other parameters of the same one are a warning.

## Example

The challenge was `Bearer`, and is `Basic realm=shop`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, comparisons
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.ERROR,
    each=comparisons,
    area="wire",
    profile="wire",
    remedy="keep the scheme, or offer both",
    no_mirror="a change back is a change",
)
def challenge_changed(comparison: Comparison) -> Iterator[Fault]:
    """Of types that declare none themselves."""
    before, after = (api.contract.policy.challenge for api in (comparison.before, comparison.after))
    if before != after:
        has_same_scheme = before.partition(" ")[0].lower() == after.partition(" ")[0].lower()
        yield Fault(
            "",
            "the challenge of a 401 changed from {before!r} to {after!r}",
            at=("policy", "challenge"),
            severity=Severity.WARNING if has_same_scheme else None,
            before=before,
            after=after,
        )
