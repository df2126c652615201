"""A document as a tree of its own, its references, and the components that it shares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, cast

Json = dict[str, Any]

_SHARED = "#/components/"
_REMOVABLE = ("schemas", "responses")


class Tree:
    """A copy of a document, all of its own: no two places share an object, so each can be changed alone.

    Attributes:
        root: the copy.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.root: Json = _copied(document)

    def look_up(self, node: Any) -> Json:
        """What a node says, wherever it refers to; itself where that is in another file, or not there."""
        seen: set[str] = set()
        while isinstance(node, dict) and "$ref" in node:
            ref = str(cast("Json", node)["$ref"])
            found = self._at(ref)
            if ref in seen or found is None:
                break
            seen.add(ref)
            node = found
        return cast("Json", node) if isinstance(node, dict) else {}

    def options(self, schema: Any) -> Iterator[Json]:
        """The schemas that a union consists of, unions in it included; a schema itself if it is none."""
        seen: set[int] = set()
        pending: list[Any] = [schema]
        while pending:
            found = self.look_up(pending.pop(0))
            options = found.get("oneOf") or found.get("anyOf")
            if not options:
                yield found
            elif id(found) not in seen:
                seen.add(id(found))
                pending = [*options, *pending]

    def _at(self, ref: str) -> Any:
        node: Any = self.root
        for step in ref.removeprefix("#/").split("/") if ref.startswith("#/") else ("",):
            key = step.replace("~1", "/").replace("~0", "~")
            if not isinstance(node, dict) or key not in node:
                return None
            node = cast("Json", node)[key]
        return node


def _copied(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {key: _copied(part) for key, part in cast("Json", node).items()}
    if isinstance(node, list | tuple):
        return [_copied(part) for part in cast("Iterable[Any]", node)]
    return node


def in_use(document: Json, *, keep: frozenset[str] = frozenset()) -> frozenset[str]:
    """The references to components that a document makes outside them, and those which these make in turn.

    Args:
        document: the document.
        keep: references that count as made.
    """
    components: Json = document.get("components", {})
    pending = {*keep, *_refs({key: part for key, part in document.items() if key != "components"})}
    used: set[str] = set()
    while pending:
        ref = pending.pop()
        used.add(ref)
        section, _, name = ref.removeprefix(_SHARED).partition("/")
        pending.update(set(_refs(components.get(section, {}).get(name, {}))) - used)
    return frozenset(used)


def _refs(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for part in cast("Iterable[Any]", node):
            yield from _refs(part)
    elif isinstance(node, dict):
        fields = cast("Json", node)
        if isinstance(fields.get("$ref"), str):
            yield fields["$ref"]
        mapping = fields.get("mapping")  # of a discriminator, in which a schema may stand by its name alone
        for target in cast("Json", mapping).values() if isinstance(mapping, dict) else ():
            if isinstance(target, str):
                yield target if "/" in target else f"{_SHARED}schemas/{target}"
        for part in fields.values():
            yield from _refs(part)


class Components:
    """The components of a document, to which ours come."""

    def __init__(self, tree: Tree, used: frozenset[str]) -> None:
        """Removes the components that were used and are not any more, before ours take names.

        Args:
            tree: the document.
            used: the references in use before the document was changed.
        """
        self.look_up = tree.look_up
        self._sections: Json = tree.root.setdefault("components", {})
        self._added: dict[str, dict[str, None]] = {}
        self._prune(tree, used)

    def _prune(self, tree: Tree, used: frozenset[str]) -> None:
        everything = {f"{_SHARED}{section}/{name}" for section in _REMOVABLE for name in self._at(section)}
        still = in_use(tree.root, keep=frozenset(everything - used))
        for section in _REMOVABLE:
            for name in list(self._at(section)):
                if f"{_SHARED}{section}/{name}" not in still:
                    del self._sections[section][name]
            if section in self._sections and not self._sections[section]:
                del self._sections[section]

    def _at(self, section: str) -> Json:
        found: Json = self._sections.get(section, {})
        return found

    def add(self, section: str, name: str, make: Callable[[str], Json]) -> str:
        """Adds a component, and returns the reference to it.

        A name that something else has already is left to it: `NotFound` becomes `NotFoundProblem` then.

        Args:
            section: of the components, for instance `schemas`.
            name: the name to have if it is free.
            make: makes the component from its name.
        """
        there: Json = self._sections.setdefault(section, {})
        for candidate in _names(name):
            made = make(candidate)
            if there.setdefault(candidate, made) == made:
                if there[candidate] is made:
                    self._added.setdefault(section, {})[candidate] = None
                return f"{_SHARED}{section}/{candidate}"
        raise AssertionError  # there is no end of names

    def finish(self) -> None:
        """Puts the components that were added behind the others, in order of their names."""
        for section, added in self._added.items():
            there = self._sections[section]
            self._sections[section] = {
                **{name: part for name, part in there.items() if name not in added},
                **{name: there[name] for name in sorted(added)},
            }


def _names(name: str) -> Iterator[str]:
    yield name
    yield f"{name}Problem"
    number = 2
    while True:
        yield f"{name}Problem{number}"
        number += 1
