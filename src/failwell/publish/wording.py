"""The words in which pages and the terminal tell a record's facts: statuses, retry, types, calls."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from failwell.declare import HeaderRule, Lifecycle, MemberType, Problem, ProblemType, Resolve, Retry, Stage
from failwell.wire.dialect import Dialect, Shape, is_list, is_object
from failwell.wire.slots import CODE, SUGGESTION, TYPE, Slot
from failwell.wire.values import encode

RETRY_MEANING: Mapping[Retry, str] = {
    Retry.NEVER: "nothing the caller does helps.",
    Retry.LATER: "the same request can succeed with time; wait as Retry-After says, else back off.",
    Retry.AFTER_ACTION: "the same request can succeed once somebody did something else first.",
    Retry.AFTER_CHANGE: "only a different request can succeed.",
}
"""What a caller learns from each retry word, as the end of a sentence."""

_STAGE = {
    Stage.DRAFT: "This type is a draft: it is not sent yet, and all of it can change.",
    Stage.BETA: "This type is in beta: its members can still change.",
}
_PHRASE = {413: "Content Too Large", 422: "Unprocessable Content"}
"""Names that RFC 9110 changed; older versions of Python have the former ones."""

_SHOWN_MEMBERS = 3


def status_line(status: int) -> str:
    """A status with its name: `404 Not Found`."""
    try:
        return f"{status} {_PHRASE.get(status) or HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def retry_word(retry: Retry) -> str:
    """A retry word as people write it: `after action`."""
    return retry.value.replace("_", " ")


def lifecycle_notes(lifecycle: Lifecycle) -> tuple[str, ...]:
    """What a reader has to know about a type that is not simply stable, in sentences."""
    since = f" since {lifecycle.since}" if lifecycle.since else ""
    notes = [_STAGE[lifecycle.stage]] if lifecycle.stage in _STAGE else []
    if lifecycle.stage is Stage.DEPRECATED:
        until = f" From {lifecycle.sunset} on it may no longer be sent." if lifecycle.sunset else ""
        notes.append(f"This type is deprecated{since}.{until}")
    if lifecycle.stage is Stage.REMOVED:
        notes.append(f"This type is removed{since}. It is no longer sent; its code is never reused.")
    if lifecycle.former:
        on = f" on {lifecycle.since}" if lifecycle.since else ""
        until = f" until {lifecycle.sunset}" if lifecycle.sunset else ""
        notes.append(f"This type was renamed{on}; the former code {lifecycle.former} is answered{until}.")
    return tuple(notes)


def schema_in_words(schema: Mapping[str, Any]) -> str:
    """A member's schema in a few words: `string[]`, `"a" | "b"`, `string (date-time)`."""
    options = schema.get("anyOf") or schema.get("oneOf")
    if options:
        return " | ".join(schema_in_words(option) for option in options)
    values = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    if values:
        return " | ".join(encode(value).decode() for value in values)
    kind = schema.get("type", "any")
    if kind == "array":
        return f"{schema_in_words(schema.get('items') or {})}[]"
    name = kind if isinstance(kind, str) else " | ".join(kind)
    return f"{name} ({schema['format']})" if "format" in schema else name


def when_in_words(member: MemberType) -> str:
    """When a member comes, and who may see it; empty for one that always comes."""
    parts = [
        f"with {', '.join(map(str, member.statuses))} only" if member.statuses else "",
        "" if member.required else "optional",
        "" if member.on_wire else "not in the body",
        {"public": "", "id": "an identifier", "secret": "for the caller only"}[member.exposure],
    ]
    return "; ".join(filter(None, parts)) or "always"


def header_value(rule: HeaderRule) -> str:
    """The value of a header field, with members in braces."""
    return rule.template or "differs by occurrence"


def resolve_call(resolve: Resolve) -> str:
    """The call that resolves a problem, for a shell; empty where programs cannot resolve it.

    A path gets its host from a variable that the shell insists on.
    """
    if not resolve.endpoint:
        return ""
    host = "" if "://" in resolve.endpoint else '"${API:?address of the API}"'
    return f"curl --request {shlex.quote(resolve.method)} {host}{shlex.quote(resolve.endpoint)}"


def python_snippet(problem: type[Problem]) -> str:
    """How a client catches a type. One that is no variable of any module goes by its code."""
    shown = [f"problem.{m.name}" for m in problem.problem_type.members if m.on_wire][:_SHOWN_MEMBERS]
    is_importable = getattr(sys.modules.get(problem.__module__), problem.__qualname__, None) is problem
    module, name = (problem.__module__, problem.__qualname__) if is_importable else ("failwell", "Problem")
    lines = [
        f"from {module} import {name}",
        "",
        "try:",
        "    ...  # the call",
        f"except {name} as problem:",
        *([] if is_importable else [f'    if problem.code != "{problem.code}":', "        raise"]),
        "    print(problem.suggestion, problem.request_id)",
        *([f"    print({', '.join(shown)})"] if shown else []),
    ]
    return "\n".join(lines)


def shell_snippet(record: ProblemType, dialect: Dialect, type_uri: str) -> str:
    """How a shell script tells a type from the others: curl, and jq for the part of the body that says it.

    A renamed type has two codes, one before its sunset and one from then on.
    """
    by_code = _jq_path(dialect.shape, CODE)
    path, identity = (by_code, record.code) if by_code else (_jq_path(dialect.shape, TYPE), type_uri)
    former = identity.removesuffix(record.code) + record.lifecycle.former
    is_it = f' == "{identity}"' if not record.lifecycle.former else f' | IN("{identity}", "{former}")'
    suggestion = _jq_path(dialect.shape, SUGGESTION)
    advice = f"jq --raw-output '{suggestion}'" if record.suggestion and suggestion else "jq ."
    return "\n".join(
        [
            'body=$(curl --silent --show-error "${API:?address of the API}/…")',
            f"if jq --exit-status '{path}{is_it}' <<<\"$body\" >/dev/null; then",
            f'  {advice} <<<"$body"',
            "fi",
        ]
    )


def _jq_path(shape: Shape, slot: Slot) -> str:
    """Where a slot stands in a dialect's literal, as jq writes it; empty where it has none."""
    parts: list[tuple[str, Any]] = []
    if is_object(shape):
        parts = [(f".{key}" if str(key).isidentifier() else f'."{key}"', part) for key, part in shape.items()]
    elif is_list(shape):
        parts = [(f"[{index}]", part) for index, part in enumerate(shape)]
    for step, part in parts:
        if part is slot:
            return step
        below = _jq_path(part, slot)
        if below:
            return step + below
    return ""
