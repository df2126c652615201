"""A code is written in another style than the other codes of the catalog.

## Why

Codes are typed from memory, compared as texts, and turned into names of classes and constants. One style
leaves nothing to remember; AIP-193, for instance, asks for a single one.

## Example

`out_of_stock`, `quota_exceeded` and `paymentDeclined`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from failwell.check.api import Api, catalogs
from failwell.check.facts.live_types import is_live
from failwell.check.facts.names import style_of
from failwell.check.rule import Fault, rule
from failwell.finding import Severity


@rule(
    Severity.WARNING,
    each=catalogs,
    area="identity",
    remedy="rename it, and keep the code that clients know as the former one",
)
def code_naming_mixed(api: Api) -> Iterator[Fault]:
    """The style of most codes is the catalog's; a code of one word has none."""
    styles = {
        code: style for code, record in api.own.items() if is_live(record) and (style := style_of(code))
    }
    counted = Counter(style for style in styles.values() if style != "mixed").most_common(1)
    usual = counted[0][0] if counted else ""
    for code, style in styles.items():
        if style == "mixed":
            yield Fault(code, "the code {code!r} mixes styles in itself", at=("code",), code=code)
        elif style != usual:
            yield Fault(
                code,
                "the code {code!r} is in {style}, and most others are in {usual}",
                at=("code",),
                code=code,
                style=style,
                usual=usual,
            )
