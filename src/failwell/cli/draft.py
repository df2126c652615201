"""What `dialect learn` writes to be edited: a contract of what was learned, as Python or as files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from failwell.contract import Contract
from failwell.declare.members import is_wire_name
from failwell.publish.python import to_python
from failwell.source import read_document, write_folder
from failwell.source.problems import attribute_name
from failwell.wire.learned import Kind, Learned
from failwell.wire.literal import write_dialect

Form = Literal["python", "toml"]
"""What is written: a Python module, or a catalog in files."""

_NO_BASE = "https://errors.example/"  # the samples do not show where the types' pages are to be
_MOST_MEMBERS = 400  # more are data; they come back as extra members
_TYPES = {
    "str": "string", "int": "integer", "float": "number", "bool": "boolean", "list": "array",
    "dict": "object",
}  # fmt: skip
_JOINTS = re.compile(r"[^0-9A-Za-z]+|(?<=[a-z0-9])(?=[A-Z])")


def drafted(learned: Learned, *, catalog: bool) -> Contract:
    """The contract that answers as the samples do; without `catalog`, with the standard types only."""
    header = learned.request_id_header
    document: dict[str, Any] = {
        "failwell": 1,
        "name": learned.domain or learned.dialect.name,
        "base": learned.base or _NO_BASE,
        "dialect": write_dialect(learned.dialect),
        "policy": {"request_id_header": header} if header.lower() not in ("", "x-request-id") else {},
        "problems": [_problem(kind) for kind in learned.kinds] if catalog else [],
    }
    return read_document(document, where="what was learned")


def python_text(contract: Contract) -> str:
    """The contract as a Python module, without the head that says not to edit it."""
    text = to_python(contract)
    return text[text.index('"""') :]


def toml_text(contract: Contract) -> str:
    """The files of the contract as a folder, one after the other.

    Raises:
        FailwellError: for what has no form in TOML, such as null.
    """
    with TemporaryDirectory() as folder:
        files = write_folder(contract, Path(folder))
        return "\n".join(f"# {file.name}\n{file.read_text(encoding='utf-8')}" for file in files)


def _problem(kind: Kind) -> dict[str, Any]:
    """A problem type as it stands in a document."""
    statuses = [status for status in kind.statuses if 400 <= status <= 599] or [500]
    seen = f"seen {kind.count} time{'' if kind.count == 1 else 's'}"
    problem: dict[str, Any] = {
        "code": kind.code,
        "status": statuses,
        "title": _title(kind),
        "prose": f"Say here what happened ({seen}).",
        "members": _members(kind),
    }
    said = {status: kind.retryable[status] for status in statuses if status in kind.retryable}
    if len(set(said.values())) == 1:
        problem["retryable"] = next(iter(said.values()))
    elif said:
        problem["retry"] = {str(status): "later" if said.get(status) else "never" for status in statuses}
    if kind.suggestion:
        problem["suggestion"] = kind.suggestion
    if kind.resolve and not any("{" in text for text in kind.resolve.values()):  # it would be a template
        problem["resolve"] = kind.resolve
    return problem


def _title(kind: Kind) -> str:
    title = " ".join(kind.title.split())
    if title and "{" not in title:
        return title
    return " ".join(_JOINTS.split(kind.code)).strip().capitalize()


def _members(kind: Kind) -> dict[str, Any]:
    """The schemas of the members, with what a schema does not say; each with an attribute of its own."""
    members: dict[str, Any] = {}
    taken: set[str] = set()
    for wire_name, values in islice(kind.members.items(), _MOST_MEMBERS):
        if not is_wire_name(wire_name):
            continue
        name, number = attribute_name(wire_name), 2
        while name in taken:
            name, number = f"{attribute_name(wire_name)}_{number}", number + 1
        taken.add(name)
        said: dict[str, Any] = {"name": name}
        if len(values) < kind.count:
            said |= {"required": False, "default": None}
        elif _is_of_the_type(wire_name, values):
            said["default"] = values[0]
        members[wire_name] = {**schema_of(values), "x-failwell": said}
    return members


def _is_of_the_type(wire_name: str, values: Sequence[Any]) -> bool:
    """Whether a member is a number or word of the type itself, such as a numeric code."""
    is_plain = all(type(value) in (int, str) for value in values)
    return is_plain and wire_name.lower().endswith(("code", "type")) and len(set(values)) == 1


def schema_of(values: Sequence[Any]) -> dict[str, Any]:
    """A schema that all these decoded JSON values have."""
    kinds = {_TYPES.get(type(value).__name__, "") for value in values}
    if kinds == {"integer", "number"}:
        return {"type": "number"}
    if kinds == {"array"}:
        items = schema_of([item for value in values for item in value])
        return (
            {"type": "array", "items": items} if items.get("type", "array") != "array" else {"type": "array"}
        )
    kind = kinds.pop() if len(kinds) == 1 else ""
    return {"type": kind} if kind else {}
