"""What tells problems apart, and the status and the request id, which could be mistaken for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from failwell.headers import find
from failwell.wire.learned.evidence import (
    CODE_NAMES,
    GENERIC_WORDS,
    METADATA_NAMES,
    REQUEST_ID_HEADERS,
    REQUEST_ID_NAMES,
    RPC_WORDS,
    STATUS_NAMES,
    TITLE_NAMES,
    can_be_code,
    code_from,
    code_of_status,
    is_id,
    is_sentence,
    is_uri,
    is_written_as_code,
    of,
    plain,
    score,
    split_uri,
)
from failwell.wire.learned.facts import is_rpc
from failwell.wire.learned.samples import Item, Part, shown
from failwell.wire.learned.study import Confidence, Study
from failwell.wire.slots import CODE, MESSAGE, REQUEST_ID, STATUS, STATUS_TEXT, TITLE, TYPE

_CLEAR_NAME = 8  # a score from which a name says it alone
_WEAKEST_CODE = -5.0
_TYPE_NAMES = frozenset({"type", "typeuri", "erroruri", "problemtype"})
_ENOUGH = 3  # samples from which being different in each says something


# ---- the status


def find_status(study: Study) -> None:
    """Finds the HTTP status, as a number or as a string."""
    for slot, kind in ((STATUS, int), (STATUS_TEXT, str)):
        found = [part for part in study.leaves(kind) if study.everywhere(part) and _is_status(study, part)]
        if found:
            part = max(found, key=lambda part: (score(STATUS_NAMES, part.name), -len(part.place)))
            told = sum(status is not None for status in study.statuses)
            if told:
                is_sure = len(part.distinct()) > 1
                reason = f"equal to the HTTP status {of(told, told)}"
                study.decide(part, slot, "sure" if is_sure else "likely", reason)
            else:
                reason = (
                    f"a status by its name and value {of(study.count, study.count)}; no HTTP status recorded"
                )
                study.decide(part, slot, "likely", reason)
            values = part.values
            study.know_statuses(
                [values[n] if known is None else known for n, known in enumerate(study.statuses)]
            )
            return


def _is_status(study: Study, part: Part) -> bool:
    """Whether each value is the sample's status; a single one could be chance, so its name has to fit."""
    for number, value in part.values.items():
        text, status = str(value), study.statuses[number]
        if not (text.isascii() and text.isdigit() and len(text) == 3):
            return False
        if int(text) != status if status is not None else not 400 <= int(text) <= 599:
            return False
    is_shown = len(part.distinct()) > 1 and None not in study.statuses
    return is_shown or score(STATUS_NAMES, part.name) > 0


# ---- the request id


def find_request_id(study: Study) -> None:
    """Finds the request id, in the body and in the header."""
    found = [(*rated, part) for part in study.leaves(str) if (rated := _rate_request_id(study, part))]
    if found:
        _, confidence, reason, study.request_id_header, part = max(found, key=lambda rated: rated[0])
        study.decide(part, REQUEST_ID, confidence, reason)
    if not study.request_id_header:
        headers = {name.lower() for sample in study.samples for name, _ in sample.headers}
        study.request_id_header = next((name for name in REQUEST_ID_HEADERS if name in headers), "")


def _rate_request_id(study: Study, part: Part) -> tuple[int, Confidence, str, str] | None:
    """How much speaks for a part, how sure that is, why, and the header field with the same value."""
    header, equal, told = _header_like(study, part)
    name, having = score(REQUEST_ID_NAMES, part.name), len(part.values)
    if header and equal == told:
        return 100 + name, "sure", f"equal to the header {header} {of(equal, told)}", header
    if not all(map(is_id, part.values.values())) or len(part.distinct()) < having:
        return None
    if name >= _CLEAR_NAME:
        confidence: Confidence = "likely" if having > 1 else "guess"
        return 50 + name, confidence, f"an id by its name, none twice, {of(having, study.count)}", ""
    if having >= _ENOUGH and all(map(_is_random, part.values.values())) and not _is_nested(part):
        return 10 + name, "guess", f"like an id, none twice, {of(having, study.count)}", ""
    return None


def _header_like(study: Study, part: Part) -> tuple[str, int, int]:
    """The header field that a part is equal to most often, how often, and how often both are there."""
    best = ("", 0, 0)
    values = list(part.values.values())
    names = dict.fromkeys(REQUEST_ID_HEADERS)
    if len(part.distinct()) == len(values) > 1 and all(
        map(_is_random, values)
    ):  # no chance: any header will do
        names |= {name.lower(): None for n in part.values for name, _ in study.samples[n].headers}
    for name in names:
        pairs = [(find(study.samples[number].headers, name), value) for number, value in part.values.items()]
        both = [(field, value) for field, value in pairs if field is not None]
        equal = sum(field == value for field, value in both)
        if equal > best[1]:
            best = (name, equal, len(both))
    return best


# ---- what tells problems apart


def find_identity(study: Study) -> None:
    """Finds the code and the type URI."""
    strings = [part for part in study.leaves(str) if study.everywhere(part)]
    uris = [(part, base) for part in strings if (base := _common_base(part))]
    uris.sort(key=lambda found: (plain(found[0].name) != "type", len(found[0].place)))
    ranked = [(_score_code(study, part, uris), part) for part in strings if _can_be_code(part)]
    strength, code = max(ranked, key=lambda pair: pair[0], default=(_WEAKEST_CODE, None))
    if code is None or strength <= _WEAKEST_CODE:
        _decide_type(study, uris, None)
        return
    fits = [(part, base) for part, base in uris if _is_made_of(part, base, code)]
    if not fits and score(CODE_NAMES, code.name) < _CLEAR_NAME and uris:
        _decide_type(study, uris, None)
        return
    _decide_code(study, code)
    _decide_type(study, fits, code)
    for part, base in uris:
        if part is not study.slots.get(TYPE) and len(part.distinct()) > 1 and not fits:
            study.notes.append(
                f"{shown(part.place)} is a URI, but its tail is not the code ({base}…): as TYPE it would be "
                "written as base + code and so change; it stays a member"
            )


