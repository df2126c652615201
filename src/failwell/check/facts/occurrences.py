"""The texts in the examples of types: details, and the strings in the values of members."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, cast

from failwell.check.api import Api
from failwell.check.rule import Steps
from failwell.declare.record import ProblemType

_DEPTH = 6
"""How deep values are followed."""


class ExampleText(NamedTuple):
    """A text in an example.

    Attributes:
        record: the type.
        number: which of its examples, counted from 1.
        part: `detail`, or the member's name.
        value: the text.
        at: where the example stands in the type.
        api: whose it is.
    """

    record: ProblemType
    number: int
    part: str
    value: str
    at: Steps
    api: Api


def example_texts(api: Api) -> Iterator[tuple[ExampleText]]:
    """Each text in each example of each of the API's own types."""
    for record in api.own.values():
        for number, example in enumerate(record.examples):
            at = ("examples", number)
            if example.detail:
                yield (ExampleText(record, number + 1, "detail", example.detail, (*at, "detail"), api),)
            for name, value in example.members.items():
                for text in _strings(value):
                    yield (ExampleText(record, number + 1, name, text, (*at, "members", name), api),)


def _strings(value: Any, depth: int = _DEPTH) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth == 0:
        return
    else:
        for part in _parts(value):
            yield from _strings(part, depth - 1)


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return cast("Iterable[Any]", value.values())  # pyright: ignore[reportUnknownMemberType]
    return cast("Iterable[Any]", value) if isinstance(value, (list, tuple)) else ()
