"""What has to be said of recorded error responses besides the decisions: near misses, statuses, headers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from failwell.typing import Headers
from failwell.wire.dialect import LimitHeaders
from failwell.wire.learned.rules import word_of_kind
from failwell.wire.learned.samples import shown
from failwell.wire.learned.study import Study, of
from failwell.wire.learned.words import listed, points, rpc_word
from failwell.wire.slots import CODE, RETRYABLE, RPC_STATUS, TYPE

_LIMITS: dict[LimitHeaders, frozenset[str]] = {
    "x-ratelimit": frozenset({"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"}),
    "ietf": frozenset({"ratelimit", "ratelimit-policy"}),
}
"""The fields that Failwell writes, in lower case."""

_LIKE_LIMITS = ("x-ratelimit", "x-rate-limit", "ratelimit")


def limit_headers(headers: Sequence[Headers]) -> LimitHeaders:
    """How the header fields of responses show rate limits."""
    names = {name.lower() for fields in headers for name, _ in fields}
    for kind, written in _LIMITS.items():
        if names & written:
            return kind
    return "none"


def notes(study: Study, left_out: int, headers: Sequence[Headers]) -> Iterator[str]:
    """The notes.

    Args:
        study: the samples that the dialect was learned from.
        left_out: how many samples were of another shape.
        headers: the header fields of its samples.
    """
    yield from _near_misses(study)
    yield from _notes_on_headers(study, headers)
    if left_out:
        yield (
            f"{left_out} of {left_out + study.count} samples of another shape were not used: learn them "
            "apart, for a contract of their own"
        )
    if study.kinds == 1:
        yield "all samples are of one kind: what is constant, title or detail is a guess; give more kinds"
    yield from _notes_on_statuses(study)


def _near_misses(study: Study) -> Iterator[str]:
    """Parts that are like a fact, but not as Failwell would write it."""
    for part, base in study.uris:
        if CODE in study.found and TYPE not in study.found and len(part.distinct) > 1:
            yield (
                f"{shown(part.place)} is a URI, but its tail is not the code ({base}…): as TYPE it would be "
                "written as base + code and so change; it stays a member"
            )
    for part in study.free(bool):
        if points(RETRYABLE, part.name) and study.everywhere(part) and RETRYABLE not in study.found:
            yield f"{shown(part.place)} differs within one code: it stays a member"
    for part in study.free(str):
        words = {rpc_word(status) for status in range(400, 600)}
        is_rpc = study.everywhere(part) and words.issuperset(part.values.values())
        if is_rpc and RPC_STATUS not in study.found:
            yield (
                f"{shown(part.place)} is a word of google.rpc, but not always the one that Failwell writes "
                "for the status: give each problem type its own word as a member with a default"
            )
    word = None if study.has_identity else word_of_kind(study)
    if word is not None:
        yield (
            f"{shown(word.place)} tells the kinds of errors apart, but not as a code of Failwell's, which "
            "is a letter, then up to 62 letters, digits, hyphens, underscores or dots: declare it as a "
            "member whose default is the type's own value"
        )


def _notes_on_headers(study: Study, headers: Sequence[Headers]) -> Iterator[str]:
    types = {fields["content-type"].strip() for fields in study.headers if "content-type" in fields}
    if len(types) > 1:
        yield f"the samples have several media types ({', '.join(sorted(types))}); a dialect has one"
    written = frozenset[str]().union(*_LIMITS.values())
    limits = {name for fields in headers for name, _ in fields if name.lower().startswith(_LIKE_LIMITS)}
    own = sorted(name for name in limits if name.lower() not in written)
    if own:
        yield f"rate limits also come in headers that Failwell does not write: {listed(own)}"


def _notes_on_statuses(study: Study) -> Iterator[str]:
    known = [(code, status) for code, status in zip(study.codes, study.statuses, strict=True) if status]
    wrong = sorted({status for _, status in known if not 400 <= status <= 599})
    if wrong:
        yield (
            f"errors with the status {', '.join(map(str, wrong))}: problem types have a status from 400 to "
            "599, so the bodies come back but their status would change"
        )
    if len(known) < study.count:
        without = of(study.count - len(known), study.count)
        yield f"no HTTP status is known {without}: record whole responses, with `curl -i` for instance"
    codes = [code for code, _ in dict.fromkeys(known)]
    several = [code for code in dict.fromkeys(codes) if codes.count(code) > 1]
    if several:
        yield f"codes with several statuses: {listed(several)}; all others have one"
    elif codes:
        yield f"{'the code has' if len(codes) == 1 else f'each of the {len(codes)} codes has'} one status"
