"""`failwell explain`: the page of a problem type in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.markdown import Markdown
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from failwell.contract import Contract
from failwell.declare import Problem
from failwell.exceptions import SourceError
from failwell.publish.pages import ExampleResponse, ProblemPage, StatusFacts, WayOut, problem_page
from failwell.publish.reference import near_codes
from failwell.source import load_contract


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
    near = near_codes(code, contract.catalog.records)
    listed = f"`failwell export {source}` lists its codes"
    raise SourceError(
        f"the catalog {contract.catalog.name!r} has no such code",
        code="unknown-code",
        where=name,
        hint=f"did you mean {' or '.join(near)}?" if near else listed,
    )


# ---- the page


def _page(contract: Contract, problem: type[Problem]) -> Iterator[RenderableType]:
    page = problem_page(contract, problem)
    record = page.record
    yield Text.assemble((record.code, "bold red"), "  ", (record.title, "bold"))
    yield _copied(Text(page.type_uri, "blue"))
    yield Text()
    yield _facts(page)
    sections: tuple[tuple[str, list[RenderableType]], ...] = (
        ("What happened", _markdown(record.prose)),
        ("Why", _markdown(record.why)),
        ("What to do", _markdown(record.what_to_do)),
        ("Way out", _way_out(page.way_out)),
        ("Members", _table(("Member", "Type", "Unit", "Meaning", "When"), page.members)),
        ("Headers", _table(("Header", "Value"), page.headers)),
        ("Example", [_example(example) for example in page.examples[:1]]),
        ("In Python", [] if page.is_removed else [_code(page.python, "python")]),
        ("Further reading", [_copied(Text(f"{link.title}: {link.url}")) for link in page.links]),
    )
    for heading, parts in sections:
        if parts:
            yield Text()
            yield Text(heading, "bold underline")
            yield from parts


def _facts(page: ProblemPage) -> Table:
    usual = page.statuses[0]
    retry = [_retry(usual)]
    retry += [f"With {other.status}: {_retry(other)}" for other in page.statuses if other.word != usual.word]
    rows = (
        ("Status", "\n".join(status.line for status in page.statuses)),
        ("Retry", "\n".join(retry)),
        ("Life", "\n".join(page.notes)),
        ("Instead", page.replacement),
        *page.facts,
    )
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in rows:
        if value:
            grid.add_row(name, Text(value))
    return grid


def _retry(status: StatusFacts) -> str:
    return f"{status.word.capitalize()}: {status.meaning}"


def _way_out(way: WayOut) -> list[RenderableType]:
    parts: list[RenderableType] = [Text(way.suggestion)] if way.suggestion else []
    if way.message or way.url:
        parts.append(_copied(Text(f"{way.message}: {way.url}".removesuffix(": "))))
    if way.call:
        parts.append(_code(way.call, "bash"))
    return parts


def _example(example: ExampleResponse) -> Text:
    return _code(example.text, "http") if example.text else Text(f"There is no example: {example.fault}")


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


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[RenderableType]:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    return [table] if rows else []
