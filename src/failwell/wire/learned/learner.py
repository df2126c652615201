"""`learn`: from recorded error responses to the dialect that writes them, and what surrounds it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from failwell.exceptions import SourceError
from failwell.headers import find
from failwell.typing import Headers
from failwell.wire.dialect import Dialect
from failwell.wire.learned.literal import Literal
from failwell.wire.learned.notes import limit_headers, notes
from failwell.wire.learned.rereading import Rereading, Retelling
from failwell.wire.learned.rules import almost_code, find_facts, request_id_header, word_of_kind
from failwell.wire.learned.samples import Sample, canonical, is_json_list, is_json_object
from failwell.wire.learned.study import Decision, Study
from failwell.wire.learned.texts import find_texts
from failwell.wire.learned.words import code_from, code_of_status, plain, split_uri
from failwell.wire.slots import MESSAGE, RETRYABLE, SUGGESTION, TITLE

_LONGEST_TITLE = 5  # words; a longer text without a title beside it is a detail
_OF_ANOTHER_SHAPE = "it has another shape than most samples"


class Kind(msgspec.Struct, frozen=True):
    """One kind of error that the samples show: what a problem type would be declared with.

    Attributes:
        code: its code.
        count: how many samples show it.
        statuses: the HTTP statuses seen, the most frequent first.
        title: its title; empty where the samples do not show one.
        suggestion: its next step; empty where the samples do not show one.
        retryable: by status; empty where the samples do not show it.
        resolve: its way out; empty where the samples do not show one, or differ.
        members: the members' values seen, by their name in JSON. Fewer values than `count`: it is optional.
    """

    code: str
    count: int
    statuses: tuple[int, ...]
    title: str
    suggestion: str
    retryable: dict[int, bool]
    resolve: dict[str, str]
    members: dict[str, list[Any]]


class Learned(msgspec.Struct, frozen=True):
    """What samples taught.

    Attributes:
        dialect: the dialect.
        base: what type URIs begin with; empty where the samples show none.
        domain: the catalog's name, where the samples show it.
        request_id_header: the header field with the request id, as spelled there; empty where there was none.
        decisions: what was made of each place, in the order of the document.
        rereadings: what became of each sample that is read and written again.
        notes: what has to be said besides: what cannot be carried, and the way out.
        kinds: the kinds of errors, in the order in which they were met.
    """

    dialect: Dialect
    base: str
    domain: str
    request_id_header: str
    decisions: tuple[Decision, ...]
    rereadings: tuple[Rereading, ...]
    notes: tuple[str, ...]
    kinds: tuple[Kind, ...]


def learn(samples: Sequence[Sample], *, name: str = "house", beside: Sequence[Headers] = ()) -> Learned:
    """Infers a dialect from error responses, from all of them together.

    Args:
        samples: the error responses.
        name: what to call the dialect.
        beside: header fields of other responses, which may show rate limits.

    Raises:
        SourceError: if there are no samples.
    """
    if not samples:
        raise SourceError(
            "there is no error response to learn from", code="no-samples",
            hint="give responses with a status from 400 and a JSON object as their body",
        )  # fmt: skip
    study = _studied(_of_one_shape(samples))
    almost = None if study.has_identity else almost_code(study)
    if almost is not None:
        study = _studied([study.samples[number] for number in almost.values])
    literal = Literal(study)
    shape = literal.shape()
    headers = [sample.headers for sample in study.samples]
    types = Counter(value.strip() for fields in headers if (value := find(fields, "content-type")))
    media_type = types.most_common(1)[0][0] if types else "application/json"
    limits = limit_headers([*headers, *beside])
    told = Retelling(Dialect(name, shape, media_type=media_type, limit_headers=limits), study)
    left_out = _left_out(samples, study)
    order = {place: number for number, place in enumerate(study.parts)}
    decisions = sorted(study.decisions.values(), key=lambda decision: order.get(decision.place, len(order)))
    return Learned(
        dialect=told.dialect,
        base=study.base,
        domain=study.domain,
        request_id_header=_spelling(request_id_header(study), headers),
        decisions=tuple(decisions),
        rereadings=(*told.rereadings(), *left_out),
        notes=(*notes(study, len(left_out), headers), *literal.notes),
        kinds=tuple(_kinds(study, told)),
    )


def _studied(samples: Sequence[Sample]) -> Study:
    study = Study(samples)
    find_facts(study)
    find_texts(study)
    if not study.has_identity:
        _make_up_codes(study)
    return study


def _make_up_codes(study: Study) -> None:
    """Codes for a shape that shows none, from what its samples differ in."""
    word, text = word_of_kind(study), study.found.get(TITLE) or study.found.get(MESSAGE)
    numbers = (p for p in study.free(int) if study.everywhere(p) and plain(p.name).endswith("code"))
    number = next(numbers, None)
    for n, status in enumerate(study.statuses):
        said = str(text.values.get(n, "")) if text else ""
        if word is not None:
            study.codes[n] = code_from(split_uri(word.values[n])[1], as_it_is=True)
        elif number is not None:
            study.codes[n] = f"error_{number.values[n]}".replace("-", "_")
        elif 0 < len(said.split()) <= _LONGEST_TITLE and not any(map(str.isdigit, said)):
            study.codes[n] = code_from(said)
        else:
            study.codes[n] = code_of_status(status)


def _of_one_shape(samples: Sequence[Sample]) -> list[Sample]:
    """The largest group of samples that have an entry in common, of the same form, directly or by others."""
    entries = [
        {(key, _form(value)) for key, value in sample.document.items() if value is not None}
        for sample in samples
    ]
    having: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, found in enumerate(entries):
        for entry in found:
            having[entry].append(number)
    largest, seen = set[int](), set[int]()
    for first in range(len(samples)):
        group, waiting = set[int](), [first]
        while waiting:
            number = waiting.pop()
            if number not in seen:
                seen.add(number)
                group.add(number)
                waiting += [other for entry in entries[number] for other in having.pop(entry, ())]
        largest = max(largest, group, key=len)
    return [sample for number, sample in enumerate(samples) if number in largest]


def _form(value: object) -> str:
    return "object" if is_json_object(value) else "list" if is_json_list(value) else "plain"


def _left_out(samples: Sequence[Sample], study: Study) -> list[Rereading]:
    """The samples that the study does not have."""
    used = set(map(id, study.samples))
    return [
        Rereading(sample.origin, is_equal=False, is_same_bytes=False, differences=(_OF_ANOTHER_SHAPE,))
        for sample in samples if id(sample) not in used
    ]  # fmt: skip


def _spelling(name: str, headers: Sequence[Headers]) -> str:
    return next((spelled for fields in headers for spelled, _ in fields if spelled.lower() == name), name)


def _kinds(study: Study, told: Retelling) -> Iterator[Kind]:
    by_code: dict[str, list[int]] = {}
    for number, code in enumerate(study.codes):
        by_code.setdefault(code, []).append(number)
    for code, numbers in by_code.items():
        statuses = Counter(status for n in numbers if (status := study.statuses[n]) is not None)
        members: dict[str, list[Any]] = {}
        for number in numbers:
            for member, value in told.members(number).items():
                members.setdefault(member, []).append(value)
        first = numbers[0]
        is_one_way = len({canonical(told.resolve(number)) for number in numbers}) == 1
        retryable = {status: told.declared(RETRYABLE, n) for n in numbers if (status := study.statuses[n])}
        yield Kind(
            code=code,
            count=len(numbers),
            statuses=tuple(status for status, _ in statuses.most_common()),
            title=told.declared(TITLE, first) or "",
            suggestion=told.declared(SUGGESTION, first) or "",
            retryable={status: value for status, value in retryable.items() if value is not None},
            resolve=(told.resolve(first) or {}) if is_one_way else {},
            members=members,
        )