def _can_be_code(part: Part) -> bool:
    names_it = score(CODE_NAMES, part.name) > 0
    is_alone = len(part.distinct()) == 1
    return all(map(can_be_code, part.values.values())) and (names_it or not is_alone)


def _score_code(study: Study, part: Part, uris: Iterable[tuple[Part, str]]) -> float:
    values: list[str] = list(part.values.values())
    different = len(part.distinct())
    points = float(score(CODE_NAMES, part.name))
    if any(_is_made_of(uri, base, part) for uri, base in uris):
        points += 20
    if study.count > 1:
        points += 4 if different > 1 else -8
    if all(value.lower() in GENERIC_WORDS for value in values):
        points -= 15
    if plain(part.name) in TITLE_NAMES.keys() - CODE_NAMES.keys() or plain(part.name) in (
        "message",
        "detail",
    ):
        points -= 10
    if different == len(values) >= _ENOUGH and all(map(_is_random, values)):
        points -= 30
    if all(map(is_written_as_code, values)):
        points += 3
    if RPC_WORDS.issuperset(values) and is_rpc(study, part):
        points -= 6
    return points - len(part.place) - 5 * sum(isinstance(step, Item) for step in part.place)


def _decide_code(study: Study, part: Part) -> None:
    different, name = len(part.distinct()), score(CODE_NAMES, part.name)
    confidence: Confidence = "likely" if name >= _CLEAR_NAME else "guess"
    if different > 1 and name >= _CLEAR_NAME:
        confidence = "sure"
    elif different > 1 and name:
        confidence = "likely"
    reason = f"a short identifier {of(study.count, study.count)}, {different} different"
    study.codes = [part.values[number] for number in range(study.count)]
    study.decide(part, CODE, confidence, reason)


def _decide_type(study: Study, uris: Sequence[tuple[Part, str]], code: Part | None) -> None:
    if not uris:
        return
    part, study.base = uris[0]
    tail = "the code" if code else "a code"
    reason = f"a URI made of {study.base} and {tail} {of(study.count, study.count)}"
    study.decide(part, TYPE, "sure" if len(part.distinct()) > 1 else "likely", reason)
    if code is None:
        tails = [part.values[number].removeprefix(study.base) for number in range(study.count)]
        study.codes = [
            tail if tail != "about:blank" else made for tail, made in zip(tails, study.codes, strict=True)
        ]


def almost_code(study: Study) -> Part | None:
    """The part that could be the code if a few samples did not lack it; None where there is none."""
    found = [
        part for part in study.leaves(str)
        if score(CODE_NAMES, part.name) >= _CLEAR_NAME and len(part.values) * 2 > study.count
        and len(part.distinct()) > 1 and all(map(can_be_code, part.values.values()))
    ]  # fmt: skip
    return max(found, key=lambda part: score(CODE_NAMES, part.name), default=None)


def make_up_codes(study: Study) -> None:
    """Codes for a shape that shows none, from what its samples differ in."""
    numbers = [
        part for part in study.leaves(int) if study.everywhere(part) and plain(part.name).endswith("code")
    ]
    words = [
        part for part in study.leaves(str)
        if study.everywhere(part) and score(CODE_NAMES, part.name) and len(part.distinct()) > 1
        and not any(map(is_sentence, part.values.values()))
    ]  # fmt: skip
    text = study.slots.get(TITLE) or study.slots.get(MESSAGE)
    for number, status in enumerate(study.statuses):
        if words:
            study.codes[number] = _tail_as_code(words[0].values[number])
        elif numbers:
            study.codes[number] = f"error_{numbers[0].values[number]}".replace("-", "_")
        elif text is not None and _is_short(said := str(text.values.get(number, ""))):
            study.codes[number] = code_from(said)
        else:
            study.codes[number] = code_of_status(status)
    if words:
        study.notes.append(
            f"{shown(words[0].place)} tells the kinds of errors apart, but not as a code of Failwell's, "
            "which is a letter, then up to 62 letters, digits, hyphens, underscores or dots: declare it as a "
            "member whose default is the type's own value"
        )


def _is_random(value: object) -> bool:
    return is_id(value) and isinstance(value, str) and len(value) >= 8 and sum(map(str.isdigit, value)) > 1


def _is_nested(part: Part) -> bool:
    """Whether it stands in an object of its own that could be a member."""
    return len(part.place) > 1 and plain(str(part.place[-2])) in METADATA_NAMES


def _is_short(value: str) -> bool:
    return 0 < len(value.split()) <= 5 and not any(map(str.isdigit, value))


def _tail_as_code(text: str) -> str:
    tail = split_uri(text)[1]
    return tail if can_be_code(tail) else code_from(text)


def _common_base(part: Part) -> str:
    """What all values of a part begin with, if they are URIs made of one base and a code; else empty."""
    uris = [value for value in part.values.values() if value != "about:blank"]
    bases = {split_uri(value)[0] for value in uris if is_uri(value)}
    is_named = plain(part.name) in _TYPE_NAMES
    if not is_named and len(set(uris)) < 2:  # one URI may be any page
        return ""
    if len(bases) != 1 or not all(is_uri(value) and can_be_code(split_uri(value)[1]) for value in uris):
        return ""
    return bases.pop()


def _is_made_of(uri: Part, base: str, code: Part) -> bool:
    return all(value == base + code.values.get(number, "") for number, value in uri.values.items())
