"""What a command writes: to a file, or else to standard output."""

from __future__ import annotations

from pathlib import Path

import typer

from failwell.exceptions import SourceError


def check_is_new(output: Path | None) -> None:
    """Checks that a file which people are to edit does not stand there already.

    Raises:
        SourceError: if it does.
    """
    if output is not None and output.is_file():
        raise SourceError(
            "the file exists, and may have been edited", code="file-exists", where=str(output),
            hint="name another one, or delete it first",
        )  # fmt: skip


def write_output(content: bytes, output: Path | None, told: str = "") -> None:
    """Writes to a file and tells so, or else to standard output.

    Args:
        content: what to write.
        output: the file; None for standard output.
        told: what was written, for people; nothing is told if empty.

    Raises:
        SourceError: if the file cannot be written.
    """
    if output is None:
        typer.echo(content, nl=False)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise file_error(error, output, "written") from error
    if told:
        typer.echo(f"Wrote {told} to {output}", err=True)


def file_error(error: OSError, output: Path, what: str) -> SourceError:
    """The error of a file that cannot be read or written."""
    return SourceError(
        f"the file cannot be {what}: {error.strerror}",
        code="cannot-write" if what == "written" else "cannot-read",
        where=str(output),
        hint="name a file in a folder that exists and that you may write to",
    )
