"""Problems look different on the wire.

## Why

Each client reads each problem by this shape. It is one change, however many types there are; the media type
and the headers for rate limits come with it.

## Example

The dialect was `flat`, and is `problem`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.comparison import Comparison, comparisons
from failwell.check.rule import Fault, rule
from failwell.finding import Severity
from failwell.wire.literal import write_shape


@rule(
    Severity.ERROR,
    each=comparisons,
    area="wire",
    profile="wire",
    remedy="serve the new dialect under a new version of the API, and the old one as before",
    no_mirror="a change back is a change",
)
def dialect_changed(comparison: Comparison) -> Iterator[Fault]:
    """Another name for the same shape is none."""
    before, after = (api.contract.dialect for api in (comparison.before, comparison.after))
    if write_shape(before.shape) != write_shape(after.shape):
        yield Fault(
            "",
            "the dialect changed from {before!r} to {after!r}",
            at=("dialect",),
            before=before.name,
            after=after.name,
        )
