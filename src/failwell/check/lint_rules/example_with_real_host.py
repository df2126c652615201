"""An example names a host that may be somebody's.

## Why

People try examples, and mocks send them. A name that is somebody's gets that traffic, and one that is
nobody's yet can be bought; names below `.example` never lead anywhere (RFC 2606; RFC 6761, section 6.5).

## Example

`"source_url": "https://cdn.mysite.com/logo.svg"`; say `https://cdn.example/logo.svg`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from failwell.check.facts.hosts import host_of, is_reserved, site_of
from failwell.check.facts.occurrences import ExampleText, example_texts
from failwell.check.rule import Fault, rule
from failwell.finding import Severity

_URL = re.compile(r"\bhttps?://[^\s\"'<>]{1,500}")


@rule(Severity.INFO, each=example_texts, area="exposure", remedy="use a host below .example")
def example_with_real_host(text: ExampleText) -> Iterator[Fault]:
    """Hosts that the declaration itself leads to are known, and meant."""
    if "://" not in text.value:
        return
    known = {site_of(host) for host in _known_hosts(text)}
    for url in _URL.findall(text.value):
        host = host_of(url)
        if (
            "." in host
            and any(map(str.isalpha, host))
            and not is_reserved(host)
            and site_of(host) not in known
        ):
            yield Fault(
                text.record.code,
                "example {example} names the host {host} in its {part}",
                at=text.at,
                example=text.number,
                host=host,
                part=text.part,
            )
            return


def _known_hosts(text: ExampleText) -> Iterator[str]:
    record = text.record
    yield host_of(text.api.contract.base)
    yield from (host_of(link.url) for link in record.links)
    if record.resolve is not None:
        yield host_of(record.resolve.url)
        yield host_of(record.resolve.endpoint)
