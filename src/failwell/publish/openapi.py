"""OpenAPI 3.1: the operations with the problems they can raise.

Per status a `oneOf` with a discriminator over objects whose code is a `const` of type string: the form
from which openapi-typescript narrows, and from which the Python generators make clean classes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from failwell.contract import Contract
from failwell.declare import Problem, ProblemType
from failwell.operations import Operation
from failwell.publish.sample import sample_problem
from failwell.wire import slots
from failwell.wire.dialect import is_list, is_object
from failwell.wire.values import decode

Json = dict[str, Any]

_SOMETIMES = frozenset({slots.DETAIL, slots.RESOLVE, slots.MEMBERS, slots.MEMBERS_TEXT})
_STRING: Json = {"type": "string"}
_PARAMETER = re.compile(r"\{(\w+)\}")
_WORD = re.compile(r"[A-Za-z0-9]+")


def to_openapi(contract: Contract, operations: Iterable[Operation], *, title: str, version: str) -> Json:
    """Writes the document.

    Args:
        contract: whose catalog and dialect the problems have.
        operations: what an adapter lists.
        title: of the API.
        version: of the API.
    """
    writer = _Writer(contract)
    paths: dict[str, Json] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = writer.operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {
            "schemas": dict(sorted(writer.schemas.items())),
            "headers": dict(sorted(writer.headers.items())),
        },
    }


class _Writer:
    """Collects the components that operations refer to."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.schemas: dict[str, Json] = {}
        self.headers: dict[str, Json] = {contract.request_id_header: _header(contract.request_id_header)}
        self._discriminator = contract.dialect.identity

    def operation(self, operation: Operation) -> Json:
        unforeseen = self.contract.catalog.standing_for("internal")
        problems = [
            *operation.problems,
            *([unforeseen] if unforeseen and unforeseen not in operation.problems else []),
        ]
        statuses = sorted({status for problem in problems for status in problem.problem_type.statuses})
        responses: Json = {"2XX": {"description": "Success."}}
        for status in statuses:
            responses[str(status)] = self._response(
                status, [p for p in problems if status in p.problem_type.statuses]
            )
        written: Json = {"responses": responses}
        if operation.name:
            written["operationId"] = f"{operation.name}_{operation.method.lower()}"
        if operation.summary:
            written["summary"] = operation.summary
        parameters = _PARAMETER.findall(operation.path)
        if parameters:
            written["parameters"] = [
                {"name": n, "in": "path", "required": True, "schema": _STRING} for n in parameters
            ]
        return written

    def _response(self, status: int, problems: Sequence[type[Problem]]) -> Json:
        names = {problem.code: self._schema(problem.problem_type, status) for problem in problems}
        refs = {code: f"#/components/schemas/{name}" for code, name in names.items()}
        schema: Json = {"title": f"Problems{status}", "oneOf": [{"$ref": ref} for ref in refs.values()]}
        if self._discriminator is not None:
            key, slot = self._discriminator
            uris = {p.code: self.contract.type_uri(p.problem_type) for p in problems}
            mapping = {(code if slot is slots.CODE else uris[code]): ref for code, ref in refs.items()}
            schema["discriminator"] = {"propertyName": key, "mapping": mapping}
        examples = {problem.code: self._example(problem, status) for problem in problems}
        return {
            "description": self._description(problems),
            "headers": self._headers(problems),
            "content": {self.contract.dialect.media_type: {"schema": schema, "examples": examples}},
        }

    def _description(self, problems: Sequence[type[Problem]]) -> str:
        rows = [f"| [`{p.code}`]({self.contract.type_uri(p.problem_type)}) | {p.title} |" for p in problems]
        return "\n".join(["| code | meaning |", "|---|---|", *rows])

    def _headers(self, problems: Sequence[type[Problem]]) -> Json:
        names = {self.contract.request_id_header}
        names |= {header.name for problem in problems for header in problem.problem_type.headers}
        for name in names:
            self.headers.setdefault(name, _header(name))
        return {name: {"$ref": f"#/components/headers/{name}"} for name in sorted(names)}

    def _example(self, problem: type[Problem], status: int) -> Json:
        out = self.contract.render(
            sample_problem(problem, status), request_id="req_0123456789", accept="application/json"
        )
        return {"summary": problem.title, "value": decode(out.body)}

    def _schema(self, record: ProblemType, status: int) -> str:
        name = "".join(word[:1].upper() + word[1:] for word in _WORD.findall(record.code))
        name += str(status) if len(record.statuses) > 1 else ""
        if name not in self.schemas:
            facts = _slot_schemas(self.contract, record, status)
            schema = _shape_schema(self.contract.dialect.shape, facts, record, status)
            self.schemas[name] = {"title": name, "description": record.title, **schema}
        return name


def _slot_schemas(contract: Contract, record: ProblemType, status: int) -> dict[slots.Slot, Json]:
    members = record.wire_members(status)
    facts: dict[slots.Slot, Json] = {
        slots.TYPE: {"type": "string", "const": contract.type_uri(record)},
        slots.CODE: {"type": "string", "const": record.code},
        slots.STATUS: {"type": "integer", "const": status},
        slots.STATUS_TEXT: {"type": "string", "const": str(status)},
        slots.RETRYABLE: {"type": "boolean", "const": record.is_retryable(status)},
        slots.MEMBERS_TEXT: {"type": "object", "additionalProperties": _STRING},
    }
    if members:
        facts[slots.MEMBERS] = _members_schema(record, status)
    if record.resolve is not None:
        names = ("action", "message", "url", "method", "endpoint")
        present = [name for name in names if getattr(record.resolve, name)]
        facts[slots.RESOLVE] = {
            "type": "object",
            "properties": dict.fromkeys(present, _STRING),
            "required": ["action"],
        }
    return facts


def _members_schema(record: ProblemType, status: int) -> Json:
    members = record.wire_members(status)
    properties = {
        m.wire_name: {**m.schema, **({"description": m.description} if m.description else {})}
        for m in members
    }
    required = [m.wire_name for m in members if m.required]
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


def _shape_schema(shape: Any, facts: Mapping[slots.Slot, Json], record: ProblemType, status: int) -> Json:
    """The JSON Schema of a dialect's literal for one type: the same walk as the encoder's, over schemas."""
    if isinstance(shape, slots.Slot):
        return facts.get(shape, _STRING)
    if is_object(shape):
        properties: Json = {}
        required: list[str] = []
        for key, part in shape.items():
            if key is slots.REST:
                members = _members_schema(record, status)
                properties.update(members["properties"])
                required += members.get("required", [])
            elif (part is not slots.RESOLVE and part is not slots.MEMBERS) or part in facts:
                properties[key] = _shape_schema(part, facts, record, status)
                required += [key] if _always(part, record) else []
        return {"type": "object", "properties": properties, "required": required}
    if is_list(shape) and shape:
        items = [_shape_schema(part, facts, record, status) for part in shape]
        return {"type": "array", "items": {"anyOf": items}}
    return {"const": shape}


def _always(part: Any, record: ProblemType) -> bool:
    if part is slots.SUGGESTION:
        return bool(record.suggestion)
    return part not in _SOMETIMES if isinstance(part, slots.Slot) else True


def _header(name: str) -> Json:
    number = name.lower() == "retry-after"
    return {"schema": {"type": "integer", "minimum": 0} if number else _STRING, "required": True}
