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
_DEEPEST = 8
_INTEGER_BITS = 64


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


def _kind(schema: JsonSchema, depth: int = 0) -> Any:
    """Schemas come from outside: what is odd in one, or nested beyond all use, is any value."""
    values = _constants(schema)
    if values:
        return Literal[values]
    name = schema.get("type")
    if depth == _DEEPEST or not isinstance(name, str):
        return Any
    if name == "array":
        return list[_part(schema.get("items"), depth)]  # type: ignore[misc]
    if name == "object":
        others = None if "properties" in schema else schema.get("additionalProperties")
        return dict[str, _part(others, depth)]  # type: ignore[misc]
    return _PLAIN.get(name, Any)


def _part(schema: object, depth: int) -> Any:
    return _kind(cast("JsonSchema", schema), depth + 1) if isinstance(schema, dict) else Any


def _constants(schema: JsonSchema) -> tuple[str | int, ...]:
    """The values of a schema that lists them, if they are what `Literal` can hold and msgspec reads."""
    listed = schema.get("enum", [schema["const"]] if "const" in schema else ())
    if not isinstance(listed, list):
        return ()
    values = cast("list[object]", listed)
    known = [v for v in values if type(v) is str or (type(v) is int and v.bit_length() < _INTEGER_BITS)]
    return tuple(known) if len(known) == len(values) else ()


def _revive_recorded(catalog: FindsProblems, code: str, state: Mapping[str, Any]) -> Problem:
    found = catalog.find(code)
    assert found is not None, f"the catalog no longer has {code!r}"  # noqa: S101 - codes are never removed
    return revive(found, state)
