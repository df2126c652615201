"""A problem to show: the type's own example, or one with sample values made from the members' schemas."""

from __future__ import annotations

from typing import Any

import msgspec

from failwell.declare import Example, MemberType, Problem, ProblemType
from failwell.declare.record import JsonSchema
from failwell.declare.template import Template
from failwell.exceptions import DeclarationError
from failwell.wire.values import convert

_BY_FORMAT = {
    "date-time": "2026-11-20T12:00:00Z",
    "date": "2026-11-20",
    "time": "12:00:00Z",
    "duration": "PT30S",
    "uuid": "0192f0c1-2d3e-7a4b-8c5d-6e7f80912a3b",
    "uri": "https://example.com/",
    "email": "ada@example.com",
    "decimal": "12.50",
    "byte": "AAEC",
}
_BY_TYPE: dict[str, Any] = {"string": "text", "integer": 1, "number": 1.5, "boolean": True, "null": None}


def sample_problem(problem: type[Problem], status: int | None = None, name: str = "") -> Problem:
    """One occurrence of a type, the same each time.

    Args:
        problem: the declared class.
        status: one of its statuses; by default the first, or the example's.
        name: of one of its examples; by default the first that has the status.

    Raises:
        DeclarationError: if there is no example of that name, or its members do not fit.
        TypeError: if the type is removed, or does not have the status.
    """
    record = problem.problem_type
    example = _named(record, name) if name else _first(record, status)
    in_headers = {name for rule in record.headers for name in Template(rule.template).names}
    values = {
        member.name: _value(problem, member, example)
        for member in record.members
        if member.wire_name in example.members or member.default is msgspec.UNSET or member.name in in_headers
    }
    return problem(example.detail or None, status=example.status or status, **values)


def status_of(example: Example, record: ProblemType) -> int:
    """The status with which an example occurs."""
    return example.status or record.statuses[0]


def _first(record: ProblemType, status: int | None) -> Example:
    fitting = (example for example in record.examples if status in (None, status_of(example, record)))
    return next(fitting, Example(status=status or 0))


def _named(record: ProblemType, name: str) -> Example:
    for example in record.examples:
        if example.name == name:
            return example
    names = ", ".join(example.name for example in record.examples if example.name)
    raise DeclarationError(
        f"there is no example {name!r}",
        code="no-such-example",
        where=record.code,
        hint=f"name one of {names}" if names else "it has none with a name",
    )


def _value(problem: type[Problem], member: MemberType, example: Example) -> Any:
    raw = example.members.get(member.wire_name, sample_value(member.schema))
    try:
        return convert(raw, problem.member_set.annotations[member.name])
    except ValueError as error:
        raise DeclarationError(
            f"{raw!r} is no value to show: {error}",
            code="bad-example",
            where=f"{problem.__module__}.{problem.__qualname__}.{member.name}",
            hint="give the type an example whose members fit: examples=(Example({…}),)",
        ) from error


def sample_value(schema: JsonSchema) -> Any:
    """A value that fits a JSON Schema of the kinds that members have."""
    for key in ("const", "default"):
        if key in schema:
            return schema[key]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema or "oneOf" in schema:
        return sample_value((schema.get("anyOf") or schema["oneOf"])[0])
    kinds: str | list[str] = schema.get("type", "string")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    if kind == "object":
        return {name: sample_value(part) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        return [sample_value(part) for part in schema.get("prefixItems", [schema.get("items", {})]) if part]
    return _BY_FORMAT.get(schema.get("format", ""), schema.get("minimum", _BY_TYPE.get(kind)))
