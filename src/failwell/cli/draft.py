"""What `dialect learn` writes to be edited: a dialect in Python or TOML, and its problem types."""

from __future__ import annotations

import builtins
import json
import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from failwell.declare import Problem
from failwell.declare.members import is_wire_name
from failwell.source.problems import attribute_name
from failwell.wire.dialect import Dialect, is_list, is_object
from failwell.wire.learned import Kind, Learned
from failwell.wire.literal import write_shape
from failwell.wire.slots import REST, Slot

_WIDEST = 100
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+\Z")
_NAME = re.compile(r"[^0-9A-Za-z]+")
_NAMES_IN_USE = {
    "Annotated",
    "Any",
    "Catalog",
    "Contract",
    "Dialect",
    "Member",
    "Problem",
    "Resolve",
    "Retry",
}
_NO_BASE = "https://errors.example/"  # the samples do not show where the types' pages are to be
_STEP = 10  # between the types' orders, so that a new one fits between
_USUAL_HEADER = "x-request-id"


# ---- Python


def python_draft(learned: Learned, *, catalog: bool) -> str:
    """The dialect as Python; with `catalog`, a module that holds the problem types and the contract too."""
    dialect = learned.dialect
    classes = [_class(kind, learned) for kind in learned.kinds] if catalog else []
    text = "\n\n\n".join([_dialect(dialect), *([_catalog(learned)] if catalog else []), *classes])
    if catalog:
        text += f"\n\n\ncontract = Contract(catalog, dialect={_variable(dialect)}{_header_argument(learned)})"
    elif _header_argument(learned):
        text += f"\n# Contract(…, dialect={_variable(dialect)}{_header_argument(learned)})"
    if learned.base and not catalog:
        text += f"\n# Catalog(…, base={_quoted(learned.base)})"
    return f"{_imports(text, dialect)}\n\n{text}\n"


def _imports(text: str, dialect: Dialect) -> str:
    slots = [slot.name for slot in dialect.slots] + ([REST.name] if "REST: " in text else [])
    lines: list[str] = []
    standard = [name for name in ("Annotated", "Any") if re.search(rf"\b{name}\b", text)]
    if standard:
        lines += [f"from typing import {', '.join(standard)}", ""]
    ours = [n for n in ("Catalog", "Contract", "Dialect", "Member", "Problem", "Resolve", "Retry")
            if re.search(rf"^[^#\n]*\b{n}[(.,\[]", text, re.MULTILINE)]  # fmt: skip
    lines += [
        f"from failwell import {', '.join(ours)}",
        f"from failwell.wire import {', '.join(sorted(slots))}",
    ]
    return "\n".join(lines)


def _variable(dialect: Dialect) -> str:
    name = _NAME.sub("_", dialect.name).strip("_").lower()
    is_free = name.isidentifier() and not keyword.iskeyword(name) and name not in ("catalog", "contract")
    return name if is_free else f"dialect_{name}"


def _dialect(dialect: Dialect) -> str:
    lines = [f"{_variable(dialect)} = Dialect(", f"    {_quoted(dialect.name)},"]
    lines.append(f"    {_literal(dialect.shape, '    ', is_top=True)},")
    if dialect.media_type != "application/json":
        lines.append(f"    media_type={_quoted(dialect.media_type)},")
    if dialect.limit_headers != "none":
        lines.append(f"    limit_headers={_quoted(dialect.limit_headers)},")
    return "\n".join([*lines, ")"])


def _literal(shape: Any, indent: str, *, is_top: bool = False) -> str:
    """A part of a literal: on one line where there is room, the whole one entry by entry."""
    if isinstance(shape, Slot):
        return shape.name
    if isinstance(shape, str):
        return _quoted(shape)
    deeper = f"{indent}    "
    if is_object(shape):
        entries = [f"{_literal(key, '')}: {_literal(part, deeper)}" for key, part in shape.items()]
        brackets = "{}"
    elif is_list(shape):
        entries = [_literal(part, deeper) for part in shape]
        brackets = "[]"
    else:
        return repr(shape)
    line = f"{brackets[0]}{', '.join(entries)}{brackets[1]}"
    if not entries or (not is_top and len(line) + len(indent) <= _WIDEST and "\n" not in line):
        return line
    listed = "".join(f"{deeper}{entry},\n" for entry in entries)
    return f"{brackets[0]}\n{listed}{indent}{brackets[1]}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _catalog(learned: Learned) -> str:
    name = learned.domain or learned.dialect.name
    return f"catalog = Catalog({_quoted(name)}, base={_quoted(learned.base or _NO_BASE)})"


