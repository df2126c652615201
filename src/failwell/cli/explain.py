"""`failwell explain`: the page of a problem type in the terminal."""

from __future__ import annotations

import difflib
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.markdown import Markdown
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from failwell.source import load_contract
from failwell.contract import Contract
from failwell.declare import HeaderRule, Lifecycle, MemberType, Problem, ProblemType, Resolve, Retry, Stage
from failwell.exceptions import SourceError
from failwell.publish.sample import sample_problem

_REQUEST_ID = "req_00000000000000000000000000000000"
_SHOWN_MEMBERS = 3
_RETRY = {
    Retry.NEVER: "Never: nothing the caller does helps.",
    Retry.LATER: "Later: the same request can succeed with time; wait as Retry-After says, else back off.",
    Retry.AFTER_ACTION: "After action: the same request can succeed once somebody did something else first.",
    Retry.AFTER_CHANGE: "After change: only a different request can succeed.",
}


def explain_problem(name: str, source: str) -> None:
    """Prints the page of a code, a former code or a type URI.

    Raises:
        FailwellError: if the contract cannot be loaded or does not have the type.
    """
    contract = load_contract(source)
    problem = find_type(contract, name, source)
    console = Console(markup=False, highlight=False, emoji=False)
    for part in _page(contract, problem):
        console.print(part, soft_wrap=isinstance(part, Text) and bool(part.no_wrap))


def find_type(contract: Contract, name: str, source: str) -> type[Problem]:
    """The problem type with a code, a former code or a type URI.

    Raises:
        FailwellError: if there is none; it names the nearest codes, or says that `name` is a request id.
    """
    code = name
    for base in (contract.base, contract.catalog.base):
        code = code.removeprefix(base)
    found = contract.catalog.find(code)
    if found is not None:
        return found
    if name.startswith("req_"):
        raise SourceError(
            "what happened to a request is kept in a journal, which this version does not have",
            code="no-journal",
            where=name,
            hint="give the code that the response carried, and look for the request id in the server's log",
        )
    codes = list(contract.catalog.types)
    near = difflib.get_close_matches(code.lower(), codes, n=3, cutoff=0.5)
    listed = f"`failwell export {source}` lists its codes"
    raise SourceError(
        f"the catalog {contract.catalog.name!r} has no such code",
        code="unknown-code",
        where=name,
        hint=f"did you mean {' or '.join(near)}?" if near else listed,
    )


# ---- the page


def _page(contract: Contract, problem: type[Problem]) -> Iterator[RenderableType]:
    record = problem.problem_type
    sample, fault = _sample(problem)
    yield Text.assemble((record.code, "bold red"), "  ", (record.title, "bold"))
    yield _copied(Text(contract.type_uri(record), "blue"))
    yield Text()
    yield _facts(record)
    sections: tuple[tuple[str, list[RenderableType]], ...] = (
        ("What happened", _markdown(record.prose)),
        ("Why", _markdown(record.why)),
        ("What to do", _markdown(record.what_to_do)),
        ("Way out", _way_out(record, sample.resolve if sample else record.resolve)),
        ("Members", [_members(record.members)] if record.members else []),
        ("Headers", [_headers(record.headers)] if record.headers else []),
        ("Example", [_response(contract, sample) if sample else Text(fault)]),
        ("In Python", [_code(_snippet(problem), "python")]),
        ("Further reading", [_copied(Text(f"{link.title}: {link.url}")) for link in record.links]),
    )
    for heading, parts in sections:
        if parts:
            yield Text()
            yield Text(heading, "bold underline")
            yield from parts


def _facts(record: ProblemType) -> Table:
    statuses = "\n".join(_status(status) for status in record.statuses)
    redirect = record.redirect
    rows = {
        "Status": statuses,
        "Retry": _retry(record),
        "Delivery": f"browsers are redirected ({redirect.status}) to {redirect.location}" if redirect else "",
        "Category": record.category,
        "Life": _life(record.lifecycle),
        "Since": record.since,
        "Owner": record.owner,
        "Formerly": ", ".join(record.aliases),
    }
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in rows.items():
        if value:
            grid.add_row(name, Text(value))
    return grid


