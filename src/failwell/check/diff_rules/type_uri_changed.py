"""The type URIs of the catalog have changed.

## Why

A type URI is an identifier that clients compare as a text (RFC 9457, section 3.1.1). With another base
every type has another one. Where the dialect does not show it, only the addresses of the pages change.

## Example

The base was `https://errors.shop.example/`, and is `https://docs.shop.example/errors/`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, comparisons
from failwell.check.rule import Fault, rule
from failwell.finding import Severity
from failwell.wire.slots import TYPE


@rule(
    Severity.ERROR,
    each=comparisons,
    area="wire",
    profile="wire",
    remedy="keep the base, and let its addresses lead to where the pages are now",
    no_mirror="a change back is a change",
)
def type_uri_changed(comparison: Comparison) -> Iterator[Fault]:
    """One change, however many types there are."""
    before, after = (api.contract for api in (comparison.before, comparison.after))
    if before.base != after.base:
        is_shown = TYPE in before.dialect.slots
        yield Fault(
            "",
            "type URIs begin with {after} instead of {before}",
            at=("base",),
            severity=None if is_shown else Severity.WARNING,
            before=before.base,
            after=after.base,
        )
