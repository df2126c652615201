"""What the reference page says: a model without any markup. Codes by category, the prose around them."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import msgspec

from failwell.contract import Contract
from failwell.declare import Catalog, ProblemType, Retry, Stage
from failwell.declare.prose import ABOUT_HEADINGS, read_sections
from failwell.declare.translation import texts_of_about
from failwell.publish.pages import Translated, in_language
from failwell.publish.wording import retry_word, status_line

STANDARD = "Standard"
"""The category of the types that fill gaps; the last one."""

OTHERS = "Other codes"
"""The heading over types without a category, where others have one."""

_NEAR, _ALIKE = 5, 0.5
_LONGEST_CODE = 64
_BEFORE_CODES = ("Shape", "Statuses")
_NO_SLUG = re.compile(r"[^a-z0-9]+")


class Filter(NamedTuple):
    """Which types a list shows; an empty text stands for all.

    Attributes:
        status: an HTTP status.
        category: a category, as its heading says.
        retry: a retry word.
    """

    status: str = ""
    category: str = ""
    retry: str = ""

    def admits(self, record: ProblemType) -> bool:
        """Whether a type is shown."""
        return (
            self.status in ("", *map(str, record.statuses))
            and self.category in ("", category_of(record))
            and self.retry in ("", *(record.retry_at(status) for status in record.statuses))
        )


class Choice(NamedTuple):
    """A value of a filter: how it is written in addresses and for people, and how many types it leaves."""

    value: str
    label: str
    size: int
    filter: Filter
    is_chosen: bool


class Row(NamedTuple):
    """A type in a list.

    Attributes:
        code: its code.
        title: its title.
        suggestion: the next step of its way out.
        language: the language of both.
        translated: how its texts stand in the language that was asked for.
        statuses: its statuses.
        retry: its retry words.
        note: its stage, where that is not stable.
    """

    code: str
    title: str
    suggestion: str
    language: str
    translated: Translated
    statuses: tuple[int, ...]
    retry: tuple[str, ...]
    note: str


class Group(NamedTuple):
    """The types of a category, under its heading."""

    heading: str
    slug: str
    rows: tuple[Row, ...]


class Section(NamedTuple):
    """A part of the page's own prose (Markdown)."""

    heading: str
    slug: str
    markdown: str


class ReferencePage(msgspec.Struct, frozen=True, kw_only=True):
    """The reference page of a catalog.

    Attributes:
        title: its heading.
        language: the language that was asked for (RFC 5646).
        text_language: the language of its prose.
        translated: how the prose stands in the language that was asked for.
        introduction: what comes first (Markdown).
        before: what comes before the codes.
        groups: the codes.
        after: what comes after the codes.
        filter: which codes are listed.
        choices: by name of a filter, its values.
        listed: how many codes are listed.
        total: how many there are.
        media_type: media type of the API's problems.
        base: what type URIs begin with.
    """

    title: str
    language: str
    text_language: str
    translated: Translated
    introduction: str
    before: tuple[Section, ...]
    groups: tuple[Group, ...]
    after: tuple[Section, ...]
    filter: Filter
    choices: tuple[tuple[str, tuple[Choice, ...]], ...]
    listed: int
    total: int
    media_type: str
    base: str


def reference_page(contract: Contract, language: str = "", shown: Filter = Filter()) -> ReferencePage:  # noqa: B008 - a constant
    """Makes the model of the reference page.

    Args:
        contract: with the base under which the pages are published.
        language: the language of the texts; by default the catalog's.
        shown: which codes to list.
    """
    catalog = contract.catalog
    language = language or catalog.language
    about = catalog.about_in(language)
    state = _about_state(catalog, language)
    sections = read_sections(about, ABOUT_HEADINGS, where="about")
    records = tuple(catalog.records.values())
    listed = [record for record in records if shown.admits(record)]
    prose = [Section(name, slug(name), sections[name]) for name in ABOUT_HEADINGS if sections.get(name)]
    return ReferencePage(
        title=catalog.title,
        language=language,
        text_language=catalog.language if state == "missing" else language,
        translated=state,
        introduction=sections.get("", ""),
        before=tuple(section for section in prose if section.heading in _BEFORE_CODES),
        groups=groups(contract, listed, language),
        after=tuple(section for section in prose if section.heading not in _BEFORE_CODES),
        filter=shown,
        choices=tuple(_choices(records, shown)),
        listed=len(listed),
        total=len(records),
        media_type=contract.dialect.media_type,
        base=contract.base,
    )