def _status(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _retry(record: ProblemType) -> str:
    lines = [_RETRY[record.retry]]
    lines += [f"With {status}: {_RETRY[word]}" for status, word in record.retry_by_status.items()]
    if record.retryable is not None:
        lines.append(f"Responses say retryable: {str(record.retryable).lower()}.")
    return "\n".join(lines)


def _life(lifecycle: Lifecycle) -> str:
    parts = [
        "" if lifecycle.stage is Stage.STABLE else lifecycle.stage.value,
        f"since {lifecycle.since}" if lifecycle.since else "",
        f"until {lifecycle.sunset}" if lifecycle.sunset else "",
        f"replaced by {lifecycle.replaced_by}" if lifecycle.replaced_by else "",
        f"answers as {lifecycle.former} until then" if lifecycle.former else "",
    ]
    return ", ".join(filter(None, parts))


def _way_out(record: ProblemType, resolve: Resolve | None) -> list[RenderableType]:
    parts: list[RenderableType] = [Text(record.suggestion)] if record.suggestion else []
    if resolve is not None and (resolve.message or resolve.url):
        parts.append(_copied(Text(f"{resolve.message or resolve.action}: {resolve.url}".removesuffix(": "))))
    if resolve is not None and resolve.endpoint:
        parts.append(_code(_curl(resolve), "bash"))
    return parts


def _curl(resolve: Resolve) -> str:
    """The call that resolves the problem. A path gets its host from a variable that the shell insists on."""
    host = "" if "://" in resolve.endpoint else '"${API:?address of the API}"'
    return f"curl --request {shlex.quote(resolve.method)} {host}{shlex.quote(resolve.endpoint)}"


def _members(members: Sequence[MemberType]) -> Table:
    table = _table("Member", "Type", "Unit", "Meaning")
    for member in members:
        table.add_row(member.wire_name, _type(member.schema), member.unit, _meaning(member))
    return table


def _meaning(member: MemberType) -> str:
    parts = [
        member.description.removesuffix("."),
        "" if member.required else "optional",
        f"with {', '.join(map(str, member.statuses))} only" if member.statuses else "",
        "" if member.on_wire else "not in the body",
        "" if member.exposure == "public" else member.exposure,
    ]
    return "; ".join(filter(None, parts))


def _type(schema: Mapping[str, Any]) -> str:
    """A schema in a few words: `string[]`, `"a" | "b"`, `string (date-time)`."""
    options = schema.get("anyOf") or schema.get("oneOf")
    if options:
        return " | ".join(_type(option) for option in options)
    values = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    if values:
        return " | ".join(msgspec.json.encode(value).decode() for value in values)
    kind = schema.get("type", "any")
    if kind == "array":
        return f"{_type(schema.get('items') or {})}[]"
    name = kind if isinstance(kind, str) else " | ".join(kind)
    return f"{name} ({schema['format']})" if "format" in schema else name


def _headers(headers: Sequence[HeaderRule]) -> Table:
    table = _table("Header", "Value")
    for header in headers:
        table.add_row(header.name, header.template or "differs by occurrence")
    return table


# ---- the example


def _sample(problem: type[Problem]) -> tuple[Problem | None, str]:
    """An occurrence to show, or why there is none: a faulty example must not hide the rest of the page."""
    try:
        return sample_problem(problem), ""
    except (TypeError, ValueError) as error:  # TypeError: a removed type cannot be raised, not even to show
        return None, f"There is no example: {error}"


def _response(contract: Contract, sample: Problem) -> Text:
    out = contract.render(sample, request_id=_REQUEST_ID)
    head = [f"HTTP/1.1 {_status(out.status)}", *(f"{name}: {value}" for name, value in out.headers)]
    body = msgspec.json.format(out.body, indent=2).decode() if out.body else ""
    return _code("\n".join([*head, "", body]), "http")


def _snippet(problem: type[Problem]) -> str:
    """How a client catches it. A standard type is no variable of any module, so it goes by its code."""
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


# ---- kinds of text


def _markdown(text: str) -> list[RenderableType]:
    return [Markdown(text, hyperlinks=False)] if text else []


def _copied(text: Text) -> Text:
    """Code and addresses are there to be copied: they keep their lines, however narrow the terminal."""
    text.no_wrap = True
    return text


def _code(source: str, language: str) -> Text:
    text = Syntax(source, language, theme="ansi_dark", background_color="default").highlight(source)
    text.rstrip()
    return _copied(text)


def _table(*columns: str) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
