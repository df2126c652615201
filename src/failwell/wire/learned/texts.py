"""Texts for people: which one is the title, and which the detail."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from failwell.wire.learned.evidence import (
    DETAIL_NAMES,
    METADATA_NAMES,
    TEXT_NAMES,
    TITLE_NAMES,
    is_id,
    is_sentence,
    is_uri,
    of,
    plain,
    score,
)
from failwell.wire.learned.samples import Item, Part, shown
from failwell.wire.learned.study import Confidence, Study
from failwell.wire.slots import CODE, DETAIL, MESSAGE, TITLE, TYPE


def find_texts(study: Study) -> None:
    """Finds title, detail and message: by what varies within a code, what is absent, and the names."""
    found = [part for part in study.leaves(str) if _is_text(study, part)]
    texts = [part for part in found if _is_of_the_error(study, part)]
    if all(map(partial(_is_title_alone, study), texts)):
        texts = found  # there is no other text for this time
    if not texts:
        return
    main = max(texts, key=partial(_score_main, study))
    title = None if len(texts) == 1 else _title_beside(study, main, texts)
    if title is None and _is_title_alone(study, main):
        study.decide(
            main, TITLE, "likely", f"a title by its name, the same for each code {_always(study, main)}"
        )
        return
    if title is not None:
        _decide_title(study, title, main)
    _decide_main(study, main, title)


def _is_text(study: Study, part: Part) -> bool:
    """Whether a part is a text for people by its name and form."""
    values = list(part.values.values())
    if all(map(is_uri, values)):
        return False
    name = max(score(TEXT_NAMES, part.name), score(TITLE_NAMES, part.name))
    above = {plain(step) for step in part.place[:-1] if isinstance(step, str)}
    if above & (METADATA_NAMES - {"details", "data", "info"}):
        return False
    if not study.everywhere(part):
        return name >= 7
    is_text = name >= 7 or sum(map(is_sentence, values)) * 2 >= len(values)
    return is_text and not _is_plainly_data(part)


def _is_of_the_error(study: Study, part: Part) -> bool:
    """Whether a text is the error's own, and not of an object or of things in a list that are members."""
    holder = part.place[:-1]
    has_a_fact = any(slot.place[: len(holder)] == holder for slot in study.slots.values())
    if not (has_a_fact or study.everywhere(study.parts[holder])):
        return False
    identity = study.slots.get(CODE) or study.slots.get(TYPE)
    items = [
        part.place[: n + 1] for n, step in enumerate(part.place) if isinstance(step, Item) and not step.key
    ]
    return all(
        (identity is not None and identity.place[: len(item)] == item)
        or (study.everywhere(study.parts[item]) and not study.parts[item].crowded)
        for item in items
    )


def _is_plainly_data(part: Part) -> bool:
    return all(map(is_id, part.values.values())) and score(TEXT_NAMES, part.name) == 0


def _score_main(study: Study, part: Part) -> float:
    points = score(TEXT_NAMES, part.name) - 0.7 * score(TITLE_NAMES, part.name)
    if not study.is_by_code(part) or not study.everywhere(part):
        points += 6
    return points - 0.5 * len(part.place) - 2 * sum(isinstance(step, Item) for step in part.place)


def _title_beside(study: Study, main: Part, texts: Iterable[Part]) -> Part | None:
    main_varies = not study.is_by_code(main) or not study.everywhere(main)
    found = [
        part for part in texts
        if part is not main and study.everywhere(part) and study.is_by_code(part)
        and (main_varies or score(TITLE_NAMES, part.name) > score(TEXT_NAMES, part.name))
    ]  # fmt: skip
    return max(found, key=lambda part: score(TITLE_NAMES, part.name) - len(part.place) / 4, default=None)


def _is_title_alone(study: Study, part: Part) -> bool:
    is_named = score(TITLE_NAMES, part.name) >= 7 > score(TEXT_NAMES, part.name)
    return is_named and study.everywhere(part) and study.is_by_code(part)


def _decide_title(study: Study, part: Part, main: Part) -> None:
    is_named = score(TITLE_NAMES, part.name) >= 7
    reason = f"a text that is the same for each code {_always(study, part)}"
    if study.repeats() and not study.is_by_code(main):
        confidence: Confidence = "sure" if is_named else "likely"
        reason += f", while {shown(main.place)} varies"
    else:
        confidence = "likely" if is_named else "guess"
        reason += "; no two samples of one code differ in their texts, so the name decides"
    study.decide(part, TITLE, confidence, reason)


def _decide_main(study: Study, part: Part, title: Part | None) -> None:
    for echo in study.leaves(str):
        if echo is not part and _are_one_text(study, echo, part):
            both = len(echo.values)
            study.decide(
                echo, DETAIL, "likely", f"equal to {shown(part.place)} {of(both, both)} that have it"
            )
            study.decide(part, MESSAGE, "likely", f"a text {_always(study, part)}")
            return
    if not study.everywhere(part):
        reason = f"a text for people {of(len(part.values), study.count)}, absent from the others"
        study.decide(part, DETAIL, "sure" if score(TEXT_NAMES, part.name) else "likely", reason)
        return
    stands_in = title is not None and any(title.values[n] == text for n, text in part.values.items())
    reason = f"a text for people {_always(study, part)}"
    if stands_in:
        reason += "; equal to the title where there is no detail"
    is_detail = title is not None and not stands_in and plain(part.name) in DETAIL_NAMES
    if not study.is_by_code(part):
        confidence: Confidence = "sure"
        reason += ", and it varies within one code"
    else:
        confidence = "likely" if score(TEXT_NAMES, part.name) else "guess"
        if study.kinds == 1 or not study.repeats():
            confidence = "guess"
            reason += "; the samples cannot tell a title from a detail (no code comes with two texts)"
    study.decide(part, DETAIL if is_detail else MESSAGE, confidence, reason)


def _are_one_text(study: Study, echo: Part, main: Part) -> bool:
    is_text = any(map(is_sentence, echo.values.values())) and echo.values.keys() <= main.values.keys()
    lists = [echo.place[: n + 1] for n, step in enumerate(echo.place) if isinstance(step, Item)]
    is_beside = all(main.place[: len(place)] == place for place in lists)
    return (
        is_text
        and is_beside
        and study.everywhere(main)
        and all(main.values[n] == text for n, text in echo.values.items())
    )


def _always(study: Study, part: Part) -> str:
    return of(len(part.values), study.count)
