"""A URL that clients follow is not encrypted.

## Why

People and programs follow these addresses out of an error. Over plain HTTP anybody on the way can read what
they ask for and answer in your name (RFC 9110, section 4.2.2). A type URI is compared as a text, so that it
cannot be mended later without changing the identity of every type.

## Example

`base="http://errors.shop.example/"`, `Resolve(url="http://shop.example/billing", …)`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failwell.check.api import Api, catalogs
from failwell.check.facts.hosts import host_of, is_loopback
from failwell.check.rule import Fault, Steps, rule
from failwell.declare.record import ProblemType
from failwell.finding import Severity


@rule(Severity.WARNING, each=catalogs, area="identity", remedy="write https")
def url_insecure(api: Api) -> Iterator[Fault]:
    """Addresses of the machine itself never leave it."""
    base = api.contract.base
    if _is_insecure(base):
        yield Fault("", "type URIs begin with {url!r}, which is not encrypted", at=("base",), url=base)
    for code, record in api.own.items():
        for url, at in _urls(record):
            if _is_insecure(url):
                yield Fault(code, "{url!r} is not encrypted", at=at, url=url)


def _urls(record: ProblemType) -> Iterator[tuple[str, Steps]]:
    if record.resolve is not None:
        yield record.resolve.url, ("resolve", "url")
        yield record.resolve.endpoint, ("resolve", "endpoint")
    for number, link in enumerate(record.links):
        yield link.url, ("links", number, "url")


def _is_insecure(url: str) -> bool:
    return url[:7].lower() == "http://" and not is_loopback(host_of(url))
