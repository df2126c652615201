"""Facts with a name or a form of their own: google.rpc words, ways out, retry advice, next steps, domains."""

from __future__ import annotations

from failwell.wire.learned.evidence import (
    DOMAIN_NAMES,
    RESOLVE_KEYS,
    RESOLVE_NAMES,
    RETRYABLE_NAMES,
    RPC_WORDS,
    SUGGESTION_NAMES,
    is_uri,
    of,
    plain,
    rpc_word,
)
from failwell.wire.learned.samples import Part, is_json_object, shown
from failwell.wire.learned.study import Study
from failwell.wire.slots import DOMAIN, RESOLVE, RETRYABLE, RPC_STATUS, SUGGESTION

# ---- facts with a name or a form of their own


def find_rpc_status(study: Study) -> None:
    """Finds the word of google.rpc that Failwell would write for the status."""
    for part in study.leaves(str):
        if not study.everywhere(part) or not RPC_WORDS.issuperset(part.values.values()):
            continue
        if is_rpc(study, part):
            reason = f"the word of google.rpc for the HTTP status {of(study.count, study.count)}"
            study.decide(part, RPC_STATUS, "sure" if len(part.distinct()) > 1 else "likely", reason)
            return
        study.notes.append(
            f"{shown(part.place)} is a word of google.rpc, but not always the one that Failwell writes for "
            "the status: give each problem type its own word as a member with a default"
        )


def is_rpc(study: Study, part: Part) -> bool:
    """Whether each value is the word of google.rpc that Failwell writes for the sample's status."""
    return all(
        (status := study.statuses[number]) is not None and value == rpc_word(status)
        for number, value in part.values.items()
    )


def find_resolve(study: Study) -> None:
    """Finds the way out for programs: an object of the form of `Resolve`."""
    for part in study.free():
        values = list(part.values.values())
        if not values or not all(map(_is_resolve, values)):
            continue
        names_it = plain(part.name) in RESOLVE_NAMES
        if names_it or all(len(value) > 1 for value in values):
            reason = f"an object with an action and its way {of(len(values), study.count)}"
            study.decide(part, RESOLVE, "sure" if names_it else "likely", reason)
            return


def find_named_facts(study: Study) -> None:
    """Finds retry advice, the next step and the domain."""
    for part in study.leaves(bool):
        if not (study.everywhere(part) and plain(part.name) in RETRYABLE_NAMES) or RETRYABLE in study.slots:
            continue
        if study.is_by_code(part, with_status=True):
            is_sure = len(part.distinct()) > 1 and study.repeats() > 0
            reason = (
                f"a boolean by its name, the same for each code and status {of(study.count, study.count)}"
            )
            study.decide(part, RETRYABLE, "sure" if is_sure else "likely", reason)
        else:
            study.notes.append(f"{shown(part.place)} differs within one code: it stays a member")
    for part in study.leaves(str):
        if not all(map(is_uri, part.values.values())) and _is_suggestion(study, part):
            reason = f"a text by its name, the same for each code {of(len(part.values), study.count)}"
            study.decide(part, SUGGESTION, "sure" if study.repeats() else "likely", reason)
        elif _is_domain(study, part):
            reason = f"the name of a domain, the same {of(study.count, study.count)}"
            study.domain = part.values[0]
            study.decide(part, DOMAIN, "likely", reason)


def _is_suggestion(study: Study, part: Part) -> bool:
    is_named = plain(part.name) in SUGGESTION_NAMES and SUGGESTION not in study.slots
    having = {study.codes[number] for number in part.values}
    lacking = {code for number, code in enumerate(study.codes) if number not in part.values}
    return is_named and not having & lacking and study.is_by_code(part)


def _is_domain(study: Study, part: Part) -> bool:
    is_free = DOMAIN not in study.slots and study.everywhere(part)
    return is_free and plain(part.name) in DOMAIN_NAMES and len(part.distinct()) == 1 and part.values[0] != ""


def _is_resolve(value: object) -> bool:
    if not is_json_object(value) or "action" not in value or not RESOLVE_KEYS.issuperset(value):
        return False
    return all(isinstance(text, str) and text for text in value.values()) and ("method" in value) == (
        "endpoint" in value
    )
