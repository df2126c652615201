"""Search: a code, a type URI or a pasted error body leads to one type; words lead to those that have them."""

from __future__ import annotations

from collections.abc import Iterator

from failwell.contract import Contract
from failwell.declare import Problem, ProblemType
from failwell.wire.values import decode

_MOST = 50
_LONGEST_WORD = 64
_MOST_WORDS = 16
_SOME_STATUS = 400  # of a body that does not tell it
_AS_PROBLEM = (("Content-Type", "application/problem+json"),)


class Search:
    """Finds types of a contract."""

    def __init__(self, contract: Contract, published_base: str) -> None:
        """Prepares the search.

        Args:
            contract: with the base at which the pages are.
            published_base: what type URIs begin with elsewhere.
        """
        self._contract = contract
        self._bases = (contract.base, published_base, contract.catalog.base)
        self._records = tuple(contract.catalog.records.values())
        self._texts = [" ".join(_texts(record)).casefold() for record in self._records]

    def one(self, query: str) -> type[Problem] | None:
        """The type that a query names: by code, former code, type URI or a whole error body; else None."""
        query = query.strip()
        return self._named(query) or self._of_body(query)

    def _named(self, query: str) -> type[Problem] | None:
        for base in self._bases:
            query = query.removeprefix(base)
        catalog = self._contract.catalog
        spellings = (query, query.lower(), query.lower().replace(" ", "_"), query.lower().replace(" ", "-"))
        return next(filter(None, map(catalog.find, spellings)), None)

    def _of_body(self, query: str) -> type[Problem] | None:
        """The type of an error body; a head before it, as `curl --include` shows it, is passed over."""
        start = query.find("{")
        if start < 0:
            return None
        body = query[start : query.rfind("}") + 1].encode("utf-8", "replace")
        status = _status_in(body) or _SOME_STATUS
        problem = self._contract.parse(status, _AS_PROBLEM, body)
        return self._named(problem.code) or self._named(getattr(problem, "type", ""))

    def records(self, query: str) -> list[ProblemType]:
        """The types that have all words of a query, those that have them in their code or title first."""
        words = [word[:_LONGEST_WORD] for word in query.casefold().split()[:_MOST_WORDS]]
        if not words:
            return []
        found = [
            record
            for record, text in zip(self._records, self._texts, strict=True)
            if all(word in text for word in words)
        ]
        found.sort(key=lambda record: _rank(record, words))
        return found[:_MOST]


def _status_in(body: bytes) -> int | None:
    """The status that a body tells of itself."""
    try:
        status = decode(body).get("status")
    except (AttributeError, ValueError, RecursionError):
        return None
    return status if isinstance(status, int) and 400 <= status < 600 else None


def _rank(record: ProblemType, words: list[str]) -> int:
    title = f"{record.code} {record.title}".casefold()
    return -sum((word in title) + 2 * (word in record.code.casefold()) for word in words)


def _texts(record: ProblemType) -> Iterator[str]:
    yield from record.names
    yield from map(str, record.statuses)
    yield from (record.title, record.category, record.suggestion, record.prose, record.why, record.what_to_do)
    for member in record.members:
        yield from (member.wire_name, member.description)
    yield from (rule.name for rule in record.headers)
