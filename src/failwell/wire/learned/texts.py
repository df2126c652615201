"""Texts for people: which one is the title, and which the detail."""

from __future__ import annotations

from functools import partial

from failwell.wire.learned.samples import Item, Part, shown
from failwell.wire.learned.study import Confidence, Study
from failwell.wire.learned.words import is_sentence, is_uri, points
from failwell.wire.slots import CODE, DETAIL, MESSAGE, TITLE, TYPE

_NAMED = 7  # the points from which a text is one by its name


def find_texts(study: Study) -> None:
    """Finds title, detail and message: by what varies within a code, what is absent, and the names."""
    every = [part for part in study.free(str) if _is_text(study, part)]
    texts = [part for part in every if _is_of_the_error(study, part)]
    if all(map(partial(_is_title_alone, study), texts)):
        texts = every  # for want of another text: the detail can stand in an object that is not always there
    if not texts:
        return
    main = max(texts, key=partial(_main_points, study))
    titles = [part for part in texts if part is not main and _is_title_beside(study, part, main)]
    title = max(titles, key=lambda part: points(TITLE, part.name) - len(part.place) / 4, default=None)
    if title is not None:
        _decide_title(study, title, main)
    elif _is_title_alone(study, main):
        reason = f"a title by its name, the same for each code {study.always(main)}"
        study.decide(main, TITLE, "likely", reason)
        return
    _decide_main(study, main, title)


def _is_text(study: Study, part: Part) -> bool:
    """Whether a part is a text for people by its name and form."""
    values = list(part.values.values())
    name = max(points(MESSAGE, part.name), points(TITLE, part.name))
    is_said = study.everywhere(part) and sum(map(is_sentence, values)) * 2 >= len(values)
    return (is_said or name >= _NAMED) and not all(map(is_uri, values))


def _is_of_the_error(study: Study, part: Part) -> bool:
    """Whether a text is the error's own, and not of an object or of things in a list that are members."""
    holder = part.place[:-1]
    has_a_fact = any(slot.place[: len(holder)] == holder for slot in study.found.values())
    if not (has_a_fact or study.everywhere(study.parts[holder])):
        return False
    identity = study.found.get(CODE) or study.found.get(TYPE)
    lists = [part.place[: n + 1] for n, step in enumerate(part.place) if step == Item()]
    return all(
        (identity is not None and identity.place[: len(place)] == place)
        or (study.everywhere(study.parts[place]) and not study.parts[place].crowded)
        for place in lists
    )


def _main_points(study: Study, part: Part) -> float:
    items = sum(isinstance(step, Item) for step in part.place)
    return points(MESSAGE, part.name) + 6 * study.varies(part) - 0.5 * len(part.place) - 2 * items


def _is_title_beside(study: Study, part: Part, main: Part) -> bool:
    is_named = points(TITLE, part.name) > points(MESSAGE, part.name)
    return not study.varies(part) and (study.varies(main) or is_named)


def _is_title_alone(study: Study, part: Part) -> bool:
    return points(TITLE, part.name) >= _NAMED > points(MESSAGE, part.name) and not study.varies(part)


def _decide_title(study: Study, part: Part, main: Part) -> None:
    is_named = points(TITLE, part.name) >= _NAMED
    reason = f"a text that is the same for each code {study.always(part)}"
    if study.repeats and not study.is_by_code(main):
        confidence: Confidence = "sure" if is_named else "likely"
        reason += f", while {shown(main.place)} varies"
    else:
        confidence = "likely" if is_named else "guess"
        reason += "; no two samples of one code differ in their texts, so the name decides"
    study.decide(part, TITLE, confidence, reason)


def _decide_main(study: Study, part: Part, title: Part | None) -> None:
    reason = f"a text for people {study.always(part)}"
    confidence: Confidence = "likely" if points(MESSAGE, part.name) else "guess"
    if not study.everywhere(part):
        is_named = confidence == "likely"
        study.decide(part, DETAIL, "sure" if is_named else "likely", f"{reason}, absent from the others")
        return
    stands_in = title is not None and any(title.values[n] == text for n, text in part.values.items())
    if stands_in:
        reason += "; equal to the title where there is no detail"
    if not study.is_by_code(part):
        confidence = "sure"
        reason += ", and it varies within one code"
    elif study.kinds == 1 or not study.repeats:
        confidence = "guess"
        reason += "; the samples cannot tell a title from a detail (no code comes with two texts)"
    is_detail = title is not None and not stands_in and points(DETAIL, part.name) > 0
    study.decide(part, DETAIL if is_detail else MESSAGE, confidence, reason)
