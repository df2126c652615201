"""What a command writes: to a file, or else to standard output."""

from __future__ import annotations

import errno
import os
import sys
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


def check_is_no_source(output: Path | None, *sources: str) -> None:
    """Checks that a report does not take the place of what it is about.

    Args:
        output: the file; None for standard output.
        sources: contracts, as commands take them.

    Raises:
        SourceError: if it would.
    """
    if output is None or not output.is_file():
        return
    for source in sources:
        for name in (source, source.rpartition(":")[0]):
            if Path(name).is_file() and output.samefile(name):
                raise SourceError(
                    "the output would take the place of what is read", code="output-is-source", where=name,
                    hint="name another file for -o",
                )  # fmt: skip


def write_output(content: bytes, output: Path | None, told: str = "") -> None:
    """Writes to a file and tells so, or else to standard output.

    Args:
        content: what to write.
        output: the file; None for standard output.
        told: what was written, for people; nothing is told if empty.

    Raises:
        SourceError: if the file, or standard output, cannot be written.
    """
    if output is None:
        _print(content)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise file_error(error, output, "written") from error
    if told:
        typer.echo(f"Wrote {told} to {output}", err=True)


def _print(content: bytes) -> None:
    if sys.stdout is None:  # somebody has closed it
        raise _output_error(OSError(errno.EBADF, os.strerror(errno.EBADF)))
    try:
        typer.echo(content, nl=False)
    except BrokenPipeError:  # whoever reads has seen enough: typer ends without a word
        raise
    except OSError as error:
        raise _output_error(error) from error


def _output_error(error: OSError) -> SourceError:
    return SourceError(
        f"it cannot be written: {error.strerror}",
        code="cannot-write", where="standard output", hint="write to a file: -o FILE",
    )  # fmt: skip


def file_error(error: OSError, output: Path, what: str) -> SourceError:
    """The error of a file that cannot be read or written."""
    return SourceError(
        f"the file cannot be {what}: {error.strerror}",
        code="cannot-write" if what == "written" else "cannot-read",
        where=str(output),
        hint="name a file in a folder that exists and that you may write to",
    )