def _header_argument(learned: Learned) -> str:
    header = learned.request_id_header
    return "" if header.lower() in ("", _USUAL_HEADER) else f", request_id_header={_quoted(header)}"


# ---- problem types


def _class(kind: Kind, learned: Learned) -> str:
    words = [
        f"Problem, catalog=catalog, code={_quoted(kind.code)}, status={_statuses(kind)}",
        f"title={_quoted(_title(kind))}",
    ]
    words += [f"{name}={value}" for name, value in _optional_words(kind)]
    name = _class_names(learned.kinds)[kind.code]
    seen = f"seen {kind.count} time{'' if kind.count == 1 else 's'}"
    lines = [
        f"class {name}(",
        *(f"    {word}," for word in words),
        "):",
        f'    """Say here what happened ({seen})."""',
    ]
    members = list(_members(kind))
    return "\n".join([*lines, *([""] if members else []), *members])


def _known_statuses(kind: Kind) -> list[int]:
    return [status for status in kind.statuses if 400 <= status <= 599] or [500]


def _statuses(kind: Kind) -> str:
    statuses = _known_statuses(kind)
    return str(statuses[0]) if len(statuses) == 1 else f"({', '.join(map(str, statuses))})"


def _said_retryable(kind: Kind) -> dict[int, bool]:
    return {status: value for status, value in kind.retryable.items() if 400 <= status <= 599}


def _is_plain(resolve: Mapping[str, str]) -> bool:
    """Whether a way out can be declared as it was seen: braces would make a template of it."""
    return bool(resolve) and not any("{" in text for text in resolve.values())


def _title(kind: Kind) -> str:
    title = " ".join(kind.title.split())
    if title and "{" not in title:
        return title
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", kind.code)
    return " ".join(_NAME.split(words)).strip().capitalize() or kind.code


def _optional_words(kind: Kind) -> Iterator[tuple[str, str]]:
    said = _said_retryable(kind)
    if len(set(said.values())) == 1:
        yield "retryable", str(next(iter(said.values())))
    elif said:
        words = [
            f"{status}: Retry.{'LATER' if said.get(status) else 'NEVER'}" for status in _known_statuses(kind)
        ]
        yield "retry", f"{{{', '.join(words)}}}"
    if kind.suggestion:
        yield "suggestion", _quoted(kind.suggestion)
    if _is_plain(kind.resolve):
        parts = [f"{name}={_quoted(text)}" for name, text in kind.resolve.items()]
        yield "resolve", f"Resolve({', '.join(parts)})"


def _class_names(kinds: Sequence[Kind]) -> dict[str, str]:
    """A name for the class of each code, each name once."""
    names: dict[str, str] = {}
    for kind in kinds:
        parts = [part for part in _NAME.split(kind.code) if part]
        name = "".join(
            part[0].upper() + (part[1:].lower() if part.isupper() and len(parts) > 1 else part[1:])
            for part in parts
        )
        if name in _NAMES_IN_USE or keyword.iskeyword(name):
            name += "Problem"
        taken, number, unique = set(names.values()), 2, name
        while unique in taken:
            unique, number = f"{name}{number}", number + 1
        names[kind.code] = unique
    return names


def _members(kind: Kind) -> Iterator[str]:
    taken: set[str] = set()
    for wire_name, values in kind.members.items():
        if is_wire_name(wire_name):
            name = next(name for name in _attributes(wire_name) if name not in taken)
            taken.add(name)
            yield _member(name, wire_name, values, kind)


def _member(name: str, wire_name: str, values: Sequence[Any], kind: Kind) -> str:
    annotation = type_of(values)
    is_optional = len(values) < kind.count
    hint = f"{annotation} | None" if is_optional and annotation != "Any" else annotation
    if name.removesuffix("_") != wire_name:
        hint = f"Annotated[{hint}, Member({_quoted(wire_name)})]"
    if is_optional:
        return f"    {name}: {hint} = None"
    own = _own_value(wire_name, values)
    return f"    {name}: {hint}" if own is None else f"    {name}: {hint} = {_literal(own, '')}"


def _own_value(wire_name: str, values: Sequence[Any]) -> int | str | None:
    """The number or word of the type itself, such as a numeric code; None where a member is no such thing."""
    is_named_so = wire_name.lower().endswith(("code", "type"))
    return values[0] if is_named_so and type_of(values) in ("int", "str") and len(set(values)) == 1 else None


def _attributes(wire_name: str) -> Iterator[str]:
    """Names for the attribute, the best first: one that is another thing's here gets an underscore."""
    name = attribute_name(wire_name)
    if hasattr(Problem, name) or hasattr(builtins, name) or name in _NAMES_IN_USE or name in ("code", "type"):
        name += "_"
    yield name
    yield from (f"{name.removesuffix('_')}_{number}" for number in count(2))


