"""`failwell explain`: the page of a problem type in the terminal."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.markdown import Markdown
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from failwell.contract import Contract
from failwell.declare import HeaderRule, MemberType, Problem, ProblemType, Resolve
from failwell.exceptions import SourceError
from failwell.publish.sample import sample_problem
from failwell.publish.wording import (
    RETRY_MEANING,
    header_value,
    lifecycle_notes,
    python_snippet,
    resolve_call,
    retry_word,
    schema_in_words,
    status_line,
    when_in_words,
)
from failwell.source import load_contract

_REQUEST_ID = "req_00000000000000000000000000000000"


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
        ("In Python", [_code(python_snippet(problem), "python")]),
        ("Further reading", [_copied(Text(f"{link.title}: {link.url}")) for link in record.links]),
    )
    for heading, parts in sections:
        if parts:
            yield Text()
            yield Text(heading, "bold underline")
            yield from parts


def _facts(record: ProblemType) -> Table:
    statuses = "\n".join(map(status_line, record.statuses))
    redirect = record.redirect
    rows = {
        "Status": statuses,
        "Retry": _retry(record),
        "Delivery": f"browsers are redirected ({redirect.status}) to {redirect.location}" if redirect else "",
        "Category": record.category,
        "Life": "\n".join(lifecycle_notes(record.lifecycle)),
        "Instead": record.lifecycle.replaced_by,
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


def _retry(record: ProblemType) -> str:
    lines = [_retry_at(record, record.statuses[0])]
    lines += [f"With {status}: {_retry_at(record, status)}" for status in record.retry_by_status]
    if record.retryable is not None:
        lines.append(f"Responses say retryable: {str(record.retryable).lower()}.")
    return "\n".join(lines)


def _retry_at(record: ProblemType, status: int) -> str:
    retry = record.retry_at(status)
    return f"{retry_word(retry).capitalize()}: {RETRY_MEANING[retry]}"


def _way_out(record: ProblemType, resolve: Resolve | None) -> list[RenderableType]:
    parts: list[RenderableType] = [Text(record.suggestion)] if record.suggestion else []
    if resolve is not None and (resolve.message or resolve.url):
        parts.append(_copied(Text(f"{resolve.message or resolve.action}: {resolve.url}".removesuffix(": "))))
    if resolve is not None and resolve.endpoint:
        parts.append(_code(resolve_call(resolve), "bash"))
    return parts


def _members(members: Sequence[MemberType]) -> Table:
    table = _table("Member", "Type", "Unit", "Meaning", "When")
    for member in members:
        schema = schema_in_words(member.schema)
        table.add_row(member.wire_name, schema, member.unit, member.description, when_in_words(member))
    return table


def _headers(headers: Sequence[HeaderRule]) -> Table:
    table = _table("Header", "Value")
    for header in headers:
        table.add_row(header.name, header_value(header))
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
    head = [f"HTTP/1.1 {status_line(out.status)}", *(f"{name}: {value}" for name, value in out.headers)]
    body = msgspec.json.format(out.body, indent=2).decode() if out.body else ""
    return _code("\n".join([*head, "", body]), "http")


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
