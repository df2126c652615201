"""`failwell export`: the contract as one JSON document."""

from __future__ import annotations

from pathlib import Path

from failwell.cli.output import write_output
from failwell.source import load_contract, to_json


def export_document(source: str, output: Path | None) -> None:
    """Writes the document to a file, or else to standard output.

    Raises:
        FailwellError: if the contract cannot be loaded or the file not be written.
    """
    contract = load_contract(source)
    write_output(to_json(contract), output, f"{len(contract.catalog.records)} problem types")
