"""The rules by which parts of error responses are facts: one for each slot but those of texts and members."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from failwell.declare.declaration import is_code
from failwell.declare.record import Resolve
from failwell.wire import slots
from failwell.wire.learned.samples import Item, Part
from failwell.wire.learned.study import Confidence, Study, of
from failwell.wire.learned.words import (
    CLEAR,
    GENERIC_WORDS,
    REQUEST_ID_HEADERS,
    is_id,
    is_random,
    is_sentence,
    is_uri,
    is_written_as_code,
    points,
    rpc_word,
)

_ENOUGH = 3  # samples from which being different in each says something
_WEAKEST_CODE = -5.0


class Evidence(NamedTuple):
    """What speaks for a part.

    Attributes:
        points: how much; the part with the most is taken.
        confidence: how sure it is.
        reason: why, with the figures.
    """

    points: float
    confidence: Confidence
    reason: str


def find_facts(study: Study) -> None:
    """Applies the rules, first those for what others could be mistaken for."""
    for slot, kind, rate in RULES:
        rated = [(evidence, part) for part in study.free(kind) if (evidence := rate(study, part))]
        if rated:
            evidence, part = max(rated, key=lambda pair: pair[0].points)
            study.decide(part, slot, evidence.confidence, evidence.reason)


def _status(study: Study, part: Part) -> Evidence | None:
    """Each value is the sample's status. A single one could be chance, so its name has to fit."""
    if slots.STATUS in study.found or not study.everywhere(part):
        return None
    for number, value in part.values.items():
        text, status = str(value), study.statuses[number]
        fits = 400 <= int(text) <= 599 if text.isascii() and text.isdigit() and len(text) == 3 else False
        if text != str(status) if status is not None else not fits:
            return None
    name, told = points(slots.STATUS, part.name), sum(status is not None for status in study.statuses)
    is_shown = len(part.distinct) > 1 and told > 0
    if not name and not (is_shown and told == study.count):
        return None
    reason = f"equal to the HTTP status {of(told, told)}"
    if not told:
        reason = f"a status by its name and value {study.always(part)}; no HTTP status recorded"
    return Evidence(name - len(part.place) / 100, "sure" if is_shown else "likely", reason)


def _request_id(study: Study, part: Part) -> Evidence | None:
    """It is equal to a header, or an id by its name, or at least something random."""
    name, values = points(slots.REQUEST_ID, part.name), list(part.values.values())
    header, equal, told = header_like(study, part)
    if header and equal == told:
        return Evidence(100 + name, "sure", f"equal to the header {header} {of(equal, told)}")
    if not all(map(is_id, values)) or len(part.distinct) < len(values):
        return None
    if name >= CLEAR:
        confidence: Confidence = "likely" if len(values) > 1 else "guess"
        return Evidence(50 + name, confidence, f"an id by its name, none twice, {study.always(part)}")
    if len(values) >= _ENOUGH and all(map(is_random, values)):
        return Evidence(10 + name, "guess", f"like an id, none twice, {study.always(part)}")
    return None


def header_like(study: Study, part: Part) -> tuple[str, int, int]:
    """The header field that a part is equal to most often, how often, and how often both are there."""
    values = part.values
    names = dict.fromkeys(REQUEST_ID_HEADERS)
    if len(part.distinct) == len(values) > 1 and all(map(is_random, values.values())):
        names |= dict.fromkeys(name for n in values for name in study.headers[n])  # it is no chance
    told = Counter(name for n in values for name in study.headers[n] if name in names)
    equal = Counter(
        name for n, value in values.items() for name, field in study.headers[n].items()
        if name in names and field == value
    )  # fmt: skip
    best = max(names, key=lambda name: equal[name])
    return (best, equal[best], told[best]) if equal[best] else ("", 0, 0)


def request_id_header(study: Study) -> str:
    """The header field with the request id, in lower case; empty where there is none."""
    part = study.found.get(slots.REQUEST_ID)
    found = {name for headers in study.headers for name in headers}
    usual = next((name for name in REQUEST_ID_HEADERS if name in found), "")
    return (header_like(study, part)[0] if part else "") or usual


def _code(study: Study, part: Part) -> Evidence | None:
    """It could be declared, its name fits or it varies, and the most speaks for it."""
    values: list[Any] = list(part.values.values())
    name, different = points(slots.CODE, part.name), len(part.distinct)
    if not study.everywhere(part) or not all(map(is_code, values)) or not (name or different > 1):
        return None
    uris = [(uri, base) for uri, base in study.uris if uri.place not in study.decisions]
    is_tail = any(study.is_made_of_code(uri, base, part) for uri, base in uris)
    if uris and not is_tail and name < CLEAR:
        return None  # the type URI tells problems apart
    weights = (
        (20, is_tail),
        (4, different > 1),
        (-8, different == 1 < study.count),
        (3, all(map(is_written_as_code, values))),
        (-20, all(value.lower() in GENERIC_WORDS for value in values)),
        (-10, not name and (points(slots.TITLE, part.name) or points(slots.MESSAGE, part.name))),
        (-30, different == study.count >= _ENOUGH and all(map(is_random, values))),
        (-6, is_rpc(study, part)),
        (-5 * sum(isinstance(step, Item) for step in part.place), True),
        (-len(part.place), True),
    )
    total = float(name + sum(weight for weight, holds in weights if holds))
    if total <= _WEAKEST_CODE:
        return None
    confidence: Confidence = "guess"
    if name >= CLEAR or (name and different > 1):
        confidence = "sure" if name >= CLEAR and different > 1 else "likely"
    return Evidence(total, confidence, f"a short identifier {study.always(part)}, {different} different")