def type_of(values: Sequence[Any]) -> str:
    """A Python type that all these decoded JSON values have."""
    kinds = {type(value).__name__ for value in values}
    if kinds == {"list"}:
        inner = type_of([item for value in values for item in value])
        return f"list[{inner}]" if inner in ("str", "int", "float") else "list[Any]"
    if kinds == {"int", "float"}:
        return "float"
    word = kinds.pop() if len(kinds) == 1 else "Any"
    return {"dict": "dict[str, Any]", "NoneType": "Any"}.get(word, word)


# ---- TOML


def toml_draft(learned: Learned, *, catalog: bool) -> str:
    """The dialect as the tables of a catalog.toml; with `catalog`, the problem types as comments."""
    dialect = learned.dialect
    lines = [
        "failwell = 1",
        f"name = {_quoted(learned.domain or dialect.name)}",
        f"base = {_quoted(learned.base or _NO_BASE)}",
        "",
    ]
    if _header_argument(learned):
        lines += ["[policy]", f"request_id_header = {_quoted(learned.request_id_header)}", ""]
    lines += ["[dialect]", f"name = {_quoted(dialect.name)}", f"media_type = {_quoted(dialect.media_type)}"]
    lines += [f"limit_headers = {_quoted(dialect.limit_headers)}", "", "[dialect.shape]"]
    shape = write_shape(dialect.shape)
    lines += [f"{_key(key)} = {text}" for key, part in shape.items() if (text := _toml(part))]
    if nulls := list(_nulls(shape)):
        lines.append(f"# TOML has no null: {', '.join(nulls)} can be declared in Python or JSON only")
    if catalog:
        for number, kind in enumerate(learned.kinds, 1):
            lines += [
                "",
                f"# {kind.code}.md begins with:",
                *(f"#   {line}".rstrip() for line in _front_matter(kind, number * _STEP)),
            ]
    return "\n".join([*lines, ""])


def _key(key: str) -> str:
    return key if _BARE_KEY.match(key) else _quoted(key)


def _toml(part: Any) -> str:
    """A JSON value; empty for null, which TOML does not have."""
    if isinstance(part, bool):
        return str(part).lower()
    if isinstance(part, str):
        return _quoted(part)
    if is_object(part):
        entries = [f"{_key(key)} = {text}" for key, value in part.items() if (text := _toml(value))]
        return f"{{ {', '.join(entries)} }}" if entries else "{}"
    if is_list(part):
        return f"[{', '.join(text for value in part if (text := _toml(value)))}]"
    return "" if part is None else repr(part)


def _nulls(part: Any, place: str = "") -> Iterator[str]:
    if is_object(part):
        for key, value in part.items():
            yield from _nulls(value, f"{place}.{key}" if place else key)
    elif is_list(part):
        for value in part:
            yield from _nulls(value, f"{place}[]")
    elif part is None:
        yield place


def _front_matter(kind: Kind, order: int) -> Iterator[str]:
    statuses = _known_statuses(kind)
    words: dict[str, Any] = {"order": order, "status": statuses[0] if len(statuses) == 1 else statuses}
    words["title"] = _title(kind)
    said = _said_retryable(kind)
    if len(set(said.values())) == 1:
        words["retryable"] = next(iter(said.values()))
    elif said:
        words["retry"] = {str(status): "later" if said.get(status) else "never" for status in statuses}
    if kind.suggestion:
        words["suggestion"] = kind.suggestion
    if _is_plain(kind.resolve):
        words["resolve"] = kind.resolve
    yield "+++"
    yield from (f"{name} = {_toml(value)}" for name, value in words.items())
    members = {name: values for name, values in kind.members.items() if is_wire_name(name)}
    if members:
        yield "[members]"
    for name, values in members.items():
        yield f"{_key(name)} = {_toml(_member_table(name, values, is_optional=len(values) < kind.count))}"
    yield "+++"


def _member_table(wire_name: str, values: Sequence[Any], *, is_optional: bool) -> str | dict[str, Any]:
    hint = type_of(values)
    word = _SCHEMA_TYPES.get(hint.partition("[")[0], "")
    is_simple = "[" not in hint and bool(word)
    table: dict[str, Any] = {"type": word} if is_simple else {"schema": {"type": word} if word else {}}
    own = None if is_optional else _own_value(wire_name, values)
    if is_optional:
        table["required"] = False
    if own is not None:
        table["default"] = own
    return word if table == {"type": word} else table


_SCHEMA_TYPES = {
    "str": "string", "int": "integer", "float": "number", "bool": "boolean", "list": "array",
    "dict": "object",
}  # fmt: skip
