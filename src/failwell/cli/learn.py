"""`failwell dialect learn`: the dialect of recorded error responses, with a reason for each part of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from failwell.cli.draft import python_draft, toml_draft
from failwell.cli.recordings import Recordings, read_recordings
from failwell.exceptions import SourceError
from failwell.wire.learned import Learned, learn
from failwell.wire.learned.evidence import listed
from failwell.wire.learned.samples import shown

Form = Literal["python", "toml"]
"""What the lines to edit are written in."""

_STYLES = {"sure": "green", "likely": "yellow", "guess": "red"}
_SHOWN_KINDS = 20
_SHOWN_DIFFERENCES = 4


def learn_dialect(
    samples: list[str],
    output: Path | None = None,
    *,
    form: Form = "python",
    catalog: bool = False,
    name: str = "house",
) -> None:
    """Prints what the samples show and the lines that declare it.

    Args:
        samples: files with JSON bodies, HAR archives or what `curl -i` printed; folders of such; `-` for
            standard input.
        output: the file for the lines; None prints them after the rest.
        form: what the lines are written in.
        catalog: whether to add the problem types that the samples show.
        name: what to call the dialect.

    Raises:
        FailwellError: if no sample can be read, or the file not be written.
    """
    found = read_recordings(samples)
    learned = learn(found.samples, name=name, beside=found.beside)
    write = toml_draft if form == "toml" else python_draft
    lines = write(learned, catalog=catalog)
    console = Console(markup=False, highlight=False, emoji=False)
    for part in _report(found, learned):
        console.print(part)
    if output is None:
        console.print()
        console.print(Text(lines.removesuffix("\n")), soft_wrap=True)
        return
    try:
        output.write_text(lines, encoding="utf-8")
    except OSError as error:
        raise SourceError(
            f"the dialect cannot be written: {error.strerror}", code="cannot-write", where=str(output),
            hint="name a file in a folder that exists and that you may write to",
        ) from error  # fmt: skip
    Console(stderr=True, markup=False, highlight=False).print(
        f"Wrote the dialect {name!r} to {output}", soft_wrap=True
    )


def _report(found: Recordings, learned: Learned) -> Iterator[RenderableType]:
    yield _table(learned)
    yield Text()
    yield from _proof(learned)
    sections = {
        "Worth knowing": [*learned.notes, *_surroundings(learned)],
        "Not used": [*_skipped(found), *(f"{error.where}: {error.what}" for error in found.unread)],
    }
    for heading, texts in sections.items():
        if texts:
            yield Text()
            yield Text(heading, "bold")
            yield _points(texts)


def _table(learned: Learned) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in ("Where", "What", "How sure", "Why"):
        table.add_column(column, overflow="fold")
    for decision in learned.decisions:
        style = _STYLES[decision.confidence]
        what = Text(decision.meaning), Text(decision.confidence, style)
        table.add_row(_told(shown(decision.place)), *what, _told(decision.reason))
    return table


def _proof(learned: Learned) -> Iterator[RenderableType]:
    every = learned.rereadings
    equal = [reread for reread in every if reread.is_equal]
    same = sum(reread.is_same_bytes for reread in every)
    yield Text(
        f"Read and written again, {len(equal)} of {len(every)} samples come back as equal JSON, "
        f"{same} of them byte for byte (white space aside).",
        "bold",
    )
    by_difference: dict[str, list[str]] = {}
    for reread in every:
        if not reread.is_equal:
            more = len(reread.differences) - _SHOWN_DIFFERENCES
            told = ", ".join(reread.differences[:_SHOWN_DIFFERENCES]) + (
                f" and {more} more" if more > 0 else ""
            )
            by_difference.setdefault(told, []).append(reread.origin)
    shown_first = list(by_difference.items())[:_SHOWN_KINDS]
    points = [f"{told}: {listed(origins)}" for told, origins in shown_first]
    if len(by_difference) > len(shown_first):
        points.append(f"and {len(by_difference) - len(shown_first)} more differences")
    if points:
        yield _points(points)


def _surroundings(learned: Learned) -> Iterator[str]:
    dialect = learned.dialect
    if learned.request_id_header:
        yield f"the request id comes in the header {learned.request_id_header}"
    if dialect.limit_headers != "none":
        yield f"rate limits are shown in headers: {dialect.limit_headers}"
    yield f"the media type is {dialect.media_type}"


def _skipped(found: Recordings) -> list[str]:
    count = found.successes
    return [f"{count} success response{'' if count == 1 else 's'}, skipped"] if count else []


def _points(texts: Sequence[str]) -> Table:
    grid = Table.grid(padding=(0, 1))
    for text in texts:
        grid.add_row("-", _told(text))
    return grid


def _told(text: str, style: str = "") -> Text:
    """A text of the samples' for the terminal: what is not printable could be a command to it."""
    return Text("".join(c if c.isprintable() or c == "\n" else "�" for c in text), style)
