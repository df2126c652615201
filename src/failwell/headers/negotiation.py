"""What a client would rather have: media types (`Accept`), languages (`Accept-Language`); and `Vary`.

Nothing here raises, whatever the fields say. Parts that are no part of the syntax are passed over, and so is
what stands behind the first hundred preferences: no honest client has as many.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

_MOST = 100
_MOST_LANGUAGES = 32
_MOST_SUBTAGS = 16
_WEIGHT = re.compile(r"0(?:\.[0-9]{0,16})?|1(?:\.0{0,16})?|\.[0-9]{1,16}")
_LANGUAGE_RANGE = re.compile(r"\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,15}")
_UTF_8 = ("charset", "utf-8")
_ANYTHING = "*"

Parameters = frozenset[tuple[str, str]]
"""Parameters of a media type, names and values in lower case."""


class _Preference(NamedTuple):
    value: str
    parameters: Parameters
    weight: float


def preferred(accept: str, offers: Sequence[str]) -> str | None:
    """The offer that an `Accept` field likes best (RFC 9110, section 12.5.1); None if it likes none.

    Of several media ranges that fit an offer the most specific one gives the weight. Where two offers weigh
    the same, the earlier one wins. A field that is absent, empty or nothing but mistakes accepts everything.

    Args:
        accept: the field's value; several fields are joined with commas.
        offers: media types, the best one first.
    """
    ranges = [part for part in _preferences(accept) if part.value == "*" or "/" in part.value]
    if not ranges:
        return offers[0] if offers else None
    weights = [_weight_of(offer, ranges) for offer in offers]
    best = max(weights, default=0.0)
    return offers[weights.index(best)] if best > 0 else None


def languages(accept_language: str) -> tuple[str, ...]:
    """The language ranges of an `Accept-Language` field (RFC 9110, section 12.5.4), in order of preference.

    Ranges that the client refuses (`q=0`) are left out.
    """
    ranges = [part for part in _preferences(accept_language) if _LANGUAGE_RANGE.fullmatch(part.value)]
    ranges = [part for part in ranges if part.weight > 0]
    ranges.sort(key=lambda part: -part.weight)  # equal ones stay as they were listed
    return tuple(dict.fromkeys(part.value for part in ranges))[:_MOST_LANGUAGES]


def lookup(ranges: Sequence[str], offered: Sequence[str]) -> str | None:
    """The offered language that fits best (RFC 4647, section 3.4); None where none does.

    Each range is tried in turn, and shortened from its end until it fits: `de-CH-1996`, `de-CH`, `de`.

    Args:
        ranges: language ranges in order of preference, in any case. `*` stands for the first offer if nothing
            comes after it, and is else passed over.
        offered: language tags, the default one first.
    """
    by_tag = {tag.lower(): tag for tag in reversed(offered)}
    for wanted in ranges:
        subtags = wanted.lower().split("-", _MOST_SUBTAGS)[:_MOST_SUBTAGS]
        while subtags:
            tag = by_tag.get("-".join(subtags))
            if tag is not None:
                return tag
            subtags.pop()
            if subtags and len(subtags[-1]) == 1:  # a singleton introduces what was just taken away
                subtags.pop()
    return offered[0] if offered and ranges and ranges[-1] == "*" else None


def joined_vary(values: Iterable[str]) -> str:
    """Joins several `Vary` fields into the value of one (RFC 9110, section 12.5.5).

    Names are compared without case, and the first spelling stays. `*`, which says that everything may have
    chosen the response, stands alone.

    Args:
        values: of the fields, each a list with commas.
    """
    names: dict[str, str] = {}
    for value in values:
        for name in map(str.strip, value.split(",")):
            if name == _ANYTHING:
                return _ANYTHING
            if name:
                names.setdefault(name.lower(), name)
    return ", ".join(names.values())


def _weight_of(offer: str, ranges: Sequence[_Preference]) -> float:
    """The weight that the most specific of the ranges gives to an offer; 0 where none fits."""
    media_type, parameters = _media_type(offer)
    kind = media_type.partition("/")[0] + "/*"
    best, weight = (-1, -1), 0.0
    for part in ranges:
        value = part.value.lower()
        if value == media_type:
            precision = 2
        elif value == kind:
            precision = 1
        elif value in ("*/*", "*"):  # the latter is a mistake of old Java clients
            precision = 0
        else:
            continue
        if part.parameters <= parameters and (precision, len(part.parameters)) > best:
            best, weight = (precision, len(part.parameters)), part.weight
    return weight


def _media_type(offer: str) -> tuple[str, Parameters]:
    media_type, *rest = _split(offer, ";")
    given = _parameters(rest)
    if all(name != "charset" for name, _ in given):
        given.append(_UTF_8)  # what is offered is UTF-8 where it does not say otherwise
    return media_type.strip().lower(), frozenset(given)


def _preferences(field: str) -> Iterator[_Preference]:
    """The elements of a field with their weights. One whose weight cannot be read is passed over."""
    for element in _split(field, ",", _MOST):
        value, *rest = _split(element, ";")
        value = value.strip()
        parameters: list[tuple[str, str]] = []
        weight = "1"
        for name, text in _parameters(rest):
            if name == "q":
                weight = text
                break  # what comes behind the weight is no part of the range
            parameters.append((name, text))
        if value and _WEIGHT.fullmatch(weight):
            yield _Preference(value, frozenset(parameters), float(weight))


def _parameters(parts: Sequence[str]) -> list[tuple[str, str]]:
    pairs = (part.partition("=") for part in parts)
    return [
        (name.strip().lower(), _unquoted(value.strip()).lower()) for name, equals, value in pairs if equals
    ]


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] == '"':
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return value


def _split(text: str, separator: str, most: int = -1) -> list[str]:
    """Splits where the separator stands outside quotes (RFC 9110, section 5.6.4); the first `most` parts."""
    if '"' not in text:
        split = text.split(separator, most)
        return split if most < 0 else split[:most]
    parts: list[str] = []
    start, in_quotes, escaped = 0, False, False
    for position, char in enumerate(text):
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = in_quotes
        elif char == '"':
            in_quotes = not in_quotes
        elif char == separator and not in_quotes:
            parts.append(text[start:position])
            start = position + 1
            if len(parts) == most:
                return parts
    return [*parts, text[start:]]
