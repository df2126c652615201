"""The operations of an API in its document: which problem types each method of each route can raise.

"operations": [{"method": "POST", "path": "/v1/drops", "problems": ["quota_exceeded"]}]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from failwell.exceptions import SourceError
from failwell.operations import Operation
from failwell.source.plain import Data


class ListedOperation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"codes": "problems"}):
    """An operation as plain data.

    Attributes:
        method: HTTP method in capitals.
        path: the route's template: `/v1/drops/{id}`.
        codes: of the problem types that it can raise, sorted; `problems` in documents.
    """

    method: str
    path: str
    codes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def listed(operations: Iterable[Operation]) -> tuple[ListedOperation, ...]:
    """Operations of an app as plain data, in order of path and method."""
    found = (
        ListedOperation(one.method, one.path, tuple(sorted({problem.code for problem in one.problems})))
        for one in operations
    )
    return tuple(sorted(found, key=lambda one: (one.path, one.method)))


def write_operations(operations: Iterable[ListedOperation]) -> list[Data]:
    """Operations as a document has them."""
    return [msgspec.to_builtins(operation) for operation in operations]


def read_operations(
    document: Mapping[str, Any], codes: Iterable[str], *, where: str = "document"
) -> tuple[ListedOperation, ...] | None:
    """The operations of a document; None where it has no list of them.

    Args:
        document: decoded JSON.
        codes: those of the catalog.
        where: names it in errors.

    Raises:
        SourceError: if the list is not as it should be, or names a code that the catalog does not have.
    """
    if "operations" not in document:
        return None
    try:
        found = msgspec.convert(document["operations"], tuple[ListedOperation, ...])
    except msgspec.ValidationError as error:
        raise SourceError(
            f"the operations are not as they should be: {error}",
            code="bad-operations",
            where=f"{where}, operations",
            hint='write {"method": "POST", "path": "/v1/drops", "problems": ["quota_exceeded"]} for each',
        ) from None
    known = set(codes)
    for operation in found:
        for code in operation.codes:
            if code not in known:
                raise SourceError(
                    f"{operation} can raise {code!r}, which the catalog does not have",
                    code="bad-operations",
                    where=f"{where}, operations",
                    hint="write the document again with `failwell export --app`",
                )
    return found
