"""What `lint` looks at: an API's contract, its operations, the places of its declarations, and the day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from failwell.check.places import NOWHERE, Places
from failwell.contract import Contract
from failwell.declare.record import MemberType, ProblemType, Translation
from failwell.source import ListedOperation


class Api:
    """An API to be looked at.

    Attributes:
        contract: its contract.
        operations: what it can be asked for.
        knows_operations: whether that is known.
        places: where its declarations stand.
        today: the day of the check; tests freeze it.
    """

    def __init__(
        self,
        contract: Contract,
        operations: Iterable[ListedOperation] | None = None,
        *,
        places: Places = NOWHERE,
        today: date,
    ) -> None:
        self.contract, self.catalog = contract, contract.catalog
        self.operations, self.knows_operations = tuple(operations or ()), operations is not None
        self.places, self.today = places, today

    @property
    def own(self) -> Mapping[str, ProblemType]:
        """The records of the API's own types by code: the standard ones that fill gaps are ours to judge."""
        return self.catalog.own


def catalogs(api: Api) -> Iterator[tuple[Api]]:
    """The API as a whole."""
    yield (api,)


def types(api: Api) -> Iterator[tuple[ProblemType, Api]]:
    """Each of the API's own types."""
    for record in api.own.values():
        yield record, api


def members(api: Api) -> Iterator[tuple[MemberType, ProblemType, Api]]:
    """Each member of each of the API's own types."""
    for record in api.own.values():
        for member in record.members:
            yield member, record, api


def operations(api: Api) -> Iterator[tuple[ListedOperation, Api]]:
    """Each operation, where they are known."""
    for operation in api.operations:
        yield operation, api


def translations(api: Api) -> Iterator[tuple[str, ProblemType, Translation, Api]]:
    """Each translated type: language, type, texts."""
    for language in api.catalog.languages:
        for code, texts in api.catalog.translations(language).items():
            yield language, api.catalog.records[code], texts, api
