"""`failwell generate`: what is written from a contract, and the JSON Schema of its document.

failwell generate python catalog -o shop/errors.py
failwell generate python catalog -o shop/errors.py --check
failwell generate files shop/errors.py -o catalog
failwell generate json-schema -o catalog.schema.json
"""

from __future__ import annotations

import difflib
from itertools import islice
from pathlib import Path

import typer

from failwell.cli.output import file_error, write_output
from failwell.exceptions import SourceError
from failwell.publish.python import GENERATED, to_python
from failwell.publish.schema import CATALOG_SCHEMA
from failwell.source import load_contract, write_folder

_LONGEST_DIFF = 40


def generate_python(source: str, output: Path | None, *, check: bool = False) -> None:
    """Writes the contract as a Python module of typed classes, to a file or else to standard output.

    Args:
        source: the contract, as `load_contract` takes it.
        output: the file.
        check: whether to write nothing, and to compare the file instead.

    Raises:
        FailwellError: if the contract cannot be loaded, has no such module, or the file cannot be written.
        typer.Exit: with code 1 if the file is to be checked and differs.
    """
    if check and output is None:
        raise SourceError(
            "there is no file to check", code="nothing-to-check", where="--check",
            hint="name it: failwell generate python PATH -o FILE --check",
        )  # fmt: skip
    contract = load_contract(source)
    written = to_python(contract)
    found = _found(output) if output is not None else ""
    if output is not None and check:
        _compare(written, found, output)
        return
    if found and not found.startswith(GENERATED):
        raise SourceError(
            "the file was not written by this command", code="written-by-hand", where=str(output),
            hint="name another one, or delete it first",
        )  # fmt: skip
    write_output(written.encode(), output, f"{len(contract.catalog.records)} problem types")


def generate_files(source: str, output: Path) -> None:
    """Writes the contract as a catalog in files.

    Raises:
        FailwellError: if the contract cannot be loaded, has no such form, or a file cannot be written.
    """
    written = write_folder(load_contract(source), output)
    typer.echo(f"Wrote {len(written)} files to {output}", err=True)


def generate_json_schema(output: Path | None) -> None:
    """Writes the JSON Schema of a contract's document, to a file or else to standard output.

    Raises:
        FailwellError: if the file cannot be written.
    """
    write_output(CATALOG_SCHEMA.read_bytes(), output, "the JSON Schema")


def _found(output: Path) -> str:
    """What stands in the file now. A pipe or a terminal has nothing to be read."""
    if not (output.is_file() or output.is_dir()):
        return ""
    try:
        return output.read_bytes().decode(errors="replace")
    except OSError as error:
        raise file_error(error, output, "read") from error


def _compare(written: str, found: str, output: Path) -> None:
    if found == written:
        return
    name = str(output)
    diff = difflib.unified_diff(
        found.splitlines(), written.splitlines(), name, "as generated", lineterm="", n=1
    )
    for line in islice(diff, _LONGEST_DIFF):
        typer.echo(line, err=True)
    rest = sum(1 for _ in diff)
    more = f" ({rest} more lines of difference)" if rest else ""
    typer.echo(f"{output} is not what the contract gives{more}; write it again, without --check", err=True)
    raise typer.Exit(1)
