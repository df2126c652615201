"""Compares JSON Schemas (draft 2020-12): can a value that fits the one be told from those that fit the other?

It is sound, not complete: what cannot be shown counts as changed. `minimum: 0` in place of `minimum: 1` is
wider; `pattern: "^a"` in place of `pattern: "^b"` is a change.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple, cast

from failwell.check.facts.containment import Containment, types_of
from failwell.check.facts.instances import is_annotation
from failwell.declare.record import JsonSchema
from failwell.source.place import EXTENSION

Kind = Literal["equal", "narrowed", "widened", "changed"]
"""Of the values that fit: the same, fewer, more, or others as well as fewer."""


class Difference(NamedTuple):
    """A keyword that is not what it was.

    Attributes:
        path: of the part that it stands in; empty for the whole: `items.code`.
        keyword: its name.
        before: its value; None where it was absent.
        after: likewise.
    """

    path: str
    keyword: str
    before: Any
    after: Any


class Relation(NamedTuple):
    """How one schema relates to another.

    Attributes:
        kind: what became of the values that fit.
        differences: the keywords that differ in meaning, from the outside in.
    """

    kind: Kind
    differences: tuple[Difference, ...] = ()

    @property
    def keywords(self) -> frozenset[str]:
        """The names of the keywords that differ."""
        return frozenset(difference.keyword for difference in self.differences)

    @property
    def aspect(self) -> Literal["type", "values", "format"]:
        """What it is about: nothing but which values are listed, nothing but the format, or the type."""
        if self.keywords == frozenset({"format"}):
            return "format"
        is_list = self.keywords <= {"enum", "const"}
        both = all(one.before is not None and one.after is not None for one in self.differences)
        return "values" if is_list and both and self.differences else "type"

    def values(self, *, added: bool) -> list[Any]:
        """The listed values that came, or that went, if it is about those."""
        pairs = ((_listed(one.before), _listed(one.after)) for one in self.differences)
        sides = ((after, before) if added else (before, after) for before, after in pairs)
        return [value for there, other in sides for text, value in there.items() if text not in other]

    def __str__(self) -> str:
        """The first difference in words: `maximum was 10 and is 20`, with its path."""
        path, keyword, before, after = self.differences[0]
        was = "was absent" if before is None else f"was {_text(before)}"
        now = "is absent" if after is None else f"is {_text(after)}"
        return f"{keyword}{f' of {path}' if path else ''} {was} and {now}"


def compare_schemas(before: JsonSchema, after: JsonSchema) -> Relation:
    """What became of the values that fit a schema.

    Args:
        before: a JSON Schema, with its definitions under `$defs`.
        after: likewise.
    """
    if _text(before) == _text(after):
        return Relation("equal")
    wider = Containment(before, after).holds()
    narrower = Containment(after, before).holds()
    if wider and narrower:
        return Relation("equal")
    found = tuple(_differences(before, after, ""))
    definitions = Difference("", "$defs", before.get("$defs"), after.get("$defs"))
    kind: Kind = "widened" if wider else "narrowed" if narrower else "changed"
    return Relation(kind, found or (definitions,))


def _differences(before: object, after: object, path: str) -> Iterator[Difference]:
    """The keywords that differ: deep inside, where the parts around are the same."""
    if not (isinstance(before, dict) and isinstance(after, dict)):
        yield Difference(path, "schema", before, after)
        return
    old, new = cast("JsonSchema", before), cast("JsonSchema", after)
    keys = [key for key in {**old, **new} if key != "$defs" and not is_annotation(key)]
    if types_of(old) != types_of(new):  # the rest follows from it
        unions = [key for key in ("anyOf", "oneOf") if (key in old) != (key in new)]
        keys = unions or [key for key in keys if key == "type"] or keys
    for key in keys:
        if _text(old.get(key)) != _text(new.get(key)) or (key in old) != (key in new):
            yield from _differing(key, old.get(key), new.get(key), path)


def _differing(key: str, before: Any, after: Any, path: str) -> Iterator[Difference]:
    is_both = isinstance(before, dict) and isinstance(after, dict)
    if key == "properties" and is_both:
        old, new = cast("JsonSchema", before), cast("JsonSchema", after)
        for name in {**old, **new}:
            inner = f"{path}.{name}" if path else name
            if name in old and name in new:
                yield from _differences(old[name], new[name], inner)
            else:
                yield Difference(path, f"property {name}", old.get(name), new.get(name))
    elif key in ("items", "additionalProperties") and is_both:
        yield from _differences(
            cast("object", before), cast("object", after), f"{path}.{key}" if path else key
        )
    elif key in ("anyOf", "oneOf", "allOf", "prefixItems") and _length(before) == _length(after) > 0:
        pairs = zip(cast("list[object]", before), cast("list[object]", after), strict=True)
        for number, (one, other) in enumerate(pairs):
            yield from _differences(one, other, f"{path}.{key}[{number}]" if path else f"{key}[{number}]")
    else:
        yield Difference(path, key, before, after)


def _length(value: Any) -> int:
    return len(cast("Sequence[object]", value)) if isinstance(value, list) else -1


def _listed(value: object) -> Mapping[str, object]:
    """The values of `enum` or `const`, by their text."""
    values = cast("list[object]", value) if isinstance(value, list) else [value]
    return {_text(one): one for one in values}


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def in_words(values: Sequence[object]) -> str:
    """JSON values as a sentence lists them: `"a", "b" and 3`."""
    *others, last = map(_text, values)
    return f"{', '.join(others)} and {last}" if others else last


def notes(schema: object, path: str = "") -> list[tuple[str, str]]:
    """What a schema says to people, `title` and `description`, each with its path, in the order of those."""
    found: list[tuple[str, str]] = []
    if isinstance(schema, dict):
        for key, value in sorted(cast("JsonSchema", schema).items()):
            if key in ("title", "description") and isinstance(value, str):
                found.append((f"{path}/{key}", value))
            elif key not in (EXTENSION, "enum", "const"):
                found += notes(value, f"{path}/{key}")
    elif isinstance(schema, list):
        for number, value in enumerate(cast("list[object]", schema)):
            found += notes(value, f"{path}/{number}")
    return found
