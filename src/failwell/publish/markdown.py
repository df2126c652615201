"""Pages as Markdown, for agents, terminals and other sites; and `llms.txt`, which leads agents to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from failwell.contract import Contract
from failwell.publish.pages import ProblemPage
from failwell.publish.reference import Group, ReferencePage, Row
from failwell.publish.wording import status_line
from failwell.wire.slots import CODE

_INSTRUCTIONS = """
- Responses with a status of 400 or more have a body of the type {media_type}.
- Tell problems apart by {told}, never by title or detail. Codes that you do not know can come: go by the
  status then.
- A problem's page says whether to retry: never; later (the same request, as Retry-After says, else with
  backoff); after action (the same request, once somebody did something else); after change (only another
  request).
- A type URI begins with {base} and opens the page of its type. Ask for Markdown with
  `Accept: text/markdown`, or add `.md`; for JSON with `Accept: application/json`, or add `.json`.
- The whole contract as JSON: [catalog.json]({root}/catalog.json).
"""
_MOCK = "- Any problem can be tried: {root}/mock/CODE answers as the API would.\n"
_MISSING = "This text is not translated; here it is in its original language."
_STATE = {
    "missing": _MISSING,
    "partly": "This text is translated in part; the rest is in its original language.",
    "draft": "This translation is a draft.",
    "stale": "The original of this text has changed since it was translated.",
}


def problem_markdown(page: ProblemPage, root: str = "") -> str:
    """The page of a problem type.

    Args:
        page: the page.
        root: what the addresses of other pages begin with, without its last slash.
    """
    record, way = page.record, page.way_out
    link = f"[{_line(way.message or way.url)}](<{way.url}>)" if way.url else ""
    sections = (
        ("", "\n".join(_head(page, root))),
        ("What happened", record.prose),
        ("Why", record.why),
        ("What to do", record.what_to_do),
        ("The way out", _paragraphs(_line(way.suggestion), link, _code(way.call, "sh"))),
        ("Examples", _paragraphs(*_examples(page))),
        ("Members", _table(("Member", "Type", "Unit", "Meaning", "When"), page.members)),
        ("Headers", _table(("Header", "Value"), page.headers)),
        ("Handling", "" if page.is_removed else _handling(page)),
        (
            "Related",
            "\n".join(f"- [{r.code}]({root}/{r.code}.md): {_line(r.title)}" for r in page.related),
        ),
        ("Further reading", "\n".join(f"- [{_line(link.title)}](<{link.url}>)" for link in page.links)),
    )
    return _page(sections)


def reference_markdown(page: ReferencePage, root: str = "") -> str:
    """The reference page of a catalog.

    Args:
        page: the page.
        root: what the addresses of other pages begin with, without its last slash.
    """
    head = _paragraphs(f"# {_line(page.title)}", _STATE.get(page.translated, ""), page.introduction)
    sections = [("", head), *((section.heading, section.markdown) for section in page.before)]
    sections += [
        ("Codes", _codes(page.groups, root)),
        *((section.heading, section.markdown) for section in page.after),
    ]
    return _page(sections)


def results_markdown(groups: Sequence[Group], near: Sequence[str], root: str = "") -> str:
    """What a search found; where it found nothing, the codes that are near.

    Args:
        groups: what it found.
        near: the codes that are near.
        root: what the addresses of other pages begin with, without its last slash.
    """
    links = "\n".join(f"- [{code}]({root}/{code}.md)" for code in near)
    nothing = _paragraphs("Nothing was found.", links and "The nearest codes:", links)
    return _page((("", "# Search"), ("", _codes(groups, root) or nothing)))


def llms_text(contract: Contract, page: ReferencePage, root: str, *, has_mock: bool) -> str:
    """`llms.txt` of a catalog: how an agent reads its errors, and where each page is.

    Args:
        contract: as it is published.
        page: the reference page.
        root: what the addresses of pages begin with, without its last slash.
        has_mock: whether the problems can be tried below `root/mock/`.
    """
    told = "its code" if CODE in contract.dialect.slots else "its type URI"
    steps = _INSTRUCTIONS + _MOCK if has_mock else _INSTRUCTIONS
    steps = steps.format(media_type=page.media_type, told=told, base=page.base, root=root)
    listed = [
        f"### {group.heading}\n\n"
        + "\n".join(f"- [{row.code}]({root}/{row.code}.md): {_line(row.title)}" for row in group.rows)
        for group in page.groups
    ]
    return _page(
        (
            (
                "",
                f"# {_line(page.title)}\n\n> What this API's errors mean, and the way out of each.",
            ),
            ("Instructions", steps.strip()),
            ("Reference", f"- [The whole reference page]({root}/catalog.md)"),
            ("Codes", "\n\n".join(listed)),
        )
    )


def _codes(groups: Sequence[Group], root: str) -> str:
    head = ("Code", "Status", "Retry", "Title")
    return "\n\n".join(
        f"### {group.heading}\n\n{_table(head, [_row(row, root) for row in group.rows])}" for group in groups
    )


def _row(row: Row, root: str) -> Sequence[str]:
    title = f"{row.title} ({row.note})" if row.note else row.title
    statuses = ", ".join(map(str, row.statuses))
    return f"[{row.code}]({root}/{row.code}.md)", statuses, ", ".join(row.retry), title


def _head(page: ProblemPage, root: str) -> Iterator[str]:
    yield f"# {page.record.code}: {_line(page.record.title)}"
    yield ""
    for note in (*page.notes, _STATE.get(page.translated, "")):
        if note:
            yield f"{note}\n"
    if page.replacement:
        yield f"Handle [{page.replacement}]({root}/{page.replacement}.md) instead.\n"
    yield f"- Type: <{page.type_uri}>"
    for status in page.statuses:
        yield f"- Status: {status_line(status.status)}; retry {status.word}: {status.meaning}"
    for name, value in page.facts:
        yield f"- {name}: {_line(value)}"


def _examples(page: ProblemPage) -> Iterator[str]:
    for example in page.examples:
        yield f"### {example.title}"
        yield _code(example.text, "http") if example.text else f"There is no example: {_line(example.fault)}"


def _handling(page: ProblemPage) -> str:
    return _paragraphs("### Python", _code(page.python, "python"), "### Shell", _code(page.shell, "sh"))


def _page(sections: Sequence[tuple[str, str]]) -> str:
    titled = [f"## {title}\n\n{text}" if title else text for title, text in sections if text.strip()]
    return "\n\n".join(text.rstrip() for text in titled) + "\n"


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _line(text: str) -> str:
    """A text that stays in its line."""
    return " ".join(text.split())


def _code(source: str, language: str) -> str:
    """A fenced block; empty for none. No line of a response, a snippet or a call begins with a fence."""
    return f"```{language}\n{source}\n```" if source else ""


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    lines = [head, ["---"] * len(head), *([_cell(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    return _line(text).replace("|", "\\|")
