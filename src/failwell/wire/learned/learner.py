"""`learn`: from recorded error responses to the dialect that writes them, and what surrounds it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from failwell.exceptions import SourceError
from failwell.headers import find
from failwell.typing import Headers
from failwell.wire.dialect import Dialect, LimitHeaders
from failwell.wire.learned.evidence import (
    listed,
    of,
)
from failwell.wire.learned.facts import find_named_facts, find_resolve, find_rpc_status
from failwell.wire.learned.identity import (
    almost_code,
    find_identity,
    find_request_id,
    find_status,
    make_up_codes,
)
from failwell.wire.learned.literal import Literal
from failwell.wire.learned.rereading import Rereading, Retelling
from failwell.wire.learned.samples import (
    Sample,
    canonical,
    is_json_object,
)
from failwell.wire.learned.study import Decision, Study
from failwell.wire.learned.texts import find_texts
from failwell.wire.slots import (
    RESOLVE,
    RETRYABLE,
    SUGGESTION,
    TITLE,
)

_X_RATE_LIMIT = frozenset({"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"})
_IETF = frozenset({"ratelimit", "ratelimit-policy"})
_WRITTEN_LIMITS = _X_RATE_LIMIT | _IETF
_LIMIT_NAMES = ("x-ratelimit", "x-rate-limit", "ratelimit")


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
    alike, others = _of_one_shape(samples)
    study = studied(alike)
    almost = None if study.has_identity else almost_code(study)
    if almost is not None:
        others += [sample for number, sample in enumerate(alike) if number not in almost.values]
        alike = [sample for number, sample in enumerate(alike) if number in almost.values]
        study = studied(alike)
    literal = Literal(study)
    shape = literal.shape()
    headers = [sample.headers for sample in alike]
    dialect = Dialect(
        name, shape, media_type=_media_type(headers), limit_headers=_limit_headers([*headers, *beside])
    )
    told = Retelling(dialect, study)
    rereadings = [*told.rereadings(), *(_of_another_shape(sample) for sample in others)]
    order = {place: number for number, place in enumerate(study.parts)}
    decisions = sorted(study.decisions.values(), key=lambda decision: order.get(decision.place, len(order)))
    return Learned(
        dialect=dialect,
        base=study.base,
        domain=study.domain,
        request_id_header=_spelling(study.request_id_header, headers),
        decisions=tuple(decisions),
        rereadings=tuple(rereadings),
        notes=(*study.notes, *literal.notes, *_general_notes(study, others, headers)),
        kinds=tuple(_kinds(study, told)),
    )


def studied(samples: Sequence[Sample]) -> Study:
    """What the parts of some samples mean: first what others could be mistaken for, last what is left."""
    study = Study(samples)
    find_status(study)
    find_request_id(study)
    find_identity(study)
    find_rpc_status(study)
    find_resolve(study)
    find_named_facts(study)
    find_texts(study)
    if not study.has_identity:
        make_up_codes(study)
    return study


# ---- which samples belong together


def _of_one_shape(samples: Sequence[Sample]) -> tuple[list[Sample], list[Sample]]:
    """The largest group of samples that have an entry in common, of the same form; and the others."""
    groups: list[tuple[set[tuple[str, str]], list[int]]] = []
    for number, sample in enumerate(samples):
        entries = {(key, _form(value)) for key, value in sample.document.items() if value is not None}
        joined = [group for group in groups if group[0] & entries]
        groups = [group for group in groups if not group[0] & entries]
        groups.append((
            entries.union(*(group[0] for group in joined)),
            sorted([number, *(n for group in joined for n in group[1])]),
        ))  # fmt: skip
    largest = set(max(groups, key=lambda group: len(group[1]))[1])
    alike = [sample for number, sample in enumerate(samples) if number in largest]
    return alike, [sample for number, sample in enumerate(samples) if number not in largest]


def _form(value: object) -> str:
    return "object" if is_json_object(value) else "list" if isinstance(value, list) else "plain"


def _of_another_shape(sample: Sample) -> Rereading:
    return Rereading(sample.origin, False, False, ("it has another shape than most samples",))  # noqa: FBT003


# ---- what surrounds the literal


def _spelling(name: str, headers: Sequence[Headers]) -> str:
    return next((spelled for fields in headers for spelled, _ in fields if spelled.lower() == name), name)


def _media_type(headers: Sequence[Headers]) -> str:
    found = Counter(value.strip() for fields in headers if (value := find(fields, "content-type")))
    return found.most_common(1)[0][0] if found else "application/json"


def _limit_headers(headers: Sequence[Headers]) -> LimitHeaders:
    names = {name.lower() for fields in headers for name, _ in fields}
    if names & _X_RATE_LIMIT:
        return "x-ratelimit"
    return "ietf" if names & _IETF else "none"


def _general_notes(study: Study, others: Sequence[Sample], headers: Sequence[Headers]) -> list[str]:
    notes = [*_notes_on_headers(headers)]
    if others:
        total = len(others) + study.count
        notes.append(
            f"{len(others)} of {total} samples of another shape were not used: learn them apart, for a "
            "contract of their own"
        )
    if study.kinds == 1:
        notes.append(
            "all samples are of one kind: what is constant, title or detail is a guess; give more kinds"
        )
    return [*notes, *_notes_on_statuses(study)]


def _notes_on_headers(headers: Sequence[Headers]) -> Iterator[str]:
    types = {value.strip() for fields in headers if (value := find(fields, "content-type"))}
    if len(types) > 1:
        yield f"the samples have several media types ({', '.join(sorted(types))}); a dialect has one"
    limits = {name for fields in headers for name, _ in fields if name.lower().startswith(_LIMIT_NAMES)}
    own = sorted(name for name in limits if name.lower() not in _WRITTEN_LIMITS)
    if own:
        yield f"rate limits also come in headers that Failwell does not write: {listed(own)}"


def _notes_on_statuses(study: Study) -> Iterator[str]:
    wrong = {status for status in study.statuses if status is not None and not 400 <= status <= 599}
    if wrong:
        yield (
            f"errors with the status {', '.join(map(str, sorted(wrong)))}: problem types have a status from "
            "400 to 599, so the bodies come back but their status would change"
        )
    if None in study.statuses:
        without = of(study.statuses.count(None), study.count)
        yield f"no HTTP status is known {without}: record whole responses, with `curl -i` for instance"
    by_code: dict[str, set[int]] = {}
    for code, status in zip(study.codes, study.statuses, strict=True):
        if status is not None:
            by_code.setdefault(code, set()).add(status)
    several = [code for code, statuses in by_code.items() if len(statuses) > 1]
    if several:
        yield f"codes with several statuses: {listed(several)}; all others have one"
    elif by_code:
        codes = "the code has" if len(by_code) == 1 else f"each of the {len(by_code)} codes has"
        yield f"{codes} one status"


def _kinds(study: Study, told: Retelling) -> list[Kind]:
    kinds: list[Kind] = []
    for code in dict.fromkeys(study.codes):
        numbers = [number for number, other in enumerate(study.codes) if other == code]
        statuses = Counter(status for n in numbers if (status := study.statuses[n]) is not None)
        facts = [told.facts(number) for number in numbers]
        members: dict[str, list[Any]] = {}
        for number in numbers:
            for member, value in told.members(told.said(number)).items():
                members.setdefault(member, []).append(value)
        ways = {canonical(fact.get(RESOLVE)) for fact in facts}
        retryable = {status: told.declared(RETRYABLE, n) for n in numbers if (status := study.statuses[n])}
        kinds.append(Kind(
            code=code,
            count=len(numbers),
            statuses=tuple(status for status, _ in statuses.most_common()),
            title=told.declared(TITLE, numbers[0]) or "",
            suggestion=told.declared(SUGGESTION, numbers[0]) or "",
            retryable={status: value for status, value in retryable.items() if value is not None},
            resolve=facts[0].get(RESOLVE, {}) if len(ways) == 1 else {},
            members=members,
        ))  # fmt: skip
    return kinds
