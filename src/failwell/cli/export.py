"""`failwell export`: the contract as one JSON document."""

from __future__ import annotations

from pathlib import Path

import typer

from failwell.exceptions import SourceError
from failwell.source import load_contract, to_json


def export_document(source: str, output: Path | None) -> None:
    """Writes the document to a file, or else to standard output.

    Raises:
        FailwellError: if the contract cannot be loaded or the file not be written.
    """
    contract = load_contract(source)
    document = to_json(contract)
    if output is None:
        typer.echo(document, nl=False)
        return
    try:
        output.write_bytes(document)
    except OSError as error:
        raise SourceError(
            f"the document cannot be written: {error.strerror}", code="cannot-write", where=str(output),
            hint="name a file in a folder that exists and that you may write to",
        ) from error  # fmt: skip
    typer.echo(f"Wrote {len(contract.catalog.types)} problem types to {output}", err=True)
