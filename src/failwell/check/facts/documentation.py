"""The parts of the reference that have no identity of their own, matched before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from failwell.check.comparison import Comparison, live_pairs, pairs
from failwell.declare.prose import ABOUT_HEADINGS, read_sections
from failwell.declare.record import Example, Link, ProblemType

_Part = TypeVar("_Part")
_HEADINGS = {"prose": "what happened", "why": "why it happens", "what_to_do": "what to do"}


class Text(NamedTuple):
    """A text of the reference, before and after; empty where there is none.

    Attributes:
        subject: whose it is: a code, or empty for the reference page.
        field: as documents call it.
        title: what it is about, in words.
        before: as it was.
        after: as it is.
    """

    subject: str
    field: str
    title: str
    before: str
    after: str


def texts(comparison: Comparison) -> Iterator[tuple[Text]]:
    """Each text of each type's page; tombstones have theirs, too."""
    for before, after, _ in pairs(comparison):
        for field, title in _HEADINGS.items():
            yield (Text(after.code, field, title, getattr(before, field), getattr(after, field)),)


def sections(comparison: Comparison) -> Iterator[tuple[Text]]:
    """Each section of the reference page's own prose; the introduction has an empty heading."""
    old, new = comparison.before.catalog.about, comparison.after.catalog.about
    if old == new:
        return
    before, after = (read_sections(text, ABOUT_HEADINGS, where="about") for text in (old, new))
    for heading in dict.fromkeys([*before, *after]):
        title = f"the section {heading!r}" if heading else "the introduction"
        yield (Text("", "about", title, before.get(heading, ""), after.get(heading, "")),)


def examples(comparison: Comparison) -> Iterator[tuple[Example | None, Example | None, int, ProblemType]]:
    """Each example that is not there as it was: before, after, its number, and the type.

    None stands for what is not there. Two are the same by their name, else by their order.
    """
    for before, after, _ in live_pairs(comparison):
        for one, other in matched(before.examples, after.examples, lambda example: example.name):
            yield one, other, after.examples.index(other) if other else 0, after


def links(comparison: Comparison) -> Iterator[tuple[Link | None, Link | None, int, ProblemType]]:
    """Each link that is not there as it was: before, after, its number, and the type."""
    for before, after, _ in pairs(comparison):
        for one, other in matched(before.links, after.links, lambda link: link.title):
            yield one, other, after.links.index(other) if other else 0, after


def matched(
    before: Sequence[_Part], after: Sequence[_Part], name: Callable[[_Part], str]
) -> Iterator[tuple[_Part | None, _Part | None]]:
    """The parts that are not there as they were, matched by name, then by order."""
    old = [part for part in before if part not in after]
    new = [part for part in after if part not in before]
    heirs: Mapping[str, _Part] = {name(part): part for part in reversed(new)}
    for part in list(old):
        heir = heirs.get(name(part))
        if heir is not None and heir in new:
            old.remove(part)
            new.remove(heir)
            yield part, heir
    for number in range(max(len(old), len(new))):
        yield old[number] if number < len(old) else None, new[number] if number < len(new) else None
