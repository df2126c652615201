"""The catalog has another name.

## Why

Some dialects show it beside the code, as the domain of Google's ErrorInfo (AIP-193), and clients compare
both. Elsewhere it is a name in generated code only.

## Example

The catalog `shop` is called `store` now.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, comparisons
from failwell.check.rule import Fault, rule
from failwell.finding import Severity
from failwell.wire.slots import DOMAIN


@rule(
    Severity.ERROR,
    each=comparisons,
    area="wire",
    profile="wire",
    remedy="keep the name; the title is what people read",
    no_mirror="a change back is a change",
)
def catalog_renamed(comparison: Comparison) -> Iterator[Fault]:
    """The title may change as it likes."""
    before, after = (api.contract for api in (comparison.before, comparison.after))
    if before.catalog.name != after.catalog.name:
        yield Fault(
            "",
            "the catalog is called {after!r} instead of {before!r}",
            at=("name",),
            severity=None if DOMAIN in before.dialect.slots else Severity.INFO,
            before=before.catalog.name,
            after=after.catalog.name,
        )
