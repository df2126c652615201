"""Classes of problem types whose records were read from files or a document: made when first asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Protocol, cast

from failwell.declare.members import MemberSet
from failwell.declare.problem import Problem, revive
from failwell.declare.record import JsonSchema, MemberType, ProblemType

_PLAIN: Mapping[str, Any] = {"string": str, "integer": int, "number": float, "boolean": bool}
_WORD = re.compile(r"[A-Za-z0-9]+")


class FindsProblems(Protocol):
    """What a recorded problem needs of its catalog."""

    def find(self, code: str) -> type[Problem] | None:
        """The class with this code; None if there is none."""
        ...


class RecordedProblem(Problem, abstract=True):
    """Base of classes made from records. They stand in no module, so they pickle as catalog and code."""

    catalog: ClassVar[FindsProblems]

    def __init_subclass__(cls, *, record: ProblemType, **_: Any) -> None:
        annotations = {member.name: annotation_of(member) for member in record.members}
        cls._become(record, MemberSet(record.members, annotations))

    def __reduce__(self) -> tuple[Any, ...]:
        return _revive_recorded, (self.catalog, self.code, self.__dict__)


def class_of(record: ProblemType, catalog: FindsProblems) -> type[Problem]:
    """Makes the class of a record. Its members have plain JSON types, as type checkers never see it."""
    namespace = {"__module__": __name__, "__doc__": record.prose, "catalog": catalog}
    return type(class_name(record.code), (RecordedProblem,), namespace, record=record)


def class_name(code: str) -> str:
    """The name of a class by its code: `QuotaExceeded` for `quota_exceeded`. Two codes can have the same."""
    return "".join(word[0].upper() + word[1:] for word in _WORD.findall(code))


def annotation_of(member: MemberType) -> Any:
    """The Python type of a member's JSON values, as far as its schema says it in plain terms."""
    kind = _kind(member.schema)
    return kind if member.required else kind | None


def _kind(schema: JsonSchema) -> Any:
    values = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    if values and all(type(value) in (str, int) for value in values):
        return Literal[tuple(values)]
    name = schema.get("type")
    if name == "array":
        items = schema.get("items")
        return list[_kind(cast("JsonSchema", items))] if isinstance(items, dict) else list[Any]  # type: ignore[misc]
    if name == "object":
        others = schema.get("additionalProperties")
        known = isinstance(others, dict) and "properties" not in schema
        return dict[str, _kind(cast("JsonSchema", others)) if known else Any]  # type: ignore[misc]
    return _PLAIN.get(name, Any) if isinstance(name, str) else Any


def _revive_recorded(catalog: FindsProblems, code: str, state: Mapping[str, Any]) -> Problem:
    found = catalog.find(code)
    assert found is not None, f"the catalog no longer has {code!r}"  # noqa: S101 - codes are never removed
    return revive(found, state)
