"""An example has an address in it that may be somebody's.

## Why

Examples are published, and mocks send them. Names and numbers are set aside for that, which are nobody's:
hosts below `.example` (RFC 2606), addresses such as 192.0.2.1 (RFC 5737) and 2001:db8::1 (RFC 3849).

## Example

`Example(detail="A code was sent to jane@gmail.com.")`; say `ada@mail.example`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from failwell.check.facts.hosts import host_of, is_public_address, is_reserved, site_of
from failwell.check.facts.occurrences import ExampleText, example_texts
from failwell.check.rule import Fault, rule
from failwell.finding import Severity

_MAIL = re.compile(r"[\w.+-]{1,64}@((?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24})\b")
_LONGEST_ADDRESS = 45


@rule(
    Severity.WARNING,
    each=example_texts,
    area="exposure",
    remedy="use an address that is set aside for examples",
)
def example_looks_personal(text: ExampleText) -> Iterator[Fault]:
    """Addresses of the API itself are its own to show; numbers with dots in a sentence may be versions."""
    found = ""
    if "@" in text.value:
        site = site_of(host_of(text.api.contract.base))
        for mail in _MAIL.finditer(text.value):
            host = mail[1].lower()
            if not is_reserved(host) and site_of(host) != site:
                found = mail[0]
                break
    elif len(text.value) <= _LONGEST_ADDRESS and is_public_address(text.value):
        found = text.value
    if found:
        yield Fault(
            text.record.code,
            "example {example} has the address {address} in its {part}",
            at=text.at,
            example=text.number,
            address=found,
            part=text.part,
        )
