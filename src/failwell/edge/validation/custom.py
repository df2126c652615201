"""What a custom validator says: the developer's own text, which may hold anything, the value as well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from failwell.edge.validation.failure import NOT_VALID, failure
from failwell.edge.validation.given import Given, repeats
from failwell.typing import InputFailure, Place

_LONGEST_TEXT = 300


def read(error: Any, place: Place, given: Given) -> Iterator[InputFailure]:
    """The failure of an error that no library made, or attrs, which raises plain ones."""
    yield of_custom(error, (), place, given)


def of_custom(error: object, steps: Sequence[object], place: Place, given: Given) -> InputFailure:
    """What a validator raised about the value at a path.

    One of attrs puts its attribute and the value behind the text, which repeats the value. What is no
    ValueError is a mistake of the program's more likely than a validator's word.
    """
    first, *others = getattr(error, "args", ()) or ("",)
    name = getattr(others[0], "name", None) if others and hasattr(others[0], "validator") else None
    path = [*steps, name] if isinstance(name, str) else steps
    meant = isinstance(error, (ValueError, AssertionError)) and not others
    return failure(path, place, "invalid", own_words(str(first), given) if meant else NOT_VALID)


def own_words(text: str, given: Given) -> str:
    """A text of the developer's as a detail, if it is known not to repeat the input."""
    text = text.strip().removesuffix(".")
    fit = text.isprintable() and 0 < len(text) <= _LONGEST_TEXT
    if not fit or given.repeated_in(text):
        return NOT_VALID
    return text if text[1:2].isupper() else text[0].lower() + text[1:]


def own_code(code: str, value: object) -> str:
    """A code of the developer's own, unless it was made of the value."""
    return "invalid" if repeats(code, value) else code
