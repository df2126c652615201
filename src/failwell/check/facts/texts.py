"""The texts of problem types that people read, each with its place, and those of translations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from failwell.check.api import Api, translations
from failwell.check.rule import Fault, Steps
from failwell.declare.record import ProblemType, Translation

TRANSLATED = tuple(name for name in Translation.__struct_fields__ if name != "source")
"""The texts of a type that a translation can have, as its fields."""

_LONG = frozenset({"prose", "why", "what_to_do"})
_EXCERPT = 60


class Text(NamedTuple):
    """A text of a type.

    Attributes:
        record: the type.
        name: what to call it in a message: `title`, `suggestion in de`, `detail of example 2`.
        value: the text, never empty.
        at: its place in the type, as documents write it; in a translation the place among its texts.
        language: of a translation; empty for the catalog's own.
        api: whose it is.
    """

    record: ProblemType
    name: str
    value: str
    at: Steps
    language: str
    api: Api

    @property
    def is_prose(self) -> bool:
        """Whether it is Markdown for the type's page, and no line that goes out with an occurrence."""
        return self.at[0] in _LONG

    @property
    def is_example(self) -> bool:
        """Whether it is the text of an example, and so says something of one occurrence only."""
        return self.at[0] == "examples"

    def fault(self, template: str, *, edit: str | None = None, **facts: Any) -> Fault:
        """A fault in this text; `{text}` is its name in the template.

        Args:
            template: the message.
            edit: the text that is right in its place.
            facts: the other arguments.
        """
        if not self.language:
            return Fault(self.record.code, template, at=self.at, edit=edit, text=self.name, **facts)
        return translation_fault(
            self.api,
            self.language,
            self.record.code,
            template,
            part=str(self.at[-1]),
            text=self.name,
            **facts,
        )


def translation_fault(
    api: Api, language: str, code: str, template: str, *, part: str = "", **facts: Any
) -> Fault:
    """A fault in a translation, at its place in the document.

    Args:
        api: the API.
        language: the tag of the translation.
        code: of the type.
        template: the message.
        part: the text of the translation; empty for the whole.
        facts: the arguments beside `language`.
    """
    steps = ("translations", language, "problems", code, *((part,) if part else ()))
    return Fault(code, template, place=api.places.of("", steps), language=language, **facts)


def excerpt(text: str) -> str:
    """A text as messages quote it: its beginning, where it is long."""
    return text if len(text) <= _EXCERPT else f"{text[: _EXCERPT - 1]}…"


def texts(api: Api) -> Iterator[tuple[Text]]:
    """Each text of each of the API's own types, and of all translations."""
    for record in api.own.values():
        for name, value, at in _own_texts(record):
            if value:
                yield (Text(record, name, value, at, "", api),)
    for language, record, translation, _ in translations(api):
        for field in TRANSLATED:
            value = getattr(translation, field)
            if value:
                yield (Text(record, f"{_called(field)} in {language}", value, (field,), language, api),)


def _own_texts(record: ProblemType) -> Iterator[tuple[str, str, Steps]]:
    yield "title", record.title, ("title",)
    yield "detail", record.detail, ("detail",)
    yield "suggestion", record.suggestion, ("suggestion",)
    yield "category", record.category, ("category",)
    if record.resolve is not None:
        yield "message of resolve", record.resolve.message, ("resolve", "message")
    for field in ("prose", "why", "what_to_do"):
        yield field, getattr(record, field), (field,)
    for number, example in enumerate(record.examples):
        yield f"detail of example {number + 1}", example.detail, ("examples", number, "detail")


def _called(field: str) -> str:
    return "message of resolve" if field == "message" else field
