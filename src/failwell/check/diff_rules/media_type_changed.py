"""Problems have another media type.

## Why

Clients and gateways tell a problem from another body by it, and some accept nothing else (RFC 9110, section
8.3).

## Example

The media type was `application/problem+json`, and is `application/json`.
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
    remedy="keep the media type",
    no_mirror="a change back is a change",
)
def media_type_changed(comparison: Comparison) -> Iterator[Fault]:
    """That of another dialect comes with the dialect."""
    before, after = (api.contract.dialect for api in (comparison.before, comparison.after))
    has_same_shape = write_shape(before.shape) == write_shape(after.shape)
    if has_same_shape and before.media_type != after.media_type:
        yield Fault(
            "",
            "the media type changed from {before} to {after}",
            at=("dialect", "media_type"),
            before=before.media_type,
            after=after.media_type,
        )