def category_of(record: ProblemType) -> str:
    """The heading under which a type is listed."""
    return STANDARD if record.fills_gap else record.category or OTHERS


def groups(contract: Contract, records: Iterable[ProblemType], language: str) -> tuple[Group, ...]:
    """Types by category."""
    by_category: dict[str, list[Row]] = {}
    for record in records:
        by_category.setdefault(category_of(record), []).append(_row(contract, record, language))
    used: Counter[str] = Counter()
    listed: list[Group] = []
    for heading in _in_order(by_category):
        name = f"codes-{slug(heading)}"
        used[name] += 1
        place = name if used[name] == 1 else f"{name}-{used[name]}"
        listed.append(Group(heading, place, tuple(by_category[heading])))
    return tuple(listed)


def _in_order(categories: Iterable[str]) -> list[str]:
    """Categories as they first appear, those that are none of the catalog's own last."""
    return sorted(dict.fromkeys(categories), key=lambda name: (name == STANDARD, name == OTHERS))


def _row(contract: Contract, record: ProblemType, language: str) -> Row:
    """A type as lists show it."""
    shown, state = in_language(contract, record, language)
    words = dict.fromkeys(retry_word(record.retry_at(status)) for status in record.statuses)
    stage = record.lifecycle.stage
    note = "" if stage is Stage.STABLE else stage.value
    language = contract.catalog.language if state == "missing" else language
    return Row(
        record.code, shown.title, shown.suggestion, language, state, record.statuses, tuple(words), note
    )


def near_codes(text: str, codes: Iterable[str]) -> list[str]:
    """The codes that are spelt most like a text, the nearest first."""
    return difflib.get_close_matches(text.lower()[:_LONGEST_CODE], list(codes), n=_NEAR, cutoff=_ALIKE)


def slug(heading: str) -> str:
    """A heading as the name of its place in the page."""
    return _NO_SLUG.sub("-", heading.lower()).strip("-") or "section"


def _choices(records: Sequence[ProblemType], shown: Filter) -> Iterable[tuple[str, tuple[Choice, ...]]]:
    statuses = sorted({status for record in records for status in record.statuses})
    names: dict[str, tuple[Iterable[str], Callable[[str], str]]] = {
        "status": (map(str, statuses), lambda value: status_line(int(value))),
        "category": (_in_order(map(category_of, records)), str),
        "retry": (Retry, lambda value: retry_word(Retry(value))),
    }
    for name, (values, label) in names.items():
        listed = (_choice(records, shown, name, value, label(value)) for value in map(str, values))
        yield name, tuple(choice for choice in listed if choice.size or choice.is_chosen)


def _choice(records: Sequence[ProblemType], shown: Filter, name: str, value: str, label: str) -> Choice:
    """A value of a filter; choosing what is chosen takes it back."""
    is_chosen = getattr(shown, name) == value
    chosen = shown._replace(**{name: value})
    count = sum(map(chosen.admits, records))
    return Choice(value, label, count, shown._replace(**{name: ""}) if is_chosen else chosen, is_chosen)


def _about_state(catalog: Catalog, language: str) -> Translated:
    """How the catalog's own prose stands in a language."""
    if language == catalog.language or not catalog.about:
        return ""
    translation = catalog.about_translation(language)
    if catalog.about_in(language) == catalog.about:
        return "missing"
    if translation.source == texts_of_about(catalog.about).source:
        return ""
    return "stale" if translation.source else "draft"
