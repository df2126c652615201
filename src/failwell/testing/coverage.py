"""Which codes were provoked, per catalog and per operation; to be added up over processes, and told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from failwell.contract import Contract
from failwell.operations import Operation
from failwell.testing.sites import expected_codes


class CatalogCoverage(msgspec.Struct):
    """What tests have seen of one catalog.

    Attributes:
        declared: the codes that should be provoked: the API's own, without drafts and removed ones.
        provoked: how often each code was answered; standard types are here as well.
    """

    declared: tuple[str, ...] = ()
    provoked: dict[str, int] = {}

    @property
    def never(self) -> tuple[str, ...]:
        """The codes that should have been provoked, and were not."""
        return tuple(code for code in self.declared if code not in self.provoked)

    @property
    def percent(self) -> float:
        """How much of what is declared was provoked; all of nothing is 100."""
        return 100 * (1 - len(self.never) / len(self.declared)) if self.declared else 100.0


class OperationCoverage(msgspec.Struct):
    """What tests have seen of one operation.

    Attributes:
        declared: the codes that `@raises` declares.
        provoked: how often each code was answered, whether declared or not.
    """

    declared: tuple[str, ...] = ()
    provoked: dict[str, int] = {}

    @property
    def never(self) -> tuple[str, ...]:
        """The codes that are declared, and were not provoked."""
        return tuple(code for code in self.declared if code not in self.provoked)


_Key = tuple[str, str]
"""Catalog, and method with path: `POST /v1/drops`."""


class Coverage:
    """What was seen of all catalogs."""

    def __init__(self) -> None:
        self.catalogs: dict[str, CatalogCoverage] = {}
        self.operations: dict[_Key, OperationCoverage] = {}

    def expect(self, contracts: Iterable[Contract]) -> None:
        """Takes in the catalogs whose codes should be provoked."""
        for contract in contracts:
            found = self.catalogs.setdefault(contract.catalog.name, CatalogCoverage())
            _merge(found, CatalogCoverage(expected_codes(contract)))

    def add_operations(self, catalog: str, operations: Iterable[Operation]) -> None:
        """Takes in the operations of an app."""
        for operation in operations:
            found = self._operation(catalog, f"{operation.method} {operation.path}")
            declared = (problem.code for problem in operation.problems)
            found.declared = tuple(dict.fromkeys((*found.declared, *declared)))

    def count(self, catalog: str, operation: Operation | None, code: str) -> None:
        """Counts an answer."""
        _add(self.catalogs.setdefault(catalog, CatalogCoverage()).provoked, code)
        if operation is not None:
            _add(self._operation(catalog, f"{operation.method} {operation.path}").provoked, code)

    def _operation(self, catalog: str, name: str) -> OperationCoverage:
        return self.operations.setdefault((catalog, name), OperationCoverage())

    # ------------------------------------------------------------------------------- between processes

    def dump(self) -> str:
        """Everything as text, to be taken in by another process."""
        return msgspec.json.encode((self.catalogs, list(self.operations.items()))).decode()

    def merge(self, dumped: str) -> None:
        """Adds what another process has seen."""
        catalogs, operations = msgspec.json.decode(
            dumped, type=tuple[dict[str, CatalogCoverage], list[tuple[_Key, OperationCoverage]]]
        )
        for name, catalog in catalogs.items():
            _merge(self.catalogs.setdefault(name, CatalogCoverage()), catalog)
        for key, operation in operations:
            _merge(self.operations.setdefault(key, OperationCoverage()), operation)

    # ------------------------------------------------------------------------------- telling

    @property
    def percent(self) -> float:
        """How much of all that is declared was provoked."""
        declared = sum(len(one.declared) for one in self.catalogs.values())
        never = sum(len(one.never) for one in self.catalogs.values())
        return 100 * (1 - never / declared) if declared else 100.0

    def report(self) -> dict[str, Any]:
        """The document of `--failwell-report`."""
        return {
            "failwell": 1,
            "percent": round(self.percent, 2),
            "catalogs": [
                {
                    "name": name,
                    "percent": round(one.percent, 2),
                    "declared": list(one.declared),
                    "provoked": dict(sorted(one.provoked.items())),
                    "never": list(one.never),
                }
                for name, one in sorted(self.catalogs.items())
            ],
            "operations": [
                {
                    "catalog": catalog,
                    "operation": name,
                    "declared": list(one.declared),
                    "provoked": dict(sorted(one.provoked.items())),
                    "never": list(one.never),
                }
                for (catalog, name), one in sorted(self.operations.items())
            ],
        }

    def lines(self, *, seen_only: bool) -> Iterator[str]:
        """The summary for people.

        Args:
            seen_only: whether catalogs of which nothing was seen are left out: nobody has tested them.
        """
        for name, one in sorted(self.catalogs.items()):
            if seen_only and not one.provoked:
                continue
            provoked = len(one.declared) - len(one.never)
            yield f"{name}: {provoked} of {len(one.declared)} codes provoked"
            if one.never:
                yield f"  never: {', '.join(one.never)}"


def _add(counts: dict[str, int], code: str, number: int = 1) -> None:
    counts[code] = counts.get(code, 0) + number


def _merge(into: CatalogCoverage | OperationCoverage, other: CatalogCoverage | OperationCoverage) -> None:
    into.declared = tuple(dict.fromkeys((*into.declared, *other.declared)))
    for code, number in other.provoked.items():
        _add(into.provoked, code, number)
