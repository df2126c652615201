"""`failwell dialect learn`: the dialect of recorded error responses, with a reason for each part of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from failwell.cli.draft import Form, drafted, python_text, toml_text
from failwell.cli.output import check_is_new, write_output
from failwell.cli.recordings import Recordings, read_recordings
from failwell.source import write_folder
from failwell.wire.learned import Learned, learn, shown
from failwell.wire.learned.words import listed

__all__ = ["Form", "learn_dialect"]

_STYLES = {"sure": "green", "likely": "yellow", "guess": "red"}
_MOST_DIFFERENCES = 20


def learn_dialect(
    samples: list[str],
    output: Path | None = None,
    *,
    form: Form = "python",
    catalog: bool = False,
    name: str = "house",
) -> None:
    """Prints what the samples show and the contract that it makes.

    Args:
        samples: files with JSON bodies, HAR archives or what `curl -i` printed; folders of such; `-` for
            standard input.
        output: the file for the contract, with the form `toml` the folder; None prints it after the rest.
        form: what the contract is written in.
        catalog: whether to add the problem types that the samples show.
        name: what to call the dialect.

    Raises:
        FailwellError: if no sample can be read, or the contract has no such form or cannot be written.
    """
    if form == "python":
        check_is_new(output)
    found = read_recordings(samples)
    learned = learn(found.samples, name=name, beside=found.beside)
    console = Console(markup=False, highlight=False, emoji=False)
    for part in _report(found, learned):
        console.print(part)
    contract = drafted(learned, catalog=catalog)
    if output is None:
        text = python_text(contract) if form == "python" else toml_text(contract)
        console.print()
        console.print(Text(text.removesuffix("\n")), soft_wrap=True)
    elif form == "toml":
        files = write_folder(contract, output)
        typer.echo(f"Wrote {len(files)} files to {output}", err=True)
    else:
        write_output(python_text(contract).encode(), output, f"the dialect {name!r}")


def _report(found: Recordings, learned: Learned) -> Iterator[RenderableType]:
    yield _table(learned)
    same = sum(reread.is_same_bytes for reread in learned.rereadings)
    equal = sum(reread.is_equal for reread in learned.rereadings)
    sections = {
        f"Read and written again, {equal} of {len(learned.rereadings)} samples come back as equal JSON, "
        f"{same} of them byte for byte (white space aside).": _differences(learned),
        "Worth knowing": [*learned.notes, *_surroundings(learned)],
        "Not used": [*_skipped(found), *(f"{error.where}: {error.what}" for error in found.unread)],
    }
    for number, (heading, texts) in enumerate(sections.items()):
        if texts or number == 0:
            yield Text()
            yield Text(heading, "bold")
        if texts:
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


def _differences(learned: Learned) -> list[str]:
    """What does not come back, each with the samples that it is so in."""
    by_difference: dict[str, list[str]] = {}
    for reread in learned.rereadings:
        if not reread.is_equal:
            by_difference.setdefault(listed(reread.differences), []).append(reread.origin)
    points = [f"{told}: {listed(origins)}" for told, origins in by_difference.items()]
    more = len(points) - _MOST_DIFFERENCES
    return points[:_MOST_DIFFERENCES] + ([f"and {more} more differences"] if more > 0 else [])


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


def _told(text: str) -> Text:
    """A text of the samples' for the terminal: what is not printable could be a command to it."""
    return Text("".join(c if c.isprintable() or c == "\n" else "�" for c in text))
