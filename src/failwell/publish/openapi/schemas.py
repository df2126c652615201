"""The JSON Schema of a problem type's body at one status, in a contract's dialect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from failwell.contract import Contract
from failwell.declare import ProblemType
from failwell.publish.openapi.components import Json
from failwell.wire import slots
from failwell.wire.dialect import is_list, is_object

_STRING: Json = {"type": "string"}
_JSON_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", type(None): "null"}
_RESOLVE_PARTS = ("action", "message", "url", "method", "endpoint")

Facts = Mapping[slots.Slot, tuple[Json, bool]]
"""By slot, the schema of what it is filled with, and whether it always is; absent if it never is."""


def body_schema(contract: Contract, record: ProblemType, status: int) -> Json:
    """JSON Schema (draft 2020-12) of a type's bodies with a status.

    What tells types apart is a `const` of type string, so that generators make a literal type of it.
    """
    return _schema(contract.dialect.shape, _facts(contract, record, status))


def identities(contract: Contract, record: ProblemType, slot: slots.Slot) -> tuple[str, ...]:
    """The values with which a type's bodies identify themselves: two for a renamed type, until its sunset."""
    codes = [record.code] + ([record.lifecycle.former] if record.lifecycle.former else [])
    return tuple(code if slot is slots.CODE else contract.base + code for code in codes)


def _facts(contract: Contract, record: ProblemType, status: int) -> Facts:
    facts: dict[slots.Slot, tuple[Json, bool]] = {
        slot: (_one_of(identities(contract, record, slot)), True) for slot in (slots.TYPE, slots.CODE)
    }
    facts |= {
        slots.STATUS: (_constant(status), True),
        slots.STATUS_TEXT: (_constant(str(status)), True),
        slots.RPC_STATUS: (_STRING, True),
        slots.TITLE: (_STRING, True),
        slots.MESSAGE: (_STRING, True),
        slots.DETAIL: (_STRING, False),
        slots.RETRYABLE: (_constant(record.is_retryable(status)), True),
        slots.REQUEST_ID: (_STRING, True),
        slots.DOMAIN: (_constant(contract.catalog.name), True),
    }
    if record.suggestion:
        facts[slots.SUGGESTION] = _STRING, True
    if record.resolve is not None:
        present = [name for name in _RESOLVE_PARTS if getattr(record.resolve, name)]
        facts[slots.RESOLVE] = (
            {"type": "object", "properties": dict.fromkeys(present, _STRING), "required": ["action"]},
            True,
        )
    return {**facts, **_member_facts(record, status, contract.dialect.reserved)}


def _member_facts(record: ProblemType, status: int, reserved: frozenset[str]) -> Facts:
    members = [m for m in record.wire_members(status) if m.wire_name not in reserved]
    if not members:
        return {}
    required = [m.wire_name for m in members if m.required]
    beside: Json = {"required": required} if required else {}
    properties = {
        m.wire_name: {**m.schema, **({"description": m.description} if m.description else {})}
        for m in members
    }
    texts = dict.fromkeys(properties, _STRING)
    return {
        slots.MEMBERS: ({"type": "object", "properties": properties, **beside}, bool(required)),
        slots.MEMBERS_TEXT: ({"type": "object", "properties": texts, **beside}, bool(required)),
    }


def _constant(value: Any) -> Json:
    """The type stands beside the value, for there are generators that do not derive it."""
    return {"type": _JSON_TYPES[type(value)], "const": value}


def _one_of(values: tuple[str, ...]) -> Json:
    return _constant(values[0]) if len(values) == 1 else {"type": "string", "enum": list(values)}


def _schema(shape: Any, facts: Facts) -> Json:
    """The schema of a dialect's literal: the same walk as the encoder's, over schemas."""
    if isinstance(shape, slots.Slot):
        return facts[shape][0]
    if is_object(shape):
        return _object_schema(shape, facts)
    if is_list(shape):
        items = [_schema(part, facts) for part in shape if _can_be_there(part, facts)]
        least = sum(_is_always_there(part, facts) for part in shape)
        one = items[0] if len(items) == 1 else {"anyOf": items}
        return {"type": "array", "items": one if items else {}, **({"minItems": least} if least else {})}
    return _constant(shape)


def _object_schema(shape: Mapping[Any, Any], facts: Facts) -> Json:
    properties: Json = {}
    required: list[str] = []
    for key, part in shape.items():
        if key is slots.REST:
            members = facts.get(slots.MEMBERS, ({}, False))[0]
            properties.update(members.get("properties", {}))
            required += members.get("required", [])
        elif _can_be_there(part, facts):
            properties[key] = _schema(part, facts)
            required += [key] if _is_always_there(part, facts) else []
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


def _parts(shape: Any) -> list[Any]:
    """The parts of an object or a list on which it depends whether it is there; constants are none."""
    parts = list(shape.values()) if is_object(shape) else list(shape)
    return [
        part
        for part in parts
        if isinstance(part, slots.Slot) or (part and (is_object(part) or is_list(part)))
    ]


def _can_be_there(shape: Any, facts: Facts) -> bool:
    """Whether there are bodies with this part: the encoder leaves out one none of whose slots has a fact."""
    if isinstance(shape, slots.Slot):
        return shape in facts
    parts = _parts(shape) if is_object(shape) or is_list(shape) else []
    return not parts or any(_can_be_there(part, facts) for part in parts)


def _is_always_there(shape: Any, facts: Facts) -> bool:
    if isinstance(shape, slots.Slot):
        return facts.get(shape, ({}, False))[1]
    parts = _parts(shape) if is_object(shape) or is_list(shape) else []
    return not parts or any(_is_always_there(part, facts) for part in parts)
