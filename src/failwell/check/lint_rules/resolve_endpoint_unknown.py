"""The call that resolves a problem is none of the API's operations.

## Why

Programs and agents follow `resolve` without a person in between; an address that does not exist leaves them
with a second error. Asked only where the operations are known; addresses with a host are another API's.

## Example

`Resolve(action="upgrade_plan", method="POST", endpoint="/v1/plans")`, and the app has `PUT /v1/plan`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from failwell.check.api import Api, catalogs
from failwell.check.facts.live_types import live_types
from failwell.check.rule import Fault, rule
from failwell.finding import Severity

_Path = Sequence[str]


@rule(Severity.WARNING, each=catalogs, area="retry", remedy="name the method and the path of an operation")
def resolve_endpoint_unknown(api: Api) -> Iterator[Fault]:
    """Parameters may have other names, and apps may be mounted below a prefix."""
    known = [(one.method.upper(), _path(one.path)) for one in api.operations]
    for record, _ in live_types(api) if known else ():
        resolve = record.resolve
        if resolve is None or not resolve.endpoint.startswith("/"):
            continue
        wanted = _path(resolve.endpoint.partition("?")[0])
        methods = sorted({method for method, path in known if _fits(path, wanted)})
        if not methods:
            yield Fault(
                record.code,
                "no operation has the path {endpoint}",
                at=("resolve", "endpoint"),
                endpoint=resolve.endpoint,
            )
        elif resolve.method.upper() not in methods:
            yield Fault(
                record.code,
                "{endpoint} is there for {methods}, but not for {method}",
                at=("resolve", "method"),
                endpoint=resolve.endpoint,
                methods=", ".join(methods),
                method=resolve.method,
            )


def _path(text: str) -> _Path:
    return text.strip("/").split("/")


def _fits(path: _Path, wanted: _Path) -> bool:
    """Whether two paths are the same, or one is the end of the other, for apps may be mounted.

    A parameter can have any value, but where an end begins both have to say the same: `/v1/orders` is not
    the end of `/shops/{shop}/orders`.
    """
    pairs = list(zip(reversed(path), reversed(wanted), strict=False))
    begins_alike = len(path) == len(wanted) or pairs[-1][0] == pairs[-1][1]
    return begins_alike and all(
        one == other or _is_parameter(one) or _is_parameter(other) for one, other in pairs
    )


def _is_parameter(segment: str) -> bool:
    return any(mark in segment for mark in "{<:*")