def _type(study: Study, part: Part) -> Evidence | None:
    """It is a URI made of one base and the code, or of one base and what can be a code."""
    base, code = dict(study.uris).get(part, ""), study.found.get(slots.CODE)
    if not base or (code is not None and not study.is_made_of_code(part, base, code)):
        return None
    reason = f"a URI made of {base} and {'the' if code else 'a'} code {study.always(part)}"
    confidence: Confidence = "sure" if len(part.distinct) > 1 else "likely"
    return Evidence(points(slots.TYPE, part.name) - len(part.place), confidence, reason)


def is_rpc(study: Study, part: Part) -> bool:
    """Whether each value is the word of google.rpc that Failwell writes for the sample's status."""
    return all(
        (status := study.statuses[number]) is not None and value == rpc_word(status)
        for number, value in part.values.items()
    )


def _rpc_status(study: Study, part: Part) -> Evidence | None:
    if not study.everywhere(part) or not is_rpc(study, part):
        return None
    reason = f"the word of google.rpc for the HTTP status {study.always(part)}"
    return Evidence(0, "sure" if len(part.distinct) > 1 else "likely", reason)


def _resolve(study: Study, part: Part) -> Evidence | None:
    name = points(slots.RESOLVE, part.name)
    if not name or not all(map(_is_resolve, part.values.values())):
        return None
    return Evidence(name, "sure", f"an object with an action and its way {study.always(part)}")


def _is_resolve(value: dict[str, Any]) -> bool:
    """Whether an object has the entries of `Resolve`."""
    is_whole = "action" in value and ("method" in value) == ("endpoint" in value)
    is_known = value.keys() <= set(Resolve.__struct_fields__)
    return is_whole and is_known and all(isinstance(text, str) and text for text in value.values())


def _retryable(study: Study, part: Part) -> Evidence | None:
    name = points(slots.RETRYABLE, part.name)
    if not name or not study.everywhere(part) or not study.is_by_code(part, with_status=True):
        return None
    is_shown = len(part.distinct) > 1 and study.repeats
    reason = f"a boolean by its name, the same for each code and status {study.always(part)}"
    return Evidence(name, "sure" if is_shown else "likely", reason)


def _suggestion(study: Study, part: Part) -> Evidence | None:
    """All samples of a code have it, and the same."""
    name = points(slots.SUGGESTION, part.name)
    having = {study.codes[number] for number in part.values}
    lacking = {code for number, code in enumerate(study.codes) if number not in part.values}
    if not name or having & lacking or not study.is_by_code(part) or all(map(is_uri, part.values.values())):
        return None
    reason = f"a text by its name, the same for each code {study.always(part)}"
    return Evidence(name, "sure" if study.repeats else "likely", reason)


def _domain(study: Study, part: Part) -> Evidence | None:
    name = points(slots.DOMAIN, part.name)
    if not name or not study.everywhere(part) or len(part.distinct) > 1 or not part.values[0]:
        return None
    return Evidence(name, "likely", f"the name of a domain, the same {study.always(part)}")


RULES: tuple[tuple[slots.Slot, type, Callable[[Study, Part], Evidence | None]], ...] = (
    (slots.STATUS, int, _status),
    (slots.STATUS_TEXT, str, _status),
    (slots.REQUEST_ID, str, _request_id),
    (slots.CODE, str, _code),
    (slots.TYPE, str, _type),
    (slots.RPC_STATUS, str, _rpc_status),
    (slots.RESOLVE, dict, _resolve),
    (slots.RETRYABLE, bool, _retryable),
    (slots.SUGGESTION, str, _suggestion),
    (slots.DOMAIN, str, _domain),
)
"""A slot, the type of its values, and what speaks for a part; None where it cannot be that."""


def almost_code(study: Study) -> Part | None:
    """The part that could be the code if a few samples did not lack it; None where there is none."""
    found = [
        part for part in study.free(str)
        if points(slots.CODE, part.name) >= CLEAR and len(part.values) * 2 > study.count
        and len(part.distinct) > 1 and all(map(is_code, part.values.values()))
    ]  # fmt: skip
    return max(found, key=lambda part: points(slots.CODE, part.name), default=None)


def word_of_kind(study: Study) -> Part | None:
    """A text that tells the kinds of errors apart, but is no code; None where there is none."""
    for part in study.free(str):
        is_named = points(slots.CODE, part.name) > 0 and study.everywhere(part)
        if is_named and len(part.distinct) > 1 and not any(map(is_sentence, part.values.values())):
            return part
    return None
